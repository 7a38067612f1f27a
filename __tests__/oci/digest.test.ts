// Digests: which are whole, and that bytes are hashed by the algorithm they are named with.
import { expect, test } from '@jest/globals'
import {
  createDigester,
  digestOf,
  isDigest,
  matchesDigest,
  parseDigest,
} from '../../src/oci/digest.ts'

const bytes = new TextEncoder().encode('abc')
const SHA256 = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

test('the known digest of "abc", at once and in pieces', () => {
  expect(digestOf(bytes)).toBe(SHA256)
  const digester = createDigester(SHA256)
  for (const byte of bytes) digester.update(Uint8Array.of(byte))
  expect(digester.digest()).toBe(SHA256)
})

test('sha512 is hashed as such', () => {
  const digest = digestOf(bytes, 'sha512')
  expect(isDigest(digest)).toBe(true)
  expect(matchesDigest(bytes, digest)).toBe(true)
  expect(matchesDigest(new Uint8Array(), digest)).toBe(false)
  expect(createDigester(digest).digest()).toBe(digestOf(new Uint8Array(), 'sha512'))
})

test.each([
  '',
  'sha256:',
  SHA256.slice(0, -1),
  `${SHA256}0`,
  SHA256.toUpperCase(),
  SHA256.replace('ba', 'BA'),
  `md5:${'a'.repeat(32)}`,
  `${SHA256}\n`,
  `sha512:${'a'.repeat(64)}`,
  `sha256:../${'a'.repeat(61)}`,
])('%j is no digest', (text) => {
  expect(isDigest(text)).toBe(false)
  expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'invalid-reference' }))
})
