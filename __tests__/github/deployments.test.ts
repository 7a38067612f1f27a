// The ledger in deployments: read over GraphQL and REST alike, written around a move.
import { describe, expect, test } from '@jest/globals'
import { readLedger } from '../../src/github/ledger.ts'
import { recordDeployment } from '../../src/github/record-deployment.ts'
import { parseDigest } from '../../src/oci/digest.ts'
import { REPOSITORY, type Setup, setUp } from './setup.ts'

const CHANNELS = ['dev', 'staging', 'prod'].map((tag) => ({
  tag,
  environment: tag === 'prod' ? 'production' : tag,
}))
const RECORD = {
  schema: 1,
  image: 'ghcr.io/acme/app',
  channel: 'staging',
  digest: parseDigest(`sha256:${'a'.repeat(64)}`),
  operation: 'release',
  forced: false,
  run: 'https://github.com/acme/app/actions/runs/1',
} as const

const read = ({ github }: Setup, authors?: readonly string[]) =>
  readLedger({
    github,
    repository: REPOSITORY,
    channels: CHANNELS,
    ...(authors ? { authors } : {}),
  })

/** Without GraphQL its address answers 404. */
function withDeployments(hasGraphql = true) {
  const setup = setUp({ permissions: ['deployments: write'] })
  if (!hasGraphql) setup.hub.faults.push({ call: 'POST /graphql', status: 404, times: 100 })
  return setup
}

describe('read', () => {
  // name, whether there is GraphQL
  test.each([
    ['over GraphQL', true],
    ['over REST', false],
  ])('%s the ledger is the same', async (_, hasGraphql) => {
    const setup = withDeployments(hasGraphql)
    const { repository } = setup
    const add = (payload: object, ...states: string[]) =>
      repository.addDeployment({ environment: 'staging', payload }, ...states)
    add(RECORD, 'in_progress', 'success', 'inactive')
    add(RECORD, 'in_progress', 'success', 'failure')
    add(RECORD, 'in_progress')
    repository.addDeployment(
      { environment: 'production', payload: { ...RECORD, channel: 'prod' }, login: 'octocat' },
      'success',
    )
    const { entries, ignored } = await read(setup, ['github-actions[bot]', 'octocat'])
    expect(entries.map(({ id, state, by }) => [id, state, by])).toEqual([
      [repository.deployments[3]?.id, 'counts', 'octocat'],
      [repository.deployments[2]?.id, 'open', 'github-actions[bot]'],
      [repository.deployments[1]?.id, 'failed', 'github-actions[bot]'],
      [repository.deployments[0]?.id, 'counts', 'github-actions[bot]'],
    ])
    expect(entries[3]).toMatchObject({
      record: RECORD,
      revision: 'c'.repeat(40),
      at: '2026-01-01T00:00:01Z',
      createdAt: '2026-01-01T00:00:00Z',
    })
    expect(ignored).toBe(0)
  })

  // name, the deployment, how many of ours are ignored
  test.each<[string, object, number]>([
    ['of another task', { task: 'deploy', payload: RECORD }, 0],
    ['of another author', { login: 'mallory', payload: RECORD }, 1],
    ['of an app with the same name', { login: 'mallory[bot]', payload: RECORD }, 1],
    ['without a record', { payload: { hello: 'world' } }, 1],
    ['in another environment than its channel', { environment: 'production', payload: RECORD }, 1],
    ['of an environment nobody asked for', { environment: 'docs', payload: RECORD }, 0],
  ])('what is %s does not count', async (_, fields, ignored) => {
    const setup = withDeployments()
    setup.repository.addDeployment({ environment: 'staging', ...fields }, 'success')
    expect(await read(setup)).toMatchObject({ entries: [], ignored })
  })

  test.each([
    ['over GraphQL', true],
    ['over REST', false],
  ])('%s a deployment of an account that is no more hides no other', async (_, hasGraphql) => {
    const setup = withDeployments(hasGraphql)
    setup.repository.addDeployment({ environment: 'staging', payload: RECORD, login: '' })
    setup.repository.addDeployment({ environment: 'staging', payload: RECORD }, 'success')
    expect(await read(setup)).toMatchObject({ entries: [{ state: 'counts' }], ignored: 1 })
  })

  test("the token's own login counts by default", async () => {
    const setup = withDeployments()
    setup.hub.addToken('token', ['deployments: read'], 'octocat')
    setup.repository.addDeployment({ environment: 'staging', payload: RECORD, login: 'octocat' })
    expect(await read(setup)).toMatchObject({ login: 'octocat', entries: [{ by: 'octocat' }] })
  })

  // name, whether there is GraphQL, how many calls
  test.each([
    ['over GraphQL', true, 1 + 3 + 2],
    ['over REST', false, 1 + 1 + 3 + 1],
  ])('%s every page is followed', async (_, hasGraphql, calls) => {
    const setup = withDeployments(hasGraphql)
    for (let index = 0; index < 249; index++)
      setup.repository.addDeployment({ environment: 'staging', payload: {} })
    setup.repository.deployments.unshift(
      setup.repository.addDeployment({ environment: 'staging', payload: RECORD }, 'success'),
    )
    setup.repository.deployments.pop()
    const { entries } = await read(setup)
    expect(entries).toHaveLength(1)
    expect(setup.hub.calls).toHaveLength(calls)
  })

  test('without the permission the exact one is named', async () => {
    const setup = setUp({ permissions: ['contents: read'] })
    await expect(read(setup)).rejects.toMatchObject({
      code: 'permission',
      hint: expect.stringContaining('"deployments: read"'),
    })
  })
})

describe('recorded around a move', () => {
  const announce = ({ github }: Setup) => ({
    github,
    repository: REPOSITORY,
    environment: 'staging',
    isProduction: false,
    refs: ['d'.repeat(40), 'main'],
    record: RECORD,
  })

  test('in_progress before, success after', async () => {
    const setup = withDeployments()
    const seen = () => setup.repository.deployments[0]?.statuses.map(({ state }) => state)
    await recordDeployment(announce(setup), async () => {
      expect(seen()).toEqual(['in_progress'])
    })
    expect(seen()).toEqual(['in_progress', 'success'])
    expect(setup.repository.deployments).toMatchObject([{ payload: RECORD, sha: 'd'.repeat(40) }])
  })

  test('failure when the move throws, and what it threw', async () => {
    const setup = withDeployments()
    const broken = new Error(`No registry\n${'x'.repeat(200)}`)
    const move = () => Promise.reject(broken)
    await expect(recordDeployment(announce(setup), move)).rejects.toBe(broken)
    expect(setup.repository.deployments[0]?.statuses).toMatchObject([
      { state: 'in_progress' },
      { state: 'failure', description: expect.stringMatching(/^No registry x{128}$/) },
    ])
  })

  test('a commit that is not there: the next one is taken', async () => {
    const setup = withDeployments()
    setup.repository.commits.set('e'.repeat(40), [])
    await recordDeployment(announce(setup), async () => {})
    expect(setup.repository.deployments).toMatchObject([{ sha: 'main' }])
  })

  test('without the permission nothing is moved', async () => {
    const setup = setUp({ permissions: ['deployments: read'] })
    let moved = false
    const move = async () => {
      moved = true
    }
    await expect(recordDeployment(announce(setup), move)).rejects.toMatchObject({
      code: 'permission',
      hint: 'Give the job "deployments: write".',
    })
    expect(moved).toBe(false)
  })
})
