// Platforms as people and uname write them, in one spelling each.
import { expect, test } from '@jest/globals'
import { formatPlatform, normalisePlatform, parsePlatform } from '../../src/oci/platform.ts'

// as written, as we write it
test.each([
  ['linux/amd64', 'linux/amd64'],
  [' Linux/X86_64 ', 'linux/amd64'],
  ['linux/x86-64', 'linux/amd64'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/armel', 'linux/arm/v6'],
  ['linux/arm/v6', 'linux/arm/v6'],
  ['linux/i386', 'linux/386'],
  ['windows/amd64', 'windows/amd64'],
  ['linux/constructor', 'linux/constructor'],
])('%j is %s', (written, named) => {
  expect(formatPlatform(parsePlatform(written))).toBe(named)
})

test.each(['linux', 'linux/', '/amd64', 'linux/amd64/v1/x', 'linux amd64', ''])(
  '%j is no platform',
  (text) => {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'input' }))
  },
)

test('what an index says is taken as it is', () => {
  const platform = { os: 'linux', architecture: '__proto__' }
  expect(normalisePlatform(platform)).toEqual(platform)
})
