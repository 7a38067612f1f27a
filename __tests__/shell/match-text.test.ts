import { expect, test } from '@jest/globals'
import { matchText } from '../../src/shell/match-text.ts'

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

test('a catastrophic regex is stopped', () => {
  expect(() => matchText({ source: '^(a+)+$', flags: '' }, `${'a'.repeat(40)}!`)).toThrow(
    /^it had not ended after 80 ms$/,
  )
})
