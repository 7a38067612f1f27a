// Lists as people write them in `with:`.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseList } from '../../src/inputs/list.ts'

const texts = (input: string, commas = false) =>
  parseList(input, { commas }).map(({ text }) => text)

// name, input, items
test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['blank lines', '\n  \n\t\n', []],
  ['one a line, trimmed', '  a \n\tb\r\nc', ['a', 'b', 'c']],
  ['a comma inside a line stays', 'A=1,2\nB=3', ['A=1,2', 'B=3']],
  ['comments, indented too', '# one\n  # two\na\n', ['a']],
  ['a # further in is no comment', 'URL=http://x/#y', ['URL=http://x/#y']],
  ['JSON stays as it is', 'A={"b": "c, d"}', ['A={"b": "c, d"}']],
  ['quotes around an item go', '"A=b c"', ['A=b c']],
  ['a quoted item keeps its line breaks', '"A=one\ntwo"\nB=3', ['A=one\ntwo', 'B=3']],
  ['two quotes stand for one', '"A=say ""hi"""', ['A=say "hi"']],
  ['a quoted comment is an item', '"# no comment"', ['# no comment']],
  ['a quote that does not end is text', '"A=b', ['"A=b']],
  ['text after the closing quote: all is text', '"a" b', ['"a" b']],
])('%s', (_, input, items) => {
  expect(texts(input)).toEqual(items)
})

test('commas separate where no item can hold one', () => {
  expect(texts('linux/amd64, linux/arm64,\nlinux/arm/v7', true)).toEqual([
    'linux/amd64',
    'linux/arm64',
    'linux/arm/v7',
  ])
})

test('items know the line they began on', () => {
  expect(parseList('\na\n# c\n"b\nb"\nd').map(({ line }) => line)).toEqual([2, 4, 6])
})

test('any text survives when it is quoted', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (items) => {
      const written = items.map((item) => `"${item.replaceAll('"', '""')}"`).join('\n')
      expect(texts(written)).toEqual(items)
    }),
  ))
