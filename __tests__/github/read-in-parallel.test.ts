// Lists that are read in fewer round trips than they have pages, and miss nothing by that.
import { describe, expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { readLedger } from '../../src/github/ledger.ts'
import { listReleases } from '../../src/github/releases.ts'
import type { GitHubRequest } from '../../src/ports.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'

const REPOSITORY = { owner: 'acme', name: 'app' }
const CALL_MS = 100

function setUp() {
  const clock = new VirtualClock()
  const each = [CALL_MS, CALL_MS] as const
  const hub = new FakeGitHub({ clock, latency: { GET: each, POST: each } })
  hub.addToken('t', ['contents: read', 'deployments: read'])
  const repository = hub.addRepository('acme/app')
  const client = (request: GitHubRequest = hub.request('t')) =>
    createGitHubClient({ request, clock, log: new MemoryLog() })
  /** Round trips that a read took, one after another. */
  const roundTrips = async (read: () => Promise<unknown>) => {
    const start = clock.now()
    await read()
    return Math.round((clock.now() - start) / CALL_MS)
  }
  return { hub, repository, client, roundTrips }
}

describe('the ledger', () => {
  const CHANNELS = ['dev', 'prod'].map((tag) => ({ tag, environment: tag }))

  function fill(counts: Readonly<Record<string, number>>) {
    const stage = setUp()
    for (const [environment, count] of Object.entries(counts))
      for (let index = 0; index < count; index++)
        stage.repository.addDeployment({ environment, payload: recordOf(environment) }, 'success')
    return stage
  }

  const recordOf = (channel: string) => ({
    schema: 1,
    image: 'ghcr.io/acme/app',
    channel,
    digest: `sha256:${'a'.repeat(64)}`,
    operation: 'promote',
    forced: false,
    run: '',
  })

  // deployments, round trips, calls
  test.each<[Readonly<Record<string, number>>, number, number]>([
    [{}, 1, 4],
    [{ dev: 1, prod: 1 }, 1, 4],
    [{ dev: 100, prod: 101 }, 1, 4],
    [{ dev: 250, prod: 450 }, 3, 8],
    [{ prod: 1000 }, 5, 12],
  ])('%j in %i round trips', async (counts, expected, calls) => {
    const { hub, client, roundTrips } = fill(counts)
    const request = { github: client(), repository: REPOSITORY, channels: CHANNELS }
    expect(await roundTrips(() => readLedger({ ...request, parallel: true }))).toBe(expected)
    expect(hub.calls).toHaveLength(calls)
    expect(await readLedger({ ...request, parallel: true })).toEqual(await readLedger(request))
  })

  // what a server does to the variables of the query
  test.each<[string, Record<string, unknown>]>([
    ['one order', { direction: 'DESC' }],
    ['all environments at once', { environments: ['dev', 'prod'] }],
  ])('a server that knows only %s is read to its end', async (_, fixed) => {
    const { hub, client } = fill({ dev: 120, prod: 330 })
    const odd: GitHubRequest = (route, parameters) => {
      const variables = { ...Object(parameters?.['variables']), ...fixed }
      return hub.request('t')(route, { ...parameters, variables })
    }
    const github = client(odd)
    const request = { github, repository: REPOSITORY, channels: CHANNELS, parallel: true }
    expect((await readLedger(request)).entries).toHaveLength(450)
  })
})

describe('releases', () => {
  // releases, round trips, calls
  test.each([
    [0, 1, 1],
    [100, 1, 1],
    [101, 2, 2],
    [500, 2, 5],
  ])('%i in %i round trips', async (count, expected, calls) => {
    const { hub, repository, client, roundTrips } = setUp()
    for (let index = 0; index < count; index++) repository.addRelease(`v1.${index}.0`)
    let tags: readonly string[] = []
    const read = async () => {
      tags = (await listReleases(client(), REPOSITORY)).map(({ tag }) => tag)
    }
    expect(await roundTrips(read)).toBe(expected)
    expect(tags).toEqual(repository.releases.map(({ tag }) => tag))
    expect(hub.calls).toHaveLength(calls)
  })
})
