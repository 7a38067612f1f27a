// Calls to GitHub: what passes is tried again, what does not is one error of ours.
import { describe, expect, test } from '@jest/globals'
import { createGitHubClient, type GitHubCall, statusOf } from '../../src/github/client.ts'
import type { Fault } from '../fakes/github.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'
import { setUp } from './setup.ts'

const GET: GitHubCall = {
  route: 'GET /repos/{owner}/{repo}/releases/{release_id}',
  parameters: { owner: 'acme', repo: 'app', release_id: 101 },
  doing: 'read release 101 of acme/app',
  permission: 'contents: read',
}

const PATCH: GitHubCall = {
  route: 'PATCH /repos/{owner}/{repo}/releases/{release_id}',
  parameters: { owner: 'acme', repo: 'app', release_id: 101, body: 'new' },
  doing: 'edit release 101 of acme/app',
  permission: 'contents: write',
}

const POST: GitHubCall = {
  route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  parameters: { owner: 'acme', repo: 'app', issue_number: 7, body: 'new' },
  doing: 'comment on acme/app#7',
  permission: 'pull-requests: write',
}

function setUpRelease() {
  const setup = setUp()
  setup.repository.addRelease('v1.4.2')
  return setup
}

describe('what passes is tried again', () => {
  const SECONDARY = 'You have exceeded a secondary rate limit'
  const reset = {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': `${Date.UTC(2026, 0, 1) / 1000 + 30}`,
  }
  test.each<[string, Omit<Fault, 'call'>, number, number]>([
    ['a server error', { status: 502 }, 500, 1000],
    ['a broken connection', {}, 500, 1000],
    ['429 with a time', { status: 429, headers: { 'retry-after': '7' } }, 7000, 7000],
    ['429 without', { status: 429 }, 60_000, 60_000],
    ['403 with a time', { status: 403, headers: { 'retry-after': '0' } }, 0, 0],
    ['a secondary limit', { status: 403, message: SECONDARY }, 60_000, 60_000],
    ['a limit that is reset soon', { status: 403, headers: reset }, 30_000, 30_000],
  ])('%s', async (_name, fault, least, most) => {
    const { hub, clock, log, github } = setUpRelease()
    hub.faults.push({ call: 'GET', ...fault })
    const { data } = await github.call(GET)
    expect(data).toMatchObject({ tag_name: 'v1.4.2' })
    expect(hub.calls).toHaveLength(2)
    expect(clock.sleeps).toHaveLength(1)
    expect(clock.sleeps[0]).toBeGreaterThanOrEqual(least)
    expect(clock.sleeps[0]).toBeLessThanOrEqual(most)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatch(
      /^info: Cannot read release 101 of acme\/app: .*; trying again in \d+ s$/,
    )
  })

  test('with growing waits, four times in all', async () => {
    const { hub, clock, github } = setUpRelease()
    hub.faults.push({ call: 'PATCH', status: 500, times: 9 })
    await expect(github.call(PATCH)).rejects.toMatchObject({ code: 'github' })
    expect(hub.calls).toHaveLength(4)
    const [first = 0, second = 0, third = 0] = clock.sleeps
    expect(first).toBeLessThanOrEqual(1000)
    expect(second).toBeGreaterThanOrEqual(1000)
    expect(third).toBeGreaterThanOrEqual(2000)
  })

  test('but no call that may not be repeated', async () => {
    const { hub, github } = setUpRelease()
    hub.faults.push({ call: 'POST', status: 502 })
    await expect(github.call(POST)).rejects.toMatchObject({ code: 'github' })
    expect(hub.calls).toHaveLength(1)
  })

  test('nor for longer than a job should wait', async () => {
    const { hub, clock, github } = setUpRelease()
    hub.faults.push({ call: 'GET', status: 429, headers: { 'retry-after': '3600' } })
    await expect(github.call(GET)).rejects.toMatchObject({
      code: 'github',
      hint: 'Run the job again when the limit is reset.',
    })
    expect(clock.sleeps).toEqual([])
  })
})

describe('what does not pass is one error of ours', () => {
  test.each<[string, readonly string[], GitHubCall, Record<string, string>]>([
    [
      'a write without the permission',
      ['contents: read'],
      PATCH,
      {
        code: 'permission',
        message:
          'Cannot edit release 101 of acme/app: GitHub answered 403, Resource not accessible by integration',
        hint: 'Give the job "contents: write".',
      },
    ],
    [
      'a read without the permission',
      ['packages: write'],
      GET,
      { code: 'permission', hint: 'Give the job "contents: read".' },
    ],
    [
      'a write to what cannot be seen',
      ['contents: write'],
      { ...PATCH, parameters: { ...PATCH.parameters, release_id: 1 } },
      { code: 'permission', hint: 'Give the job "contents: write".' },
    ],
    [
      'a read of what is not there',
      ['contents: write'],
      { ...GET, parameters: { ...GET.parameters, release_id: 1 } },
      {
        code: 'github',
        message: 'Cannot read release 101 of acme/app: GitHub answered 404, Not Found',
      },
    ],
    [
      'an answer that names a mistake',
      ['contents: write'],
      { ...PATCH, parameters: { ...PATCH.parameters, body: 'x'.repeat(125_001) } },
      {
        code: 'github',
        message: 'Cannot edit release 101 of acme/app: GitHub answered 422, Validation Failed',
      },
    ],
  ])('%s', async (_name, permissions, call, error) => {
    const { repository, hub, github } = setUp({ permissions })
    repository.addRelease('v1.4.2')
    await expect(github.call(call)).rejects.toMatchObject(error)
    expect(hub.calls).toHaveLength(1)
  })

  test('an unknown token', async () => {
    const { hub, clock, log } = setUpRelease()
    const github = createGitHubClient({ request: hub.request('wrong'), clock, log })
    await expect(github.call(GET)).rejects.toMatchObject({
      code: 'denied',
      message: 'Cannot read release 101 of acme/app: GitHub answered 401, Bad credentials',
      hint: 'Check the input "github-token".',
    })
  })

  test('no answer at all', async () => {
    const { hub, github } = setUpRelease()
    hub.faults.push({ call: 'GET', times: 4 })
    await expect(github.call(GET)).rejects.toMatchObject({
      code: 'github',
      message: 'Cannot read release 101 of acme/app: no answer came, socket hang up',
    })
  })

  test('text of the answer is one visible line', async () => {
    const { hub, github } = setUpRelease()
    hub.faults.push({ call: 'GET', status: 400, message: 'a\n::error::b\u202e' })
    await expect(github.call(GET)).rejects.toMatchObject({
      message: 'Cannot read release 101 of acme/app: GitHub answered 400, a ::error::b',
    })
  })
})

test.each([
  ['an error with a status', Object.assign(new Error('x'), { status: 404 }), 404],
  [
    'one that was caused by it',
    new Error('y', { cause: Object.assign(new Error('x'), { status: 404 }) }),
    404,
  ],
  ['another error', new Error('x'), undefined],
  ['no error', 'x', undefined],
])('statusOf %s', (_name, thrown, status) => {
  expect(statusOf(thrown)).toBe(status)
})

test('a run that is told to stop waits for no further try', async () => {
  const controller = new AbortController()
  let calls = 0
  const request = async () => {
    calls += 1
    controller.abort(new Error('stopped'))
    throw Object.assign(new Error('bad gateway'), { status: 502 })
  }
  const github = createGitHubClient({
    request,
    clock: new VirtualClock(),
    log: new MemoryLog(),
    signal: controller.signal,
  })
  await expect(github.call(GET)).rejects.toThrow('stopped')
  expect(calls).toBe(1)
})
