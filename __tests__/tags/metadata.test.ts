// Value for value and in order what docker/metadata-action v6.2.0 gives. The expectations come from
// its documentation, its source and runs of it; differences on purpose have tests of their own.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { SHA } from '../event/webhook.ts'
import { eventOf, namesOf, pullRequest, push, releaseOf, tagPush } from './requests.ts'

const EVENTS: Readonly<Record<string, WorkflowEvent>> = {
  main: push('main'),
  dev: push('dev'),
  feat: push('feat/x'),
  odd: push('a=b&c'),
  pr: pullRequest(),
  prHead: eventOf('pull_request', 'refs/pull/7/head'),
  prt: pullRequest('pull_request_target'),
  schedule: eventOf('schedule', 'refs/heads/main'),
  createX: eventOf('create', 'refs/heads/x'),
  createTag: eventOf('create', 'refs/tags/v1.4.2'),
  issues: eventOf('issues', 'refs/heads/main'),
  discussion: eventOf('discussion', 'refs/heads/main'),
  dispatch: eventOf('workflow_dispatch', 'refs/heads/main'),
  based: eventOf('push', 'refs/tags/v1', { base_ref: 'refs/heads/main' }),
  none: parseEvent({
    environment: { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: SHA },
    payload: undefined,
  }),
}

function eventFor(words: string): WorkflowEvent {
  const [name = '', tag = ''] = words.split(' ')
  if (name === 'release') return releaseOf(tag, { action: 'created' })
  return EVENTS[name] ?? tagPush(tag)
}

const rows = readFileSync(new URL('metadata-cases.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((row) => row !== '' && !row.startsWith('#'))
  .map((row): [string, string, string, string] => {
    const [event = '', rules = '', flavor = '', tags = ''] = row
      .split(';')
      .map((cell) => cell.trim())
    return [event, rules, flavor, tags]
  })

const lines = (cell: string) => cell.replaceAll(' | ', '\n')

describe('as docker/metadata-action', () => {
  test.each(rows)('%s: %s (%s)', (event, rules, flavor, tags) => {
    const given = { event: eventFor(event), rules: lines(rules), flavor: lines(flavor) }
    expect(
      namesOf({ ...given, defaultRules: 'metadata', allowLatest: true, allowEmpty: true }),
    ).toBe(tags)
  })

  // the event, rules, what the environment says, the tags
  test.each<[string, string, Partial<TagRequest>, string]>([
    ['pr', 'type=sha', {}, 'sha-860c190'],
    ['pr', 'type=sha', { pullRequestSha: 'head' }, 'sha-c0ffee1'],
    ['prt', 'type=sha\n{{sha}}', { pullRequestSha: 'head' }, 'c0ffee1 sha-c0ffee1'],
    ['main', 'type=sha', { pullRequestSha: 'head', shaLength: 12 }, 'sha-860c1904a1ce'],
    ['main', 'type=sha', { shaLength: 99 }, `sha-${SHA}`],
  ])('%s: %s with %j', (event, rules, change, tags) => {
    expect(namesOf({ event: eventFor(event), rules, ...change })).toBe(tags)
  })
})
