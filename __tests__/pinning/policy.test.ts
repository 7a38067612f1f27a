// Which rules a reference breaks, by what it says and what its registry said of it.
import { describe, expect, test } from '@jest/globals'
import { parseReference } from '../../src/oci/reference.ts'
import { judge, type Known, type Rule, type Severity } from '../../src/pinning/policy.ts'
import type { Sighting } from '../../src/pinning/sighting.ts'
import { OLD_DIGEST, PIN } from './marked.ts'

const ALL = new Map<Rule, Severity>(
  (['unpinned', 'latest', 'no-tag', 'digest-not-found', 'tag-moved'] as const).map((rule) => [
    rule,
    'error',
  ]),
)

const sighting = (text: string): Sighting => ({
  path: 'a.yaml',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  text,
  reference: parseReference(text),
})

describe('fields without tag and digest', () => {
  test.each<['chart' | 'resource', Rule[]]>([
    ['chart', ['unpinned']],
    ['resource', []],
  ])('that come from the %s', (tagFrom, expected) => {
    const findings = judge({ ...sighting('a.io/b'), tagFrom }, ALL, new Map())
    expect(findings.map(({ rule }) => rule)).toEqual(expected)
  })
})

describe('a reference', () => {
  // name, text, what the registry said, rules broken
  test.each<[string, string, Record<string, Known>, Rule[]]>([
    ['with a tag alone', 'nginx:1', {}, ['unpinned']],
    ['latest', 'nginx:latest', {}, ['latest']],
    ['behind a port, without a tag', 'localhost:5000/app', {}, ['no-tag']],
    ['latest with a digest is pinned', `nginx:latest@${OLD_DIGEST}`, {}, []],
    [
      'that is there',
      `a.io/b:1@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { digest: OLD_DIGEST }, 'a.io/b:1': { digest: OLD_DIGEST } },
      [],
    ],
    [
      'that is gone',
      `a.io/b@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { digest: undefined } },
      ['digest-not-found'],
    ],
    [
      'whose tag moved',
      `a.io/b:1@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { digest: OLD_DIGEST }, 'a.io/b:1': { digest: PIN.digest } },
      ['tag-moved'],
    ],
    [
      'whose tag is gone',
      `a.io/b:1@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { digest: OLD_DIGEST }, 'a.io/b:1': { digest: undefined } },
      ['tag-moved'],
    ],
    [
      'that was refused',
      `a.io/b:1@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { unasked: '403' } },
      ['not-checked'],
    ],
    [
      'whose tag was refused',
      `a.io/b:1@${OLD_DIGEST}`,
      { [`a.io/b@${OLD_DIGEST}`]: { digest: OLD_DIGEST }, 'a.io/b:1': { unasked: '403' } },
      ['not-checked'],
    ],
  ])('%s', (_, text, known, rules) => {
    const found = judge(sighting(text), ALL, new Map(Object.entries(known)))
    expect(found.map(({ rule }) => rule)).toEqual(rules)
  })

  test('that is excused breaks nothing', () => {
    expect(judge({ ...sighting('nginx'), excuse: '' }, ALL, new Map())).toEqual([])
  })

  test('breaks the next rule where the most telling one is off', () => {
    const only = new Map<Rule, Severity>([['unpinned', 'note']])
    expect(judge(sighting('nginx'), only, new Map())).toMatchObject([
      { rule: 'unpinned', severity: 'note' },
    ])
  })
})
