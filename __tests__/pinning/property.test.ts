// Random documents: whatever stands around the images, only the images change.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { rewriteText } from '../../src/pinning/rewrite.ts'
import { scanText } from '../../src/pinning/scan.ts'
import { OLD_DIGEST, PIN } from './marked.ts'

/** A text, in which every image is an item of its own. */
type Piece = string | { readonly name: string; readonly tag: string }

const name = fc.constantFrom('nginx', 'a/b', 'ghcr.io/acme/app', 'localhost:5000/x', 'q.io/a/b-c')
const tag = fc.constantFrom('', ':1', ':1.25-alpine', ':latest', `@${OLD_DIGEST}`)
const image: fc.Arbitrary<Piece> = fc.record({ name, tag })
const word = fc.constantFrom('a', 'image-x', 'é', '日本', 'x-y', '1.20', 'true')

/** How a scalar may be written around what it holds. */
const quoted = fc.tuple(fc.constantFrom(['', ''], ['"', '"'], ["'", "'"]), image)

const decoy = fc.oneof(
  word.map((text) => `note: ${text} # image: nginx:1`),
  fc.constantFrom(
    'text: "image: nginx:1"',
    'numbers: [1e3, 0x1F, 1.20, ~, yes]',
    'empty:',
    'multi: one\n  two\n\n  three',
    "single: 'it''s'",
    'anchor: &a {b: *c}',
    '? complex\n: value',
    '# a comment',
    '',
    'tabs:\t"x"\t# y',
  ),
)

/** One container: the image in the middle of other keys. */
const container = fc
  .tuple(fc.array(decoy, { maxLength: 3 }), quoted, fc.array(decoy, { maxLength: 2 }), fc.boolean())
  .map(([before, [[open, close], piece], after, isFlow]): Piece[] => {
    if (isFlow)
      return ['  - {name: x, image: ', open ?? '', piece, close ?? '', ', z: [1, {y: 2}]}\n']
    const indented = (lines: readonly string[]) =>
      lines.map((line) => `    ${line.replaceAll('\n', '\n    ')}\n`).join('')
    return [
      '  - name: x\n',
      indented(before),
      '    image: ',
      open ?? '',
      piece,
      close ?? '',
      ' # c\n',
      indented(after),
    ]
  })

const pod = fc
  .array(container, { minLength: 1, maxLength: 4 })
  .map((containers): Piece[] => [
    'kind: Pod\napiVersion: v1\nspec:\n  containers:\n',
    ...containers.flat(),
  ])

const file = fc
  .tuple(
    fc.array(pod, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([pods, eol, hasMark, hasEnd]): Piece[] => {
    const pieces = pods.flatMap((pieces, index): Piece[] =>
      index === 0 ? pieces : ['---\n', ...pieces],
    )
    const last = pieces.length - 1
    return [
      hasMark ? '\uFEFF' : '',
      ...pieces.map((piece, index) => {
        if (typeof piece !== 'string') return piece
        const text = index === last && !hasEnd ? piece.replace(/\n$/, '') : piece
        return text.replaceAll('\n', eol)
      }),
    ]
  })

const textOf = (pieces: readonly Piece[]) =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : piece.name + piece.tag)).join('')

const pinnedText = (pieces: readonly Piece[]) =>
  pieces
    .map((piece) => (typeof piece === 'string' ? piece : `${piece.name}:${PIN.tag}@${PIN.digest}`))
    .join('')

test('only the images change, and only once', () => {
  return fc.assert(
    fc.property(file, (pieces) => {
      const text = textOf(pieces)
      const { text: after, refused } = rewriteText(scanText('a.yaml', text), () => PIN)
      expect(refused).toEqual([])
      expect(after).toBe(pinnedText(pieces))
      expect(rewriteText(scanText('a.yaml', after), () => PIN).text).toBe(after)
    }),
    { numRuns: 400 },
  )
})

test('any text at all is read without a failure, and spliced only where it mentions images', () => {
  const noise = fc.string({
    unit: fc.constantFrom(...'image: \n-{}[]"\'|>&*#%@!?,\t\r:x1'),
    maxLength: 200,
  })
  return fc.assert(
    fc.property(
      noise,
      fc.constantFrom('a.yaml', 'Dockerfile', 'values.yaml', 'compose.yaml'),
      (text, path) => {
        const scan = scanText(path, `image: x\nFROM y:1\n${text}`)
        const { text: after, replacements } = rewriteText(scan, () => PIN)
        if (replacements.length === 0) expect(after).toBe(scan.text)
        expect(scanText(path, after).mentions).toHaveLength(scan.mentions.length)
      },
    ),
    { numRuns: 500 },
  )
})
