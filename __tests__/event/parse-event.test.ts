import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'

const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37'
const HEAD = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const TIME = '2026-07-24T22:05:09+02:00'

const REPOSITORY = {
  name: 'app',
  full_name: 'acme/app',
  owner: { login: 'acme' },
  default_branch: 'main',
  description: 'An app',
  html_url: 'https://github.com/acme/app',
  license: { spdx_id: 'MIT' },
  private: true,
}

function read(
  name: string,
  ref: string,
  payload: unknown = {},
  more: Readonly<Record<string, string>> = {},
): WorkflowEvent {
  const environment = {
    GITHUB_EVENT_NAME: name,
    GITHUB_REF: ref,
    GITHUB_SHA: SHA,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_ACTOR: 'ann',
    GITHUB_RUN_ID: '12',
    GITHUB_RUN_ATTEMPT: '2',
    ...more,
  }
  return parseEvent({ environment, payload })
}

const pull = (headRepository: unknown, more = {}) => ({
  action: 'synchronize',
  number: 7,
  pull_request: {
    number: 7,
    state: 'open',
    head: { sha: HEAD, ref: 'feat/x', repo: headRepository },
    base: { ref: 'main' },
    ...more,
  },
})

const OWN = { full_name: 'Acme/App' }
const run = (headRepository: unknown) => ({
  workflow_run: {
    head_sha: HEAD,
    head_branch: 'feat/x',
    head_repository: headRepository,
    head_commit: { id: HEAD, timestamp: TIME },
  },
})

const QUEUE = `gh-readonly-queue/main/pr-104-${HEAD}`

describe('parseEvent', () => {
  // what it is, name, ref, payload, what is read among other things
  test.each<[string, string, string, unknown, Partial<WorkflowEvent>]>([
    ['a push', 'push', 'refs/heads/feat/x', {}, { branch: 'feat/x', sha: SHA, revision: SHA }],
    ['a tag push', 'push', 'refs/tags/v1.4.2', {}, { tag: 'v1.4.2', revision: SHA }],
    [
      'the commit of a push',
      'push',
      'refs/heads/main',
      { commits: [7, { id: HEAD, timestamp: 'no' }, { id: SHA, timestamp: TIME }] },
      { committedAt: Date.parse(TIME) },
    ],
    [
      'the head commit of a push',
      'push',
      'refs/tags/v1',
      { head_commit: { id: SHA, timestamp: TIME } },
      { committedAt: Date.parse(TIME) },
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
      pull(OWN),
      {
        ref: 'refs/pull/7/merge',
        sha: SHA,
        revision: HEAD,
        pullRequest: {
          number: 7,
          headSha: HEAD,
          headBranch: 'feat/x',
          baseBranch: 'main',
          fromFork: false,
          open: true,
        },
      },
    ],
    [
      'a pull_request_target',
      'pull_request_target',
      'refs/heads/main',
      pull({ full_name: 'evil/app' }),
      {
        ref: 'refs/pull/7/merge',
        revision: HEAD,
        pullRequest: {
          number: 7,
          headSha: HEAD,
          headBranch: 'feat/x',
          baseBranch: 'main',
          fromFork: true,
          open: true,
        },
      },
    ],
    [
      'a merge group',
      'merge_group',
      `refs/heads/${QUEUE}`,
      { merge_group: { head_sha: SHA, head_ref: `refs/heads/${QUEUE}` } },
      { mergeGroup: { headSha: SHA, pullRequest: 104 }, branch: QUEUE },
    ],
    [
      'a push to a queue branch',
      'push',
      `refs/heads/${QUEUE}`,
      {},
      { mergeGroup: { headSha: '', pullRequest: 104 }, revision: SHA },
    ],
    [
      'a workflow run',
      'workflow_run',
      'refs/heads/main',
      run(OWN),
      {
        ref: 'refs/heads/feat/x',
        branch: 'feat/x',
        revision: HEAD,
        committedAt: Date.parse(TIME),
        workflowRun: { headSha: HEAD, headBranch: 'feat/x', fromFork: false },
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
    expect(read(name, ref, payload)).toMatchObject(expected)
  })

  test('on the command line there is no run, and no address of one', () => {
    const environment = { GITHUB_REPOSITORY: 'acme/app', GITHUB_REF: 'refs/heads/main' }
    expect(parseEvent({ environment, payload: undefined }).run).toMatchObject({ id: '', url: '' })
  })

  // what is odd, payload
  test.each<[string, unknown]>([
    ['no repository', pull(undefined)],
    ['a deleted repository', pull(null)],
    ['a name of another type', pull({ full_name: ['acme/app'] })],
  ])('a pull request with %s counts as a fork', (_, payload) => {
    expect(read('pull_request', 'refs/pull/7/merge', payload).pullRequest?.fromFork).toBe(true)
  })

  test("a fork's workflow run has its commit but none of our branches", () => {
    const event = read('workflow_run', 'refs/heads/main', run({ full_name: 'evil/app' }))
    expect(event).toMatchObject({ revision: HEAD, workflowRun: { fromFork: true } })
    expect(event.branch).toBeUndefined()
  })

  test('a pull request without a payload is known by its ref, and counts as a fork', () => {
    const more = { GITHUB_HEAD_REF: 'feat/x', GITHUB_BASE_REF: 'main' }
    expect(read('pull_request', 'refs/pull/7/merge', undefined, more).pullRequest).toEqual({
      number: 7,
      headSha: '',
      headBranch: 'feat/x',
      baseBranch: 'main',
      fromFork: true,
      open: true,
    })
  })

  test('a closed pull request is not open', () => {
    const payload = pull(OWN, { state: 'closed' })
    expect(read('pull_request', 'refs/pull/7/merge', payload).pullRequest?.open).toBe(false)
  })

  test('what nobody says is left out, not undefined', () => {
    const event = read('push', 'refs/heads/main')
    expect(Object.keys(event)).not.toContain('tag')
    expect(Object.values(event)).not.toContain(undefined)
  })

  test('another server', () => {
    const more = { GITHUB_SERVER_URL: 'https://git.example' }
    const { run: own, repository } = read('push', 'refs/heads/main', {}, more)
    expect([own.url, repository.url]).toEqual([
      'https://git.example/acme/app/actions/runs/12',
      'https://git.example/acme/app',
    ])
  })

  test('no payload, however wrong, breaks it or speaks with the voice of a prototype', () => {
    const words = fc.constantFrom(
      ...['pull_request', 'release', 'workflow_run', 'merge_group', 'repository', 'head', 'repo'],
      ...[
        'number',
        'commits',
        'head_commit',
        'id',
        'tag_name',
        'owner',
        '__proto__',
        'constructor',
      ],
    )
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, 0, -1, 1e300, Number.NaN, true, '', 'x'.repeat(1e5), SHA),
        fc.array(tie('any')),
        fc.dictionary(words, tie('any')),
      ),
    })).any
    const names = fc.constantFrom(
      'push',
      'pull_request_target',
      'release',
      'workflow_run',
      'merge_group',
    )
    return fc.assert(
      fc.property(names, value, (name, payload) => {
        const event = read(name, 'refs/heads/main', payload)
        expect(typeof event.revision).toBe('string')
        expect(event.repository.owner).toBe('acme')
      }),
      { numRuns: 500 },
    )
  })
})
