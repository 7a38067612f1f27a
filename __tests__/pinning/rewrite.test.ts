// Pins written into files: only the image changes, or nothing does and the reason is told.
import { describe, expect, test } from '@jest/globals'
import type { Pin } from '../../src/pinning/mention.ts'
import { rewriteText } from '../../src/pinning/rewrite.ts'
import { scanText } from '../../src/pinning/scan.ts'
import { marked, OLD_DIGEST, PIN } from './marked.ts'
import { SAMPLES } from './samples.ts'

const pinAll = (path: string, text: string, pin: Pin = PIN) =>
  rewriteText(scanText(path, text), () => pin)

describe('samples', () => {
  test.each(SAMPLES)('$name', ({ path, text, refused }) => {
    const { before, after } = marked(text)
    const result = pinAll(path, before)
    expect(result.text).toBe(after)
    expect(result.refused.map(({ why }) => why)).toEqual(
      refused.map((part) => expect.stringContaining(part)),
    )
    expect(pinAll(path, after).text).toBe(after)
  })
})

describe('without a tag that belongs to the digest', () => {
  const { digest } = PIN
  // name, path, before, after; undefined: left alone
  test.each<[string, string, string, string | undefined]>([
    [
      'the old tag goes',
      'compose.yaml',
      'services: {a: {image: "b:1"}}\n',
      `services: {a: {image: "b@${digest}"}}\n`,
    ],
    [
      'kustomize gets a digest',
      'kustomization.yaml',
      'images:\n- name: a\n  newTag: "1"\n',
      `images:\n- name: a\n  digest: "${digest}"\n`,
    ],
    [
      'kustomize loses the tag',
      'kustomization.yaml',
      `images:\n- name: a\n  newTag: v1\n  digest: ${OLD_DIGEST}\n`,
      `images:\n- name: a\n  newTag: ""\n  digest: ${digest}\n`,
    ],
    [
      'a name alone',
      'kustomization.yaml',
      'images:\n- name: a\n',
      `images:\n- name: a\n  digest: ${digest}\n`,
    ],
    ['Helm cannot', 'values.yaml', 'image: {repository: a, tag: "1"}\n', undefined],
  ])('%s', (_, path, before, after) => {
    expect(pinAll(path, before, { digest }).text).toBe(after ?? before)
  })
})

describe('tags that YAML would read as something else are quoted', () => {
  test.each(['1.10', '1e3', '0x1f', '12345678', 'on', 'null'])('%s', (tag) => {
    const { text } = pinAll('values.yaml', 'image:\n  repository: a\n  tag: v1\n  digest: ""\n', {
      ...PIN,
      tag,
    })
    expect(text).toContain(`tag: "${tag}"\n`)
  })
})

test('places are chosen one by one', () => {
  const text = 'services: {a: {image: "b:1"}, c: {image: "d:1"}}\n'
  const scan = scanText('compose.yaml', text)
  const result = rewriteText(scan, ({ reference }) =>
    reference?.path.endsWith('/d') ? PIN : undefined,
  )
  expect(result.text).toBe(`services: {a: {image: "b:1"}, c: {image: "d:9.9.9@${PIN.digest}"}}\n`)
  expect(result.replacements).toMatchObject([
    { mention: { text: 'd:1' }, to: `d:9.9.9@${PIN.digest}` },
  ])
})

describe('a change that would alter anything else is not made', () => {
  const text = 'services: {a: {image: "b:1"}, c: {image: "d:1"}}\n'

  // name, what the place would be replaced by
  test.each<[string, string]>([
    ['another image appears', `b:1"}, e: {image: "f`],
    ['another key appears', `b:9.9.9@${PIN.digest}", x: "`],
    ['it would be another image', 'b:2'],
    ['a comment begins', '" # "'],
  ])('%s', (_, inserted) => {
    const scan = scanText('compose.yaml', text)
    const [first] = scan.mentions
    if (!first) throw new Error('no mention')
    const forged = {
      ...first,
      rewrite: () => [{ start: first.start, end: first.end, text: inserted }],
    }
    const mentions = [forged, ...scan.mentions.slice(1)]
    const result = rewriteText({ ...scan, mentions }, (mention) =>
      mention === forged ? PIN : undefined,
    )
    expect(result.text).toBe(text)
    expect(result.refused).toMatchObject([{ mention: { text: 'b:1' }, why: expect.any(String) }])
  })
})

describe('excuses', () => {
  // name, text, whether it is excused
  test.each<[string, string, boolean]>([
    ['behind', 'image: a:1 # image-release: ignore reason\n', true],
    ['above', '# image-release: ignore reason\nimage: a:1\n', true],
    ['behind another comment sign', 'image: a:1 # x # image-release: ignore reason\n', true],
    ['behind the line above', 'x: 1 # image-release: ignore reason\nimage: a:1\n', false],
    ['two lines above', '# image-release: ignore reason\n\nimage: a:1\n', false],
    ['behind the name', 'image:\n  name: a # image-release: ignore reason\n  tag: 1\n', true],
    ['above the name', 'image:\n  # image-release: ignore reason\n  name: a\n  tag: 1\n', true],
    ['behind the tag', 'image:\n  name: a\n  tag: 1 # image-release: ignore reason\n', true],
    [
      'behind another field',
      'image:\n  name: a\n  x: 1 # image-release: ignore reason\n\n  tag: 1\n',
      false,
    ],
    ['another word', 'image: a:1 # image-release: ignored\n', false],
  ])('%s', (_, text, isExcused) => {
    const scan = scanText('values.yaml', text)
    expect(scan.mentions).toMatchObject([
      isExcused ? { text: 'a:1', excuse: 'reason' } : { text: 'a:1' },
    ])
    expect(pinAll('values.yaml', text).text === text).toBe(isExcused)
  })
})
