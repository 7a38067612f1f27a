// JSON of strangers: whatever is sound is read, what would cost more memory than it may is not.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseJson } from '../../src/oci/json.ts'

const parse = (text: string) => parseJson(new TextEncoder().encode(text))

const UNBOUNDED = 'it is deeper or has more values than can be sound'

describe('is refused', () => {
  // name, text, part of the message
  test.each([
    ['brackets without end', '['.repeat(4_000_000), UNBOUNDED],
    ['braces without end', '{"a":'.repeat(800_000), UNBOUNDED],
    ['101 levels', '['.repeat(101) + ']'.repeat(101), UNBOUNDED],
    ['a million empty objects', `[${'{},'.repeat(1_000_000)}{}]`, UNBOUNDED],
    ['two million numbers', `[${'1,'.repeat(2_000_000)}1]`, UNBOUNDED],
    ['a text without end', '"abc', 'JSON'],
    ['an escape at the end', '"abc\\', 'JSON'],
    ['nothing', '', 'JSON'],
  ])('%s', (_, text, why) => {
    expect(() => parse(text)).toThrow(why)
  })

  test('what is no UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow('not valid')
  })
})

describe('is read', () => {
  test.each([
    ['100 levels', '['.repeat(100) + ']'.repeat(100)],
    ['brackets in a text', JSON.stringify('[{'.repeat(1_000_000))],
    ['quotes and backslashes in a text', JSON.stringify(['\\', '"', '\\"', '[', '\\\\"[{'])],
    ['100,000 tags', JSON.stringify(Array.from({ length: 100_000 }, (_, index) => `t${index}`))],
  ])('%s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  test('any JSON', () =>
    fc.assert(fc.property(fc.json(), (text) => expect(parse(text)).toEqual(JSON.parse(text)))))
})
