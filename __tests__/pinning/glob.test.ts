// Globs over paths and patterns of image names, in words and in cost.
import { describe, expect, test } from '@jest/globals'
import { parseGlob, parseNamePattern } from '../../src/pinning/glob.ts'

describe('globs over paths', () => {
  // glob, paths it has, paths it has not
  test.each<[string, string[], string[]]>([
    ['a.yaml', ['a.yaml'], ['b/a.yaml', 'aXyaml']],
    ['./a.yaml', ['a.yaml'], []],
    ['*.yaml', ['a.yaml', '.yaml'], ['b/a.yaml', 'a.yml']],
    ['**/*.yaml', ['a.yaml', 'b/a.yaml', 'b/c/a.yaml'], ['a.yml']],
    ['k8s/**', ['k8s/a', 'k8s/b/c'], ['k8s2/a']],
    ['k8s/', ['k8s/a', 'k8s/b/c'], ['a/k8s/b']],
    ['**/prod/**/*.yaml', ['prod/a.yaml', 'x/prod/y/z/a.yaml'], ['x/a.yaml']],
    ['{dev,prod}/*.{yml,yaml}', ['dev/a.yml', 'prod/a.yaml'], ['test/a.yml']],
    ['a?.[xy]', ['ab.x', 'a1.y'], ['a.x', 'ab.z', 'a/.x']],
    ['[!a].x', ['b.x'], ['a.x']],
    ['[!].x', ['[!].x'], ['a.x', '!.x']],
    ['a+(b).yaml', ['a+(b).yaml'], ['ab.yaml']],
  ])('%s', (glob, has, hasNot) => {
    const matches = parseGlob(glob)
    expect(has.filter(matches)).toEqual(has)
    expect(hasNot.filter(matches)).toEqual([])
  })

  test.each<[string, string]>([
    ['a**b', 'beside other characters'],
    ['*a*a*a*a*a', 'too many'],
    ['{a,b}'.repeat(7), 'too many choices'],
    ['a'.repeat(1001), 'too long'],
    ['[z-a].yaml', 'a range that ends before it begins'],
    ['[a-\\].yaml', 'a range that ends before it begins'],
  ])('%s is refused', (glob, message) => {
    expect(() => parseGlob(glob)).toThrow(message)
  })

  test('many folders cost little', () => {
    expect(parseGlob('**/a/**/a/**/a/**/b')('a/'.repeat(1000))).toBe(false)
  })
})

describe('patterns of image names', () => {
  test.each<[string, string, boolean]>([
    ['*', 'docker.io/library/nginx', true],
    ['nginx', 'nginx', true],
    ['nginx', 'nginx2', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/a/b', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme', false],
    ['*/app-*-x', 'a/app-1-x', true],
    ['a*a', 'a', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(parseNamePattern(pattern)(name)).toBe(expected)
  })
})
