import { expect, test } from '@jest/globals'
import { Secrets } from '../../src/shell/secrets.ts'

// name, secrets, text, what is printed
test.each<[string, string[], string, string]>([
  ['one', ['hunter22'], 'password hunter22!', 'password ***!'],
  ['every place', ['hunter22'], 'hunter22hunter22', '******'],
  ['the longer one first', ['token', 'token-long'], 'a token-long one', 'a *** one'],
  ['each line of a key', ['BEGIN\nabcdef\nEND.'], 'so abcdef leaks', 'so *** leaks'],
  ['not what any word may hold', ['ab'], 'about', 'about'],
  ['nothing', [''], 'text', 'text'],
])('hides %s', (_, values, text, printed) => {
  const secrets = new Secrets()
  for (const value of values) secrets.add(value)
  expect(secrets.hide(text)).toBe(printed)
})

test('says what is new, so that each is masked once', () => {
  const secrets = new Secrets()
  expect(secrets.add('one\ntwo')).toEqual(['one\ntwo', 'one', 'two'])
  expect(secrets.add('two')).toEqual([])
})
