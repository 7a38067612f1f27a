// Labels: what the event says, what the lines of the input make of it, in which order.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseEvent } from '../../src/event/parse-event.ts'
import { expressionFacts } from '../../src/tags/expressions.ts'
import { type LabelRequest, resolveLabels } from '../../src/tags/labels.ts'
import { cpuMilliseconds } from '../cpu-time.ts'
import { SHA } from '../event/webhook.ts'
import { eventOf, NOW, pullRequest, push, requestOf } from './requests.ts'

const event = push('feat/x')
const expressions = expressionFacts(requestOf({ event, committedAt: Date.UTC(2024, 1, 3) }))

const labelsOf = (change: Partial<LabelRequest>) =>
  Object.fromEntries(
    resolveLabels({ event, version: '1.4.2', createdAt: NOW, lines: '', ...change }),
  )

const OCI = 'org.opencontainers.image'
const ALL = ['description', 'source', 'title', 'url']

describe('labels', () => {
  test('say what the event knows, in order', () => {
    const labels = resolveLabels({ event, version: '1.4.2', createdAt: NOW, lines: '' })
    expect([...labels]).toEqual([
      [`${OCI}.created`, '2026-07-24T22:05:09.007Z'],
      [`${OCI}.description`, 'An app'],
      [`${OCI}.licenses`, 'MIT'],
      [`${OCI}.revision`, SHA],
      [`${OCI}.source`, 'https://github.com/acme/app'],
      [`${OCI}.title`, 'app'],
      [`${OCI}.url`, 'https://github.com/acme/app'],
      [`${OCI}.version`, '1.4.2'],
    ])
  })

  test('leave out a licence and a time nobody knows', () => {
    const repository = { description: null, license: null }
    const unknown = eventOf('push', 'refs/heads/x', { repository })
    const keys = Object.keys(labelsOf({ event: unknown, createdAt: undefined }))
    expect(keys).not.toContain(`${OCI}.licenses`)
    expect(keys).not.toContain(`${OCI}.created`)
    expect(keys).toHaveLength(6)
  })

  // the payload, which of the repository's labels there are, besides those every event has
  test.each<[string, Record<string, unknown>, string, readonly string[]]>([
    ['a repository without description', { description: null }, 'acme/app', ALL],
    ['a description', { default_branch: 'main' }, 'acme/app', ['source', 'title', 'url']],
    ['no repository at all', {}, '', []],
  ])('leave out what nobody knows: %s', (_, repository, GITHUB_REPOSITORY, expected) => {
    const unknown = parseEvent({ environment: { GITHUB_REPOSITORY }, payload: { repository } })
    const keys = Object.keys(labelsOf({ event: unknown })).map((key) => key.slice(OCI.length + 1))
    expect(keys).toEqual(['created', 'revision', 'version', ...expected].sort())
  })

  test("have a pull request's own commit, not the one it would be merged as", () => {
    const revision = pullRequest().pullRequest?.headSha
    expect(labelsOf({ event: pullRequest() })).toMatchObject({ [`${OCI}.revision`]: revision })
  })

  test('the order of keys is that of localeCompare', () => {
    const keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'ab19z.A-_/'), minLength: 1 }))
    return fc.assert(
      fc.property(keys, (some) => {
        const lines = some.map((key) => `x${key}=1`).join('\n')
        const found = Object.keys(labelsOf({ lines })).filter((key) => key.startsWith('x'))
        expect(found).toEqual(some.map((key) => `x${key}`).sort((a, b) => a.localeCompare(b)))
      }),
    )
  })

  // the lines, a key, its value (none: it is not there)
  test.each<[string, string, string | undefined]>([
    ['a=b', 'a', 'b'],
    ['a=b=c', 'a', 'b=c'],
    ['a=', 'a', ''],
    ['a=1\na=2', 'a', '2'],
    ['a=Hello, world', 'a', 'Hello, world'],
    ['"a=one\ntwo"', 'a', 'one two'],
    ['# a=b', 'a', undefined],
    ['a', 'a', undefined],
    [`${OCI}.title=mine`, `${OCI}.title`, 'mine'],
    [`-${OCI}.title`, `${OCI}.title`, undefined],
    [`-${OCI}.title\n${OCI}.title=back`, `${OCI}.title`, 'back'],
    ['a=1\n-a', 'a', undefined],
    ['a={{ .Values.x }}', 'a', '{{ .Values.x }}'],
    ['__proto__=x', '__proto__', 'x'],
  ])('%j', (lines, key, value) => {
    const labels = resolveLabels({ event, version: '', createdAt: NOW, lines })
    expect(labels.get(key)).toBe(value)
  })

  test('keep line breaks of a description out', () => {
    const repository = { ...event.repository, description: ' one\r\n\n two\u2028three ' }
    expect(labelsOf({ event: { ...event, repository } })).toMatchObject({
      [`${OCI}.description`]: 'one two three',
    })
  })

  test('a description of a hundred thousand blanks is read in under 500 ms', () => {
    const description = `${' '.repeat(100_000)}x`
    const start = cpuMilliseconds()
    labelsOf({ event: { ...event, repository: { ...event.repository, description } } })
    expect(cpuMilliseconds() - start).toBeLessThan(500)
  })

  test('expressions, where they are asked for', () => {
    const lines = "a={{branch}} {{sha}}\nb={{tag}}\nc={{commit_date 'YYYY-MM-DD'}}"
    expect(labelsOf({ lines, expressions })).toMatchObject({
      a: 'feat/x 860c190',
      b: '',
      c: '2024-02-03',
    })
  })

  test('broken expressions, together', () => {
    const lines = 'a={{brnach}}\nb=1\nc={{ .Values.x }}'
    expect(() => labelsOf({ lines, expressions, input: 'annotations' })).toThrow(
      /^annotations, line 1: \{\{brnach\}\} is no known .*\nannotations, line 3: \{\{\.Values\.x\}\} is no/,
    )
  })
})
