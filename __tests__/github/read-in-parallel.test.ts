// Lists that are read in fewer round trips than they have pages, and miss nothing by that.
import { describe, expect, test } from '@jest/globals'
import { createGitHubClient, type GitHubClient } from '../../src/github/client.ts'
import { readLedger } from '../../src/github/ledger.ts'
import { listReleases } from '../../src/github/releases.ts'
import type { LedgerEntry } from '../../src/ledger/entry.ts'
import type { GitHubRequest } from '../../src/ports.ts'
import { REPOSITORY, setUp } from './setup.ts'

const CALL_MS = 100

function setUpSlow() {
  const each = [CALL_MS, CALL_MS] as const
  const { hub, repository, clock, log } = setUp({
    permissions: ['contents: read', 'deployments: read'],
    latency: { GET: each, POST: each },
  })
  const client = (request: GitHubRequest = hub.request('token')) =>
    createGitHubClient({ request, clock, log })
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
    const stage = setUpSlow()
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

  const request = (github: GitHubClient) => ({ github, repository: REPOSITORY, channels: CHANNELS })

  // deployments, round trips, calls
  test.each<[Readonly<Record<string, number>>, number, number]>([
    [{}, 1, 1],
    [{ dev: 50, prod: 50 }, 1, 1],
    [{ dev: 1, prod: 100 }, 3, 4],
    [{ dev: 250, prod: 450 }, 3, 1 + 7 + 6],
    [{ prod: 1000 }, 3, 1 + 10 + 9],
  ])('%j in %i round trips', async (counts, expected, calls) => {
    const { hub, repository, client, roundTrips } = fill(counts)
    let entries: readonly LedgerEntry[] = []
    const read = async () => {
      entries = (await readLedger(request(client()))).entries
    }
    expect(await roundTrips(read)).toBe(expected)
    expect(hub.calls).toHaveLength(calls)
    const ids = repository.deployments.map(({ id }) => id)
    expect(entries.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(entries.every(({ state }) => state === 'counts')).toBe(true)
  })

  test('deployments of others are not paged through', async () => {
    const { hub, repository, client } = fill({ prod: 90 })
    for (let index = 0; index < 3000; index++)
      repository.addDeployment({ environment: 'prod', task: 'deploy' }, 'success')
    for (let index = 0; index < 30; index++)
      repository.addDeployment({ environment: 'prod', payload: recordOf('prod') }, 'success')
    expect((await readLedger(request(client()))).entries).toHaveLength(120)
    expect(hub.calls.length).toBeLessThan(15)
  })

  type Change = (data: Record<string, unknown>, headers: Record<string, unknown>) => unknown
  const changed = (own: GitHubRequest, change: (route: string) => Change | undefined) => {
    const request: GitHubRequest = async (route, parameters) => {
      const answer = await own(route, parameters)
      const headers = { ...answer.headers }
      const made = change(route)?.(Object(answer.data), headers)
      return { ...answer, headers, ...(made === undefined ? {} : { data: made }) }
    }
    return request
  }
  const onGraphql = (change: Change) => (route: string) =>
    route === 'POST /graphql' ? change : undefined
  const onRest = (change: Change) => (route: string) =>
    route.startsWith('GET ') ? change : undefined
  const firstOnly = onGraphql(({ data }) => ({ data: { ...Object(data), nodes: undefined } }))

  // what a server does
  test.each<[string, (route: string) => Change | undefined]>([
    ['refuses the fields of a query', onGraphql(() => ({ errors: [{ message: 'No field x' }] }))],
    ['answers a query with something else', onGraphql(() => ({ data: {} }))],
    ['answers a query with text', onGraphql(() => 'not here')],
    ['knows no node ids', firstOnly],
    ['leaves the statuses out', onGraphql(leaveOut('statuses'))],
    ['leaves the numbers out', onGraphql(leaveOut('databaseId'))],
    ['tells of no pages', onRest((_, headers) => void delete headers['link'])],
    [
      'tells only of the next page',
      onRest((_, headers) => {
        const next = /<[^>]*>; rel="next"/.exec(String(headers['link']))?.[0]
        headers['link'] = next
      }),
    ],
  ])('a server that %s is read to its end', async (_, change) => {
    const { hub, repository, client } = fill({ dev: 120, prod: 330 })
    const { entries } = await readLedger(request(client(changed(hub.request('token'), change))))
    const ids = repository.deployments.map(({ id }) => id)
    expect(entries.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(entries.every(({ state }) => state === 'counts')).toBe(true)
  })

  test('a server that gives the first page for ever is not asked for ever', async () => {
    const { hub, client } = fill({ prod: 150 })
    hub.faults.push({ call: 'POST /graphql', status: 404, times: 9 })
    const own: GitHubRequest = (route, { page: _, ...parameters } = {}) =>
      hub.request('token')(route, parameters)
    const endless = changed(
      own,
      onRest((_, headers) => void delete headers['link']),
    )
    expect((await readLedger(request(client(endless)))).entries).toHaveLength(100)
    const lists = hub.calls.filter((call) => call.endsWith('/deployments'))
    expect(lists).toHaveLength(2)
  })

  test('calls at once are bounded where each deployment needs one', async () => {
    const { hub, client } = fill({ prod: 200 })
    hub.faults.push({ call: 'POST /graphql', status: 404, times: 9 })
    let [now, most] = [0, 0]
    const counting: GitHubRequest = async (route, parameters) => {
      now += 1
      most = Math.max(most, now)
      try {
        return await hub.request('token')(route, parameters)
      } finally {
        now -= 1
      }
    }
    expect((await readLedger(request(client(counting)))).entries).toHaveLength(200)
    expect(most).toBe(80)
  })
})

/** The newest deployments without a field. */
function leaveOut(field: string) {
  return ({ data }: Record<string, unknown>) => {
    const text = JSON.stringify({ data }, (key, value) => (key === field ? undefined : value))
    return JSON.parse(text)
  }
}

describe('releases', () => {
  // releases, round trips, calls
  test.each([
    [0, 1, 1],
    [99, 1, 1],
    [101, 2, 2],
    [500, 2, 5],
  ])('%i in %i round trips', async (count, expected, calls) => {
    const { hub, repository, client, roundTrips } = setUpSlow()
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
