// Caches: the entries of `cache-to` and `cache-from` with what they leave unsaid.
import { describe, expect, test } from '@jest/globals'
import { cacheFrom, cacheTo } from '../../src/buildx/cache.ts'

const ONE = ['linux/arm/v7']
const TWO = ['linux/amd64', 'linux/arm64']

describe('where the cache is written to', () => {
  test.each([
    // name, entry, platforms, expected
    [
      'gha',
      'type=gha,mode=max',
      ONE,
      ['type=gha,mode=max,ignore-error=true,scope=buildkit-linux-arm-v7'],
    ],
    [
      'gha, several platforms',
      'type=gha',
      TWO,
      ['type=gha,ignore-error=true,scope=buildkit-linux-amd64-linux-arm64'],
    ],
    ['gha, no platforms', 'type=gha', [], ['type=gha,ignore-error=true']],
    [
      'gha, all said',
      'type=gha,scope=s,ignore-error=false',
      ONE,
      ['type=gha,scope=s,ignore-error=false'],
    ],
    ['registry', 'type=registry,ref=r/a:c', ONE, ['type=registry,ref=r/a:c,ignore-error=true']],
    ['short form', 'r/a:c', ONE, ['type=registry,ref=r/a:c,ignore-error=true']],
    [
      'short forms',
      'r/a:c,r/b:c',
      ONE,
      ['type=registry,ref=r/a:c,ignore-error=true', 'type=registry,ref=r/b:c,ignore-error=true'],
    ],
    ['local', 'type=local,dest=c', ONE, ['type=local,dest=c']],
    ['inline', 'type=inline', ONE, ['type=inline']],
    ['quoted', 'type=registry,"ref=a,b"', ONE, ['type=registry,"ref=a,b",ignore-error=true']],
  ])('%s', (_, entry, platforms, expected) => {
    expect(cacheTo(entry, platforms)).toEqual(expected)
  })
})

describe('where the cache is read from', () => {
  test.each([
    ['gha: as it is written', 'type=gha', ONE, ['type=gha,scope=buildkit-linux-arm-v7']],
    ['gha, scope said', 'type=gha,scope=s', ONE, ['type=gha,scope=s']],
    ['short form', 'r/a:c', ONE, ['type=registry,ref=r/a:c']],
    ['local', 'type=local,src=c', ONE, ['type=local,src=c']],
  ])('%s', (_, entry, platforms, expected) => {
    expect(cacheFrom(entry, platforms)).toEqual(expected)
  })
})
