// What buildx prints, read as it comes: how far a push is, and the end that is kept.
import { describe, expect, test } from '@jest/globals'
import { BuildOutput } from '../../src/buildx/output.ts'

/** Feeds a text in pieces of the given size. */
function feed(text: string, size = text.length || 1) {
  const told: string[] = []
  const output = new BuildOutput((moment) => told.push(moment))
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) output.add(bytes.slice(at, at + size))
  return { tail: output.tail(), told }
}

const manifestOf = (reference: string) =>
  `pushing manifest for ${reference}@sha256:${'0'.repeat(64)}`

describe('how far a push is', () => {
  const before = '#4 DONE 0.0s\n#5 exporting layers done\n'
  test.each([
    ['layers', `${before}#5 pushing layers\n`, ['begun']],
    ['manifest', `${before}#12 ${manifestOf('r/a:1')} 0.1s done\n`, ['begun', 'writing']],
    ['told several times', '#5 pushing layers\n#5 pushing layers 0.1s done\n', ['begun']],
    [
      'several images',
      `#5 pushing layers\n#5 ${manifestOf('r/a:1')}\n#5 ${manifestOf('r/a:1')} done\n#5 ${manifestOf('r/b:1')}\n`,
      ['begun', 'writing', 'writing'],
    ],
    ['done', '#5 pushing layers\n#5 DONE 0.3s\n#6 exporting cache\n', ['begun', 'done']],
    ['another step is done', '#5 pushing layers\n#55 DONE 0.3s\n#4 DONE 0.3s\n', ['begun']],
    ['failed', '#5 pushing layers\n#5 ERROR: failed to push\n', ['begun']],
    [
      'by Docker itself, image by image',
      '#6 pushing r/a:1 with docker\n#6 DONE 0.1s\n#7 pushing r/b:1 with docker\n#7 DONE 0.1s\n',
      ['begun', 'done', 'begun', 'done'],
    ],
    ['never', before, []],
    ['only said by a RUN', '#5 0.123 pushing layers\n#5 0.2 #5 pushing layers\n', []],
  ])('%s', (_, text, told) => {
    expect(feed(text).told).toEqual(told)
    expect(feed(text, 1).told).toEqual(told)
    expect(feed(text, 7).told).toEqual(told)
  })
})

describe('the end that is kept', () => {
  test('is everything while that is little', () => {
    expect(feed('ein\nzwölf\n', 1).tail).toBe('ein\nzwölf\n')
  })

  test('is whole lines, 64 KiB or a little more, of much', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index} ${'x'.repeat(100)}`)
    const { tail } = feed(`${lines.join('\n')}\n`, 1000)
    const kept = tail.trimEnd().split('\n')
    expect(lines.slice(-kept.length)).toEqual(kept)
    expect(tail.length).toBeGreaterThan(63 * 1024)
    expect(tail.length).toBeLessThan(66 * 1024)
  })

  test('costs no more than a line does, however long the line', () => {
    expect(feed(`${'x'.repeat(5_000_000)}\nERROR: end\n`, 65_536).tail).toBe('ERROR: end\n')
  })
})
