// Secrets in every usual spelling, hidden; and what only looks like one, kept.
import { expect, test } from '@jest/globals'
import { Secrets } from '../../src/shell/secrets.ts'

// name, secrets, text, what is printed
test.each<[string, string[], string, string]>([
  ['one', ['hunter22'], 'password hunter22!', 'password ***!'],
  ['every place', ['hunter22'], 'hunter22hunter22', '******'],
  ['the longer one first', ['token', 'token-long'], 'a token-long one', 'a *** one'],
  ['each line of a key', ['BEGIN\nabcdef\nEND.'], 'so abcdef leaks', 'so *** leaks'],
  ['base64 of it', ['hunter22!'], `so ${btoa('hunter22!')} leaks`, 'so *** leaks'],
  ['it in an address', ['a b/c?d'], 'x?y=a%20b%2Fc%3Fd', 'x?y=***'],
  ['it in JSON', ['say "it"'], '{"a":"say \\"it\\""}', '{"a":"***"}'],
  ['it in Markdown', ['ghs_a*b'], 'ghs&#95;a&#42;b', '***'],
  ['not the brackets of a key', ['{\n"key": "abcd"\n}'], '{}', '{}'],
  ['a header nobody told of', [], `x: Bearer ${'a'.repeat(20)}, y`, 'x: Bearer ***, y'],
  [
    'a password in an address',
    [],
    'at https://me:hunter22@a.example/b',
    'at https://***@a.example/b',
  ],
  [
    'no tag before a digest',
    [],
    `oci://app:1.4@sha256:${'a'.repeat(64)}`,
    `oci://app:1.4@sha256:${'a'.repeat(64)}`,
  ],
  ['no words', [], 'Bearer authentication, Basic auth', 'Bearer authentication, Basic auth'],
  ['not what any word may hold', ['ab'], 'about', 'about'],
  ['nothing', [''], 'text', 'text'],
])('hides %s', (_, values, text, printed) => {
  const secrets = new Secrets()
  for (const value of values) secrets.add(value)
  expect(secrets.hide(text)).toBe(printed)
})

test('says what is new, so that each is masked once', () => {
  const secrets = new Secrets()
  expect(secrets.add('one2\ntwo2')).toEqual(['one2\ntwo2', 'one2', 'two2'])
  expect(secrets.add('two2')).toEqual([])
})

test('data keeps what is a word as well, and no token', () => {
  const secrets = new Secrets()
  for (const value of ['true', '5.0.0', 'staging', 'ghs_0123456789']) secrets.add(value)
  const text = 'built=true app:5.0.0 staging ghs_0123456789'
  expect(secrets.hideInData(text)).toBe('built=true app:5.0.0 staging ***')
  expect(secrets.hide(text)).toBe('built=*** app:*** *** ***')
})
