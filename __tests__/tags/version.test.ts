// Versions of every scheme: which are read, and how they are ordered.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compare, valid } from 'semver'
import type { Scheme } from '../../src/tags/tag-set.ts'
import { compareVersions, isOnLine, readVersion } from '../../src/tags/version.ts'

const order = (scheme: Scheme, a: string, b: string) => {
  const [left, right] = [readVersion(a, scheme), readVersion(b, scheme)]
  return left && right ? Math.sign(compareVersions(left, right)) : undefined
}

describe('versions', () => {
  // scheme, written, as a tag shows it and what it is: plain, of a channel, other
  test.each<[Scheme, string, string]>([
    ['semver', '1.4.2', '1.4.2 plain'],
    ['semver', 'v1.4.2', '1.4.2 plain'],
    ['semver', '1.4.2-rc.1', '1.4.2-rc.1 rc'],
    ['semver', '1.4.2-beta2+b.7', '1.4.2-beta2 beta'],
    ['semver', '1.4.2-1', '1.4.2-1 other'],
    ['semver', '1.4.2+b.7', '1.4.2 plain'],
    ['semver', '1.4', 'none'],
    ['semver', '1.4.2.0', 'none'],
    ['semver', '01.4.2', 'none'],
    ['semver', '1.4.2-01', 'none'],
    ['semver', 'V1.4.2', 'none'],
    ['semver', '9999999999999999.0.0', 'none'],
    ['dotted', '1.4', '1.4 plain'],
    ['dotted', 'v1.2.3.4', '1.2.3.4 plain'],
    ['dotted', '2024.01.05', '2024.01.05 plain'],
    ['dotted', '1.4-rc.2', '1.4-rc.2 rc'],
    ['dotted', '1.4rc2', 'none'],
    ['dotted', 'release-1', 'none'],
    ['pep440', '1.4', '1.4 plain'],
    ['pep440', ' V1.4 ', '1.4 plain'],
    ['pep440', '2024.01.05', '2024.1.5 plain'],
    ['pep440', '1.4-alpha_2', '1.4a2 a'],
    ['pep440', '1.4.preview', '1.4rc0 rc'],
    ['pep440', '1.4c3', '1.4rc3 rc'],
    ['pep440', '1.4-3', '1.4.post3 other'],
    ['pep440', '1.4.post', '1.4.post0 other'],
    ['pep440', '1.4.rev2.dev1', '1.4.post2.dev1 other'],
    ['pep440', '1!1.4', '1!1.4 plain'],
    ['pep440', '1.4+ubuntu.1', '1.4+ubuntu-1 plain'],
    ['pep440', '1.4-x', 'none'],
  ])('%s: %s is %s', (scheme, written, expected) => {
    const version = readVersion(written, scheme)
    const kind = version?.stable ? 'plain' : version?.channel || 'other'
    expect(version ? `${version.text} ${kind}` : 'none').toBe(expected)
  })

  // scheme, versions from the lowest to the highest
  test.each<[Scheme, string]>([
    ['semver', '1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-rc.2 1.0.0-rc.10 1.0.0'],
    ['semver', '0.9.0 0.10.0 1.0.0 1.0.1 1.1.0 2.0.0'],
    ['dotted', '0.29 0.29.0.1 0.29.1 0.30-rc.1 0.30 1 2024.01.05 2024.1.10 2024.02.01'],
    ['pep440', '1.dev1 1a1.dev2 1a1 1a1.post1 1b1 1rc1 1 1.post1.dev1 1.post1 1.0.1 1!0.1'],
  ])('%s: %s is in order', (scheme, list) => {
    const versions = list.split(' ')
    for (const [index, lower] of versions.entries())
      for (const [other, higher] of versions.entries())
        expect(order(scheme, higher, lower)).toBe(Math.sign(other - index))
  })

  test.each<[Scheme, string, string]>([
    ['dotted', '1.4', '1.4.0'],
    ['dotted', '2024.01.05', '2024.1.5'],
    ['pep440', '1.4.0', '1.4'],
  ])('%s: %s equals %s', (scheme, a, b) => {
    expect(order(scheme, a, b)).toBe(0)
  })

  test.each<[string, readonly number[], boolean]>([
    ['1.4.2', [], true],
    ['1.4.2', [1], true],
    ['1.4.2', [1, 4], true],
    ['1.4.2', [1, 3], false],
    ['1', [1, 0], true],
    ['1', [1, 4], false],
  ])('%s is on the line %j: %s', (text, line, expected) => {
    const version = readVersion(text, 'dotted')
    expect(version && isOnLine(version, line)).toBe(expected)
  })

  test('semantic versions are read and ordered as by the semver library', () => {
    const part = fc.string({ unit: fc.constantFrom(...'0019.-+a'), maxLength: 6 })
    const text = fc
      .tuple(fc.constantFrom('1.0.1', '1.0.10', '0.0'), part)
      .map((both) => both.join(''))
    return fc.assert(
      fc.property(text, text, (a, b) => {
        expect(readVersion(a, 'semver')?.text).toBe(valid(a) ?? undefined)
        if (valid(a) && valid(b)) expect(order('semver', a, b)).toBe(compare(a, b))
      }),
      { numRuns: 2000 },
    )
  })
})
