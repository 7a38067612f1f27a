// Random kustomizations and Helm values: the image of every entry gets the digest, in a form that
// reads so, and no other line changes.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { rewriteText } from '../../src/pinning/rewrite.ts'
import { scanText } from '../../src/pinning/scan.ts'
import { OLD_DIGEST, PIN } from './marked.ts'

type Field = readonly [key: string, value: string]

const quotes = fc.constantFrom(
  (text: string) => text,
  (text: string) => `"${text}"`,
  (text: string) => `'${text}'`,
)
const field = (key: string, ...values: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...values), quotes, fc.constantFrom('', ' # c', '   # image: x:1'))
    .map(([value, quote, comment]): Field => [key, (value && quote(value)) + comment])

const some = (one: fc.Arbitrary<Field>) => fc.option(one, { nil: undefined })

/** The fields of one entry, in any order. */
const entry = (...fields: readonly fc.Arbitrary<Field | undefined>[]) =>
  fc
    .tuple(...fields)
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))
    .map((all) => all.filter((one) => one !== undefined))

const kustomizeEntry = entry(
  field('name', 'app', 'ghcr.io/a/b', 'localhost:5000/x'),
  some(field('newName', 'q.io/a/b', 'b')),
  some(field('newTag', 'v1', '1.10', 'latest')),
  some(field('digest', OLD_DIGEST)),
)

const helmEntry = entry(
  field('repository', 'a/b', 'x'),
  field('tag', 'v1', '1.10', ''),
  some(field('registry', 'q.io')),
  some(field('digest', OLD_DIGEST, '')),
  some(field('pullPolicy', 'Always')),
)

const eol = fc.constantFrom('\n', '\r\n')
const end = fc.boolean()

/** Lines that may change are those of the tag and the digest, and new ones. */
const others = (text: string) =>
  text.split(/\r?\n/).filter((line) => !/^[- ]*(?:newTag|tag|digest):/.test(line))

function pin(path: string, text: string): string {
  const { text: after, refused } = rewriteText(scanText(path, text), () => PIN)
  expect({ text, refused }).toEqual({ text, refused: [] })
  expect(others(after)).toEqual(others(text))
  expect(rewriteText(scanText(path, after), () => PIN).text).toBe(after)
  return after
}

/** What its tool makes of the two fields. */
function expectPinned(tag: unknown, digest: unknown, hadTag: boolean): void {
  const [own, inTag] = String(tag ?? '').split('@')
  expect(digest || inTag).toBe(PIN.digest)
  expect(own).toBe(hadTag ? PIN.tag : '')
}

test('kustomizations', () => {
  return fc.assert(
    fc.property(
      fc.array(kustomizeEntry, { minLength: 1, maxLength: 4 }),
      eol,
      end,
      (all, br, hasEnd) => {
        const items = all.map((fields) =>
          fields.map(([key, value], index) => `${index ? '  ' : '- '}${key}: ${value}`).join(br),
        )
        const text = ['resources: [a.yaml]', 'images:', ...items].join(br) + (hasEnd ? br : '')
        const { images } = parse(pin('kustomization.yaml', text))
        for (const [index, fields] of all.entries()) {
          const keys = fields.map(([key]) => key)
          const { newTag, digest } = images[index]
          expectPinned(newTag, digest, keys.includes('newTag') || !keys.includes('digest'))
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('Helm values', () => {
  return fc.assert(
    fc.property(
      fc.array(helmEntry, { minLength: 1, maxLength: 4 }),
      eol,
      end,
      (all, br, hasEnd) => {
        const blocks = all.map((fields, index) =>
          [`x${index}:`, '  image:', ...fields.map(([key, value]) => `    ${key}: ${value}`)].join(
            br,
          ),
        )
        const text = ['# values', ...blocks].join(br) + (hasEnd ? br : '')
        const values = parse(pin('values.yaml', text))
        for (const index of all.keys()) {
          const { tag, digest } = values[`x${index}`].image
          expectPinned(tag, digest, true)
        }
      },
    ),
    { numRuns: 500 },
  )
})
