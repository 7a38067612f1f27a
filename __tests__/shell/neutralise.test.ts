// Text of others on its way to the log: none of it is a command to the runner.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { neutralise } from '../../src/shell/neutralise.ts'

// name, foreign text, what is printed
test.each<[string, string, string]>([
  ['plain text', 'all good: 100 %\n\ttabbed', 'all good: 100 %\n\ttabbed'],
  ['a command', '::error::pwn', '> ::error::pwn'],
  ['a command in a later line', 'ok\n  ::set-output name=a::b', 'ok\n>   ::set-output name=a::b'],
  ['a command after a carriage return', 'ok\r::add-mask::a', 'ok\n> ::add-mask::a'],
  ['an old command anywhere', 'x ##[error]pwn', 'x ## [error]pwn'],
  ['colons inside a line', 'std::string', 'std::string'],
  ['colour', '\u001b[31mred\u001b[0m', 'red'],
  ['a terminal title', '\u001b]0;pwn\u0007text', 'text'],
  ['a command behind colour', '\u001b[31m::error::pwn', '> ::error::pwn'],
  ['a command behind a zero-width space', '\u200b::error::pwn', '> ::error::pwn'],
  ['a bell and a null', 'a\u0007b\u0000c', 'a\ufffdb\ufffdc'],
  ['a line separator', 'a\u2028::error::pwn', 'a\ufffd::error::pwn'],
  ['text that runs backwards', 'a\u202egnp.exe', 'agnp.exe'],
  ['tag characters', 'a\u{e0041}b', 'ab'],
])('%s', (_, text, printed) => {
  expect(neutralise(text)).toBe(printed)
})

/** As actions/runner reads a line: trimmed, `::` at its start, or `##[` anywhere. */
const isCommand = (line: string) => line.trim().startsWith('::') || line.includes('##[')

test('no line of any text is a command', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('::', '\n', '\r', '##[', ' ')),
      ),
      (parts) => {
        const lines = neutralise(parts.join('')).split(/[\n\r\u2028\u2029]/)
        expect(lines.filter(isCommand)).toEqual([])
      },
    ),
  ))
