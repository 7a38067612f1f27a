// The machine's record among the words of a release note, rendered and parsed.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapeComment } from '../../src/notes/escape.ts'
import { blockKey, type ImageRecord, parseRecord, renderRecord } from '../../src/notes/record.ts'
import { HOSTILE, hostileText } from './hostile-text.ts'
import { digest, RECORD } from './samples.ts'

const line = (value: unknown) => `<!-- image-release-record ${escapeComment(value)} -->`

const word = (characters: string, maxLength: number) =>
  fc
    .array(fc.constantFrom(...characters), { minLength: 1, maxLength })
    .map((found) => found.join(''))

const anyDigest = fc.string().map((text) => digest(text))

/** Every record the grammar lets through, with as many dashes as it lets through. */
const anyRecord: fc.Arbitrary<ImageRecord> = fc.record(
  {
    schema: fc.constant(1 as const),
    image: word('a-', 8).map((name) => `registry.example:5000/x${name}x/app`),
    variant: word('a.-_', 8).map((name) => `v${name}`),
    version: word('1.-+a', 8).map((text) => `1${text}`),
    digest: anyDigest,
    tags: fc.array(word('a.-_', 8).map((name) => `t${name}`)),
    platforms: fc.dictionary(fc.constantFrom('linux/amd64', 'linux/arm/v7'), anyDigest),
    revision: fc.constantFrom('0'.repeat(40), 'f'.repeat(64)),
    builtAt: fc.constantFrom('2026-03-01T12:30:00Z', '2026-03-01T12:30:00.123+02:00'),
    run: word('a-/?=#%', 8).map((path) => `https://github.com/${path}`),
  },
  {
    requiredKeys: ['schema', 'image', 'digest', 'tags', 'platforms', 'revision', 'builtAt', 'run'],
  },
)

interface Hostile {
  run: string
  version: string
  tag: string
}

describe('renderRecord', () => {
  test('what is rendered is parsed back equal', () => {
    return fc.assert(
      fc.property(anyRecord, (record) => {
        expect(parseRecord(`# Notes\n${renderRecord(record)}\nmore`)).toEqual(record)
      }),
      { numRuns: 500 },
    )
  })

  test('whatever stands in a field, one line of ASCII that only its own end ends', () => {
    const fields = fc.record({ run: hostileText, version: hostileText, tag: hostileText })
    return fc.assert(
      fc.property(fields, ({ run, version, tag }) => {
        const record = { ...RECORD, run, version, tags: [tag] }
        const rendered = renderRecord(record)
        expect(rendered).toMatch(/^<!-- image-release-record \{[ -~]*\} -->$/)
        const inside = rendered.slice('<!-- image-release-record '.length, -' -->'.length)
        expect(inside).not.toMatch(/--|[<>&]/)
        expect(JSON.parse(inside)).toEqual(record)
      }),
      {
        numRuns: 1000,
        examples: HOSTILE.map((run): [Hostile] => [{ run, version: run, tag: run }]),
      },
    )
  })
})

describe('parseRecord', () => {
  test.each([
    ['no record', '# Notes'],
    ['nothing in it', '<!-- image-release-record {} -->'],
    ['no JSON', '<!-- image-release-record {"schema":1,} -->'],
    ['two records', `${renderRecord(RECORD)}\n${renderRecord(RECORD)}`],
    ['two records in a line', `${renderRecord(RECORD)}${renderRecord(RECORD)}`],
    ['an unended comment', renderRecord(RECORD).replace(' -->', '')],
  ])('%s: undefined', (_, text) => {
    expect(parseRecord(text)).toBeUndefined()
  })

  test.each<[string, Record<string, unknown>]>([
    ['another schema', { schema: 2 }],
    ['an array for an object', { platforms: [] }],
    ['a tag with a space', { tags: ['1.4 2'] }],
    ['a tag that is no text', { tags: [1] }],
    ['tags that are no list', { tags: '1.4.2' }],
    ['an image with a tag', { image: 'ghcr.io/acme/app:1' }],
    ['an image without its registry', { image: 'acme/app' }],
    ['an image in upper case', { image: 'ghcr.io/Acme/app' }],
    ['an empty variant', { variant: '' }],
    ['a variant of null', { variant: null }],
    ['a version with a line break', { version: '1.4.2\n' }],
    ['a short digest', { digest: 'sha256:abc' }],
    ['an unknown algorithm', { digest: `md5:${'0'.repeat(32)}` }],
    ['a platform without architecture', { platforms: { linux: digest('x') } }],
    ['a platform without digest', { platforms: { 'linux/amd64': '' } }],
    ['a short revision', { revision: 'a1b2c3d' }],
    ['a time without zone', { builtAt: '2026-03-01T12:30:00' }],
    ['a day that is none', { builtAt: '2026-13-41T12:30:00Z' }],
    ['a run that is a script', { run: 'javascript:alert(1)' }],
    ['a run with a space', { run: 'https://github.com/a b' }],
    ['no run', { run: undefined }],
  ])('%s: undefined', (_, change) => {
    expect(parseRecord(line({ ...RECORD, ...change }))).toBeUndefined()
  })

  test('what it does not know is left out', () => {
    expect(parseRecord(line({ ...RECORD, later: true }))).toEqual(RECORD)
  })
})

test.each([
  ['without variant', {}, 'ghcr.io/acme/app'],
  ['with variant', { variant: 'gpu' }, 'ghcr.io/acme/app gpu'],
])('blockKey %s', (_, variant, key) => {
  expect(blockKey({ image: RECORD.image, ...variant })).toBe(key)
})
