// The same over HTTP with the Octokit that the shell hands in: its errors are the ones we read.
import { getOctokit } from '@actions/github'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createGitHubClient, type GitHubClient } from '../../src/github/client.ts'
import { recordInComment } from '../../src/github/comments.ts'
import { getReleaseByTag } from '../../src/github/releases.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'
import { REPOSITORY } from './setup.ts'

const hub = new FakeGitHub()
const repository = hub.addRepository('acme/app')
const release = repository.addRelease('app/v1.4.2', { body: 'Notes' })
hub.addToken('reader', ['contents: read'])
hub.addToken('writer', ['contents: write', 'pull-requests: write'])
const clock = new VirtualClock()

let server: Awaited<ReturnType<FakeGitHub['serve']>>
beforeEach(async () => {
  server = await hub.serve()
})
afterEach(() => server.close())

function connect(token: string): GitHubClient {
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const octokit = getOctokit(token, { baseUrl: server.url, log: silent })
  return createGitHubClient({
    request: (route, parameters) => octokit.request(route, { ...parameters }),
    clock,
    log: new MemoryLog(),
  })
}

test('a release is found by a tag with a slash', async () => {
  const found = await getReleaseByTag(connect('reader'), REPOSITORY, 'app/v1.4.2')
  expect(found).toMatchObject({ id: release.id, body: 'Notes' })
  expect(await getReleaseByTag(connect('reader'), REPOSITORY, 'v9')).toBeUndefined()
})

test.each([
  ['an unknown token', 'nobody', { code: 'denied' }],
  [
    'a token without permission',
    'reader',
    { code: 'permission', hint: 'Give the job "pull-requests: write".' },
  ],
])('%s is refused', async (_name, token, error) => {
  const github = connect(token)
  await expect(
    recordInComment({ github, repository: REPOSITORY, issue: 7, key: 'key', block: 'block' }),
  ).rejects.toMatchObject(error)
})

test('a comment is made, a rate limit waited for, a broken connection made again', async () => {
  hub.faults.push({ call: 'GET', status: 429, headers: { 'retry-after': '7' } }, { call: 'GET' })
  const github = connect('writer')
  await recordInComment({ github, repository: REPOSITORY, issue: 7, key: 'key', block: 'block' })
  expect(clock.sleeps).toHaveLength(2)
  expect(clock.sleeps[0]).toBe(7000)
  expect(repository.comments).toHaveLength(1)
})
