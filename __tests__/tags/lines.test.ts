// How lists are split into lines and fields.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readLines } from '../../src/tags/lines.ts'

describe('readLines', () => {
  // the input, each line's number and fields
  test.each<[string, readonly (readonly [number, ...string[]])[]]>([
    ['', []],
    ['a', [[1, 'a']]],
    [' a , b ,, c ', [[1, 'a', 'b', 'c']]],
    [
      'a\r\n\r\nb\n',
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    ['# all\n  # indented\na # kept\n#', [[3, 'a # kept']]],
    ['a,"b,c",d', [[1, 'a', 'b,c', 'd']]],
    ['a, "b,c" ,d', [[1, 'a', 'b,c', 'd']]],
    [
      '"b,c"\r\nd',
      [
        [1, 'b,c'],
        [2, 'd'],
      ],
    ],
    ['"say ""hi"""', [[1, 'say "hi"']]],
    ['"""a,b"""', [[1, 'a,b']]],
    ['a="b,c"', [[1, 'a="b', 'c"']]],
    ['"a" b,c', [[1, '"a" b', 'c']]],
    ['"a,b', [[1, '"a', 'b']]],
    [
      '"two\nlines",x\ny',
      [
        [1, 'two\nlines', 'x'],
        [3, 'y'],
      ],
    ],
    ['"type=raw,value=x"', [[1, 'type=raw', 'value=x']]],
    ['"value=a,b"', [[1, 'value=a,b']]],
  ])('%j', (input, expected) => {
    expect(readLines(input).map(({ number, fields }) => [number, ...fields])).toEqual(expected)
  })

  test('fields are joined again as they were written, but for their quotes', () => {
    expect(readLines('a=Hello, world,\n"b=1,2", c').map(({ joined }) => joined)).toEqual([
      'a=Hello, world,',
      'b=1,2, c',
    ])
  })

  test('reads anything, in numbered lines of trimmed fields', () => {
    const input = fc.string({ unit: fc.constantFrom(...'a", #=\n\r\t') })
    return fc.assert(
      fc.property(input, (text) => {
        const lines = readLines(text)
        const numbers = lines.map(({ number }) => number)
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
        const fields = lines.flatMap((line) => line.fields)
        expect(fields.filter((field) => field === '' || field !== field.trim())).toEqual([])
      }),
    )
  })
})
