// The quick reading of YAML says what the full grammar says, or leaves the text to it.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readLines } from '../../src/pinning/yaml-lines.ts'
import { parseDocument, readFlow } from '../../src/pinning/yaml-tree.ts'
import { marked } from './marked.ts'
import { SAMPLES } from './samples.ts'

/** Both readings of a text; the quick one undefined where it leaves the text to the other. */
const both = (text: string) => ({
  quick: readLines(text, 7, readFlow),
  whole: parseDocument(text, 7),
})

/** Whether the quick reading was made; where it was, it must be the same. */
function agrees(text: string): boolean {
  const { quick, whole } = both(text)
  if (quick) expect({ text, root: quick }).toEqual({ text, root: whole.root })
  return quick !== undefined
}

test('samples read the same', () => {
  const read = SAMPLES.filter(
    ({ path, text }) => /ya?ml$/.test(path) && agrees(marked(text).before),
  )
  expect(read.length).toBeGreaterThan(20)
})

describe('is quick with what manifests are made of', () => {
  test.each<[string, string]>([
    ['mappings and sequences', 'a:\n  b: 1\n  c:\n  - x\n  - y: 1\n    z: 2\n  -\n    - q\nd:\n'],
    ['comments', '--- # c\n# c\na: 1 # c\n  # c\nb: "x # y" # c\n# c\n'],
    ['quotes', 'a: "x"\nb: \'y: z\'\n'],
    ['flow', 'a: {b: [1, "c"]} # c\nd: []\n'],
    ['blocks', 'a: |\n  x\n\n    y\n  # z\nb: >-\n  nginx:1\nc: 1\n'],
    ['items with several keys', '- a: 1\n  b: 2\n-   c: 3\n    d: 4\n'],
    ['blocks and blank lines', 'a: |\n  x\n\nb: >-\n  y\n\n\nc: 1\n'],
    ['escapes', "a: \"\\x31\"\nb: 'it''s' # c\n"],
    ['flags', '- --a=b\n- -c\n'],
    ['anchors and aliases', 'a: &x\n  b: &y 1\n  c: [1]\nd: *y\ne:\n  <<: *x\nf: &z "q"\n'],
    ['anchors of lists and texts', 'a: &x\n- &y 1\n- &z {b: c}\nd: &e |\n  f\n'],
    ['CRLF', 'a:\r\n  b: 1\r\n'],
    ['no line break at the end', 'a:\n  b: 1'],
  ])('%s', (_, text) => {
    expect(agrees(text)).toBe(true)
  })
})

describe('leaves to the full grammar', () => {
  test.each<[string, string]>([
    ['anchors of keys', '- &x a: 1\n'],
    ['anchors of nothing', 'a: &x\nb: 1\n'],
    ['aliases as keys', '*x : 1\n'],
    ['tags', 'a: !!str 1\n'],
    ['texts over several lines', 'a: one\n  two\n'],
    ['items over several lines', '- one\n  two\n'],
    ['flow over several lines', 'a: [1,\n  2]\n'],
    ['tabs', 'a:\t1\n'],
    ['complex keys', '? a\n: b\n'],
    ['quoted keys', '"a": 1\n'],
    ['indentation hints', 'a: |2\n   x\n'],
    [
      'a hundred levels',
      `a: ${'\n'.concat(...Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:\n`))}`,
    ],
  ])('%s', (_, text) => {
    expect(both(text).quick).toBeUndefined()
  })
})

test('random texts read the same, or are left', () => {
  const piece = fc.constantFrom(
    ...['a:', 'b: 1', '- ', '- x', '-', ': ', 'x y', '-x', '--f', 'image: n:1', '<<: *a'],
    ...['\n', '\n  ', '\n    ', '\r\n', '\n\n', ' ', ' # c', '#', '---', '...', '%', '\\'],
    ...['"q"', "'s'", '"q\\n"', "'it''s'", '{a: b}', '[1]', '{', ']', '|', '|+', '>-'],
    ...['&a', '&a ', '*a'],
  )
  return fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      agrees(pieces.join(''))
    }),
    { numRuns: 5000 },
  )
})
