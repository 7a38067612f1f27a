// Link headers: the next page among other links, and any text at all.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nextLink } from '../../src/registry/link.ts'
import { cpuMilliseconds } from '../cpu-time.ts'

describe('nextLink', () => {
  test.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
    ['</x>;rel=next', '/x'],
    ['</x>; REL="Next"', '/x'],
    ['</x>; title="rel=prev"; rel="next"', '/x'],
    ['<https://h/x?a=1,2>; rel="next"', 'https://h/x?a=1,2'],
    ['</p>; rel="prev", </n>; rel="next"', '/n'],
    ['</p>; rel="prev first" , </n>; rel="last next"', '/n'],
    ['<>; rel="next"', ''],
    ['</x>', undefined],
    ['</x>; rel="nextish"', undefined],
    ['/x; rel="next"', undefined],
    ['</x; rel="next"', undefined],
    ['</x>; title="next"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, target) => {
    expect(nextLink(header)).toBe(target)
  })

  test('any text: no failure, and only what stands between < and >; 100,000 in under 5 s', async () => {
    const piece = fc.constantFrom(
      ...['<', '>', ';', 'rel', '=', '"', 'next', ',', ' ', '/a', '?n=1'],
    )
    const header = fc.oneof(
      fc.array(piece).map((all) => all.join('')),
      fc.string(),
    )
    const start = cpuMilliseconds()
    await fc.assert(
      fc.property(header, (text) => {
        const target = nextLink(text)
        return target === undefined || text.includes(`<${target}>`)
      }),
      { numRuns: 100_000 },
    )
    expect(cpuMilliseconds() - start).toBeLessThan(5000)
  })

  test.each([
    ['openings', '<'],
    ['links', '<>;a,'],
    ['parameters', ';a'],
    ['quotes', '<>;a="'],
    ['blanks', '<> '],
  ])('32 KiB of %s take under 100 ms', (_, part) => {
    const start = cpuMilliseconds()
    nextLink(`<x>${part.repeat(32_768 / part.length)}`)
    expect(cpuMilliseconds() - start).toBeLessThan(100)
  })
})
