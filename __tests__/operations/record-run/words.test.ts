// A command line as its words, or as what takes a shell; a real sh is the measure.
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { commandWords, quoteWord, splitWords } from '../../../src/operations/record-run/words.ts'

// command line, its words; undefined: it takes a shell
test.each<[string, string[] | undefined]>([
  ['python train.py --lr 0.1', ['python', 'train.py', '--lr', '0.1']],
  ["  a\t'b c'  ", ['a', 'b c']],
  [`a"b 'c'"d`, ["ab 'c'd"]],
  ['a\\ b \\"', ['a b', '"']],
  ['"a\\"b" "c\\d"', ['a"b', 'c\\d']],
  ['a \'\' ""', ['a', '', '']],
  ['a \\\n  b', ['a', 'b']],
  ['--set=a=b x#y x~', ['--set=a=b', 'x#y', 'x~']],
  ['', []],
  ['a && b', undefined],
  ['a > log', undefined],
  ['echo $HOME', undefined],
  ['echo "$HOME"', undefined],
  ['ls *.py', undefined],
  ['ls ~', undefined],
  ['a # b', undefined],
  ['a\nb', undefined],
  ['LR=1 train', undefined],
])('splits %j', (line, words) => {
  expect(splitWords(line)).toEqual(words)
})

test.each(["a 'b", 'a "b'])('%j is a mistake', (line) => {
  expect(() => splitWords(line)).toThrow(/quote that is not closed/)
})

test('what takes a shell gets one', () => {
  expect(commandWords('a | b')).toEqual(['/bin/sh', '-c', 'a | b'])
})

test('splits as sh does, and sh reads quoted words back', async () => {
  const sign = fc.constantFrom('a', ' ', "'", '"', '\\', '$', '#', '~', '\n', 'ü')
  await fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 12 }), (line) => {
      const words = wordsOf(line)
      fc.pre(words !== undefined && !line.endsWith('\\'))
      const script = `printf '%s\\n' run ${line}\nprintf '%s\\n' run ${(words ?? []).map(quoteWord).join(' ')}`
      const told = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
      const once = ['run', ...(words ?? [])].map((word) => `${word}\n`).join('')
      expect(told).toBe(once + once)
    }),
    { numRuns: 60 },
  )
})

/** undefined also where a quote is not closed. */
function wordsOf(line: string): readonly string[] | undefined {
  try {
    return splitWords(line)
  } catch {
    return undefined
  }
}
