// Every kind of event, as the runner and GitHub tell of it, and what is made of it.
import { describe, expect, test } from '@jest/globals'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import {
  HEAD_SHA,
  HEAD_TIME,
  mergeGroupPayload,
  pullRequestPayload,
  QUEUE_BRANCH,
  REPOSITORY,
  readEvent,
  SHA,
  workflowRunPayload,
} from './webhook.ts'

const OWN = { full_name: 'Acme/App' }
const FORK = { full_name: 'evil/app' }

const PULL_REQUEST = {
  number: 7,
  headSha: HEAD_SHA,
  headBranch: 'feat/x',
  baseBranch: 'main',
  fromFork: false,
  open: true,
}

describe('parseEvent', () => {
  // what it is, name, ref, payload, what is read among other things
  test.each<[string, string, string, unknown, Partial<WorkflowEvent>]>([
    ['a push', 'push', 'refs/heads/feat/x', {}, { branch: 'feat/x', sha: SHA, revision: SHA }],
    ['a tag push', 'push', 'refs/tags/v1.4.2', {}, { tag: 'v1.4.2', revision: SHA }],
    [
      'the commit of a push',
      'push',
      'refs/heads/main',
      { commits: [7, { id: HEAD_SHA, timestamp: 'no' }, { id: SHA, timestamp: HEAD_TIME }] },
      { committedAt: Date.parse(HEAD_TIME) },
    ],
    [
      'the head commit of a push',
      'push',
      'refs/tags/v1',
      { head_commit: { id: SHA, timestamp: HEAD_TIME } },
      { committedAt: Date.parse(HEAD_TIME) },
    ],
    [
      'a release',
      'release',
      'refs/tags/v1.4.2',
      {
        action: 'published',
        release: {
          id: 9,
          tag_name: 'v1.4.2',
          prerelease: true,
          draft: false,
          html_url: 'https://r',
        },
      },
      {
        action: 'published',
        tag: 'v1.4.2',
        release: { id: 9, tag: 'v1.4.2', prerelease: true, draft: false, url: 'https://r' },
      },
    ],
    [
      'a release whose ref is missing',
      'release',
      '',
      { release: { id: 9, tag_name: 'v1.4.2' } },
      { tag: 'v1.4.2', ref: 'refs/tags/v1.4.2' },
    ],
    [
      'a pull request',
      'pull_request',
      'refs/pull/7/merge',
      pullRequestPayload(OWN),
      {
        ref: 'refs/pull/7/merge',
        sha: SHA,
        revision: HEAD_SHA,
        pullRequest: PULL_REQUEST,
      },
    ],
    [
      'a pull_request_target',
      'pull_request_target',
      'refs/heads/main',
      pullRequestPayload(FORK),
      {
        ref: 'refs/pull/7/merge',
        revision: HEAD_SHA,
        pullRequest: { ...PULL_REQUEST, fromFork: true },
      },
    ],
    [
      'a merge group',
      'merge_group',
      `refs/heads/${QUEUE_BRANCH}`,
      mergeGroupPayload(),
      { mergeGroup: { headSha: SHA, pullRequest: 104 }, branch: QUEUE_BRANCH },
    ],
    [
      'a push to a queue branch',
      'push',
      `refs/heads/${QUEUE_BRANCH}`,
      {},
      { mergeGroup: { headSha: '', pullRequest: 104 }, revision: SHA },
    ],
    [
      'a workflow run',
      'workflow_run',
      'refs/heads/main',
      workflowRunPayload(OWN),
      {
        ref: 'refs/heads/feat/x',
        branch: 'feat/x',
        revision: HEAD_SHA,
        committedAt: Date.parse(HEAD_TIME),
        workflowRun: { headSha: HEAD_SHA, headBranch: 'feat/x', fromFork: false },
      },
    ],
    ['a schedule', 'schedule', 'refs/heads/main', { schedule: '0 0 * * *' }, { branch: 'main' }],
    ['a dispatch', 'workflow_dispatch', 'refs/heads/x', { inputs: {} }, { branch: 'x' }],
    ['a created tag', 'create', 'refs/tags/v1', { ref_type: 'tag' }, { tag: 'v1' }],
    ['an issue', 'issues', 'refs/heads/main', { action: 'opened' }, { action: 'opened' }],
    [
      'the repository',
      'push',
      'refs/heads/main',
      { repository: REPOSITORY },
      {
        repository: {
          owner: 'acme',
          name: 'app',
          defaultBranch: 'main',
          description: 'An app',
          url: 'https://github.com/acme/app',
          license: 'MIT',
          private: true,
        },
      },
    ],
    [
      'a licence nobody knows',
      'push',
      'refs/heads/main',
      { repository: { license: { spdx_id: 'NOASSERTION' }, html_url: 'javascript:alert(1)' } },
      { repository: { owner: 'acme', name: 'app', url: 'https://github.com/acme/app' } },
    ],
    [
      'no payload',
      'push',
      'refs/heads/main',
      undefined,
      {
        branch: 'main',
        actor: 'ann',
        payload: {},
        run: { id: '12', attempt: 2, url: 'https://github.com/acme/app/actions/runs/12' },
      },
    ],
  ])('%s', (_, name, ref, payload, expected) => {
    expect(readEvent(name, ref, payload)).toMatchObject(expected)
  })

  test('on the command line there is no run, and no address of one', () => {
    const environment = { GITHUB_REPOSITORY: 'acme/app', GITHUB_REF: 'refs/heads/main' }
    expect(parseEvent({ environment, payload: undefined }).run).toMatchObject({ id: '', url: '' })
  })

  // what is odd, payload
  test.each<[string, unknown]>([
    ['no repository', pullRequestPayload(undefined)],
    ['a deleted repository', pullRequestPayload(null)],
    ['a name of another type', pullRequestPayload({ full_name: ['acme/app'] })],
  ])('a pull request with %s counts as a fork', (_, payload) => {
    expect(readEvent('pull_request', 'refs/pull/7/merge', payload).pullRequest?.fromFork).toBe(true)
  })

  test("a fork's workflow run has its commit but none of our branches", () => {
    const event = readEvent('workflow_run', 'refs/heads/main', workflowRunPayload(FORK))
    expect(event).toMatchObject({ revision: HEAD_SHA, workflowRun: { fromFork: true } })
    expect(event.branch).toBeUndefined()
  })

  test('a pull request without a payload is known by its ref, and counts as a fork', () => {
    const more = { GITHUB_HEAD_REF: 'feat/x', GITHUB_BASE_REF: 'main' }
    expect(readEvent('pull_request', 'refs/pull/7/merge', undefined, more).pullRequest).toEqual({
      ...PULL_REQUEST,
      headSha: '',
      fromFork: true,
    })
  })

  test('a closed pull request is not open', () => {
    const payload = pullRequestPayload(OWN, { state: 'closed' })
    expect(readEvent('pull_request', 'refs/pull/7/merge', payload).pullRequest?.open).toBe(false)
  })

  test('what nobody says is left out, not undefined', () => {
    const event = readEvent('push', 'refs/heads/main')
    expect(Object.keys(event)).not.toContain('tag')
    expect(Object.values(event)).not.toContain(undefined)
  })

  test('another server', () => {
    const more = { GITHUB_SERVER_URL: 'https://git.example' }
    const { run: own, repository } = readEvent('push', 'refs/heads/main', {}, more)
    expect([own.url, repository.url]).toEqual([
      'https://git.example/acme/app/actions/runs/12',
      'https://git.example/acme/app',
    ])
  })
})
