// Changed files on their way into the repository: pushed, or proposed in one pull request.
import { describe, expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { type HandOver, handOver } from '../../src/github/hand-over.ts'
import type { GitHubRequest } from '../../src/ports.ts'
import { REPOSITORY, setUp } from './setup.ts'

const rewrite = (text: string) => (text.includes('old') ? text.replace('old', 'new') : undefined)

/** A repository with `deploy/a.yaml` on main, and the request to put the new text there. */
function scene({ permissions = ['contents: write', 'pull-requests: write'] } = {}) {
  const setup = setUp({ permissions })
  const { git } = setup.repository
  git.commit('main', { 'deploy/a.yaml': { text: 'image: old\n', mode: '100755' }, 'b.txt': 'b' })
  const request: HandOver = {
    github: setup.github,
    repository: REPOSITORY,
    how: 'push',
    base: 'main',
    branch: 'image-release/pin',
    title: 'Pin app',
    body: 'From old to new.',
    files: [{ path: 'deploy/a.yaml', rewrite }],
  }
  setup.hub.calls.length = 0
  return { ...setup, git, request }
}

/** Calls `before` once, ahead of the first call that begins with `line`. */
function interrupted(
  { hub, clock, log }: ReturnType<typeof setUp>,
  line: string,
  before: () => void,
) {
  let isDone = false
  const request: GitHubRequest = (route, parameters) => {
    if (!isDone && route.startsWith(line)) {
      isDone = true
      before()
    }
    return hub.request('token')(route, parameters)
  }
  return createGitHubClient({ request, clock, log })
}

describe('push', () => {
  test('is one commit on the base, with mode and all else kept, signed by GitHub', async () => {
    const { git, request } = scene()
    const before = git.branches.get('main')
    const { commitSha } = await handOver(request)
    expect(git.branches.get('main')).toBe(commitSha)
    expect(git.filesOf('main')).toEqual({ 'deploy/a.yaml': 'image: new\n', 'b.txt': 'b' })
    expect(git.modeOf('main', 'deploy/a.yaml')).toBe('100755')
    expect(git.commits.get(commitSha ?? '')).toMatchObject({
      parents: [before],
      message: 'Pin app\n\nImage-Release: pin',
      author: undefined,
    })
  })

  test('of what is there already does nothing', async () => {
    const { git, request, hub } = scene()
    git.commit('main', { 'deploy/a.yaml': 'image: new\n' })
    expect(await handOver(request)).toEqual({})
    expect(hub.calls.filter((call) => !call.startsWith('GET'))).toEqual([])
  })

  test("keeps others' newer work when the base moves", async () => {
    const setup = scene()
    const github = interrupted(setup, 'PATCH', () =>
      setup.git.commit('main', { 'deploy/a.yaml': 'image: old\nreplicas: 3\n', 'c.txt': 'c' }),
    )
    await handOver({ ...setup.request, github })
    expect(setup.git.filesOf('main')).toEqual({
      'deploy/a.yaml': 'image: new\nreplicas: 3\n',
      'b.txt': 'b',
      'c.txt': 'c',
    })
    expect(setup.log.lines).toEqual(['info: main moved meanwhile; doing it again'])
  })

  test('to a protected branch says so', async () => {
    const { git, request } = scene()
    git.protectedBranches.add('main')
    await expect(handOver(request)).rejects.toMatchObject({
      code: 'github',
      message: expect.stringContaining('Repository rule violations'),
      hint: expect.stringContaining('commit: pull-request'),
    })
  })

  test('to no branch says so', async () => {
    const { request } = scene()
    await expect(handOver({ ...request, base: 'gone' })).rejects.toMatchObject({
      message: 'Cannot commit to acme/app: there is no branch gone',
    })
  })
})

describe('pull request', () => {
  test('is one branch, one commit and one pull request, whose text tells', async () => {
    const { git, request } = scene()
    const done = await handOver({ ...request, how: 'pull-request' })
    expect(done).toEqual({
      commitSha: git.branches.get('image-release/pin'),
      pullRequest: { number: 1, url: 'https://github.com/acme/app/pull/1' },
    })
    expect(git.filesOf('main')['deploy/a.yaml']).toBe('image: old\n')
    expect(git.filesOf('image-release/pin')['deploy/a.yaml']).toBe('image: new\n')
    expect(git.pullRequests).toMatchObject([
      { title: 'Pin app', body: 'From old to new.', base: 'main', head: 'image-release/pin' },
    ])
  })

  test('again: nothing is made or moved', async () => {
    const { request, hub } = scene()
    const first = await handOver({ ...request, how: 'pull-request' })
    hub.calls.length = 0
    expect(await handOver({ ...request, how: 'pull-request' })).toEqual(first)
    const writes = hub.calls.filter((call) => !call.startsWith('GET'))
    expect(writes).toEqual(['POST /repos/acme/app/git/trees'])
  })

  test('after the base moved: the same one, on top of it, with one commit', async () => {
    const { git, request } = scene()
    await handOver({ ...request, how: 'pull-request' })
    git.commit('main', { 'c.txt': 'c' })
    await handOver({ ...request, how: 'pull-request', body: 'Another text.' })
    expect(git.pullRequests).toMatchObject([{ number: 1, body: 'Another text.' }])
    expect(git.ahead('image-release/pin', 'main')).toHaveLength(1)
    expect(git.filesOf('image-release/pin')['c.txt']).toBe('c')
  })

  test("never replaces a branch with others' commits", async () => {
    const { git, request } = scene()
    git.branches.set('image-release/pin', git.branches.get('main') ?? '')
    const head = git.commit('image-release/pin', { 'c.txt': 'c' })
    await expect(handOver({ ...request, how: 'pull-request' })).rejects.toMatchObject({
      message: 'Cannot replace branch image-release/pin: it holds commits of others',
    })
    expect(git.branches.get('image-release/pin')).toBe(head)
  })
})

describe('without a permission the exact one is named', () => {
  // name, what the token has, what is asked, the hint
  test.each<[string, string[], Partial<HandOver>, string]>([
    ['commits', ['contents: read'], {}, 'Give the job "contents: write".'],
    ['commits, with none at all', ['issues: read'], {}, 'Give the job "contents: write".'],
    [
      'workflow files',
      ['contents: read'],
      { files: [{ path: '.github/workflows/a.yml', rewrite: () => 'new' }] },
      'Give the job "contents: write" and, for workflow files, an app\'s token with "workflows: write".',
    ],
    [
      'pull requests, with none for them',
      ['contents: write'],
      { how: 'pull-request' },
      'Give the job "pull-requests: write".',
    ],
    [
      'pull requests',
      ['contents: write', 'pull-requests: read'],
      { how: 'pull-request' },
      'Give the job "pull-requests: write".',
    ],
  ])('%s', async (_, permissions, more, hint) => {
    const { git, request } = scene({ permissions })
    git.commit('main', { '.github/workflows/a.yml': 'old' })
    await expect(handOver({ ...request, ...more })).rejects.toMatchObject({
      code: 'permission',
      hint,
    })
  })

  test('a setting that forbids pull requests is told', async () => {
    const { hub, request } = scene()
    const message = 'GitHub Actions is not permitted to create or approve pull requests.'
    hub.faults.push({ call: 'POST /repos/acme/app/pulls', status: 403, message })
    await expect(handOver({ ...request, how: 'pull-request' })).rejects.toMatchObject({
      code: 'permission',
      hint: expect.stringContaining("repository's Actions settings"),
    })
  })

  test('the branch that is left is told, and taken once the permission is there', async () => {
    const { hub, git, request } = scene()
    const wish = { ...request, how: 'pull-request' as const }
    hub.faults.push({ call: 'POST /repos/acme/app/pulls', status: 403 })
    await expect(handOver(wish)).rejects.toMatchObject({
      message: expect.stringMatching(/; branch image-release\/pin holds the commit$/),
      hint: 'Give the job "pull-requests: write".',
    })
    const left = git.branches.get('image-release/pin')
    expect(await handOver(wish)).toMatchObject({ commitSha: left, pullRequest: { number: 1 } })
  })
})
