// Users' regular expressions: as in any script, and ended when they will not end.
import { expect, test } from '@jest/globals'
import { createMatchText, matchText } from '../../src/shell/match-text.ts'

// name, source, flags, text, groups
test.each<[string, string, string, string, (string | undefined)[] | undefined]>([
  ['a group', '^v(.*)$', '', 'v1.2', ['v1.2', '1.2']],
  ['a flag', '^V', 'i', 'v1', ['v']],
  ['a group that took no part', '(a)|(b)', '', 'b', ['b', undefined, 'b']],
  ['no match', '^x', '', 'v1', undefined],
  ['lookbehind, as in any script', '(?<=v)\\d', '', 'v1', ['1']],
])('%s', (_, source, flags, text, groups) => {
  expect(matchText({ source, flags }, text)).toEqual(groups)
})

const CATASTROPHIC = { source: '^(a+)+$', flags: '' }
const TEXT = `${'a'.repeat(40)}!`

test('a catastrophic regex is stopped', () => {
  expect(() => matchText(CATASTROPHIC, TEXT)).toThrow(/^it had not ended after 80 ms$/)
})

// name, milliseconds of the processor in each of the limits, how often it is asked for the time
test.each([
  ['a busy machine', 7, 7],
  ['the regex itself', 9, 2],
])('a limit that %s ran out is one or not', (_, each, asked) => {
  let times = 0
  const match = createMatchText(() => each * times++)
  expect(() => match(CATASTROPHIC, TEXT)).toThrow(/^it had not ended after 80 ms$/)
  expect(times).toBe(asked)
})
