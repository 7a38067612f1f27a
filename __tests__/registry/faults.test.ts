// Every way a request can fail in passing, once and three times in a row, at every kind of call:
// all recovered, and no digest ever changed. And what does not pass: one request each.
import { describe, expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import { RESPONSE_TIMEOUT_MS } from '../../src/registry/exchange.ts'
import { BUDGET_MS } from '../../src/registry/retry.ts'
import {
  answerWith,
  breakAfter,
  breakBefore,
  cutBody,
  type FakeRequest,
  type Fault,
  hang,
  json,
  refuse,
} from '../fakes/registry-wire.ts'
import type { VirtualClock } from '../fakes/world.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const ACCOUNT = { username: 'user', password: 'secret' }

const status = (code: number, more: Record<string, string> = {}): Fault =>
  answerWith(refuse(code, 'UNKNOWN', 'fake trouble', more))
const throttled = (message: string): Fault => answerWith(refuse(429, 'TOOMANYREQUESTS', message))

/** Name and fault; `clock` is the test's own. */
const FAULTS: Readonly<Record<string, (clock: VirtualClock) => Fault>> = {
  ...Object.fromEntries(
    [408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524].map((code) => [
      `status ${code}`,
      () => status(code),
    ]),
  ),
  'status 500 in HTML': () =>
    answerWith({ status: 500, body: new TextEncoder().encode('<html>oops') }),
  'status 429 without a body': () => answerWith({ status: 429 }),
  'status 429 with seconds': () => status(429, { 'retry-after': '3' }),
  'status 503 with a date': (clock) =>
    status(503, { 'retry-after': new Date(clock.now() + 5000).toUTCString() }),
  'status 429 with a Go duration': () => status(429, { 'retry-after': '1.5s' }),
  "GHCR's delay in the body": () => throttled('retry-after: 12.5ms, allowed: 2000/minute'),
  "GHCR's secondary limit": () =>
    answerWith(json(403, { message: 'You have exceeded a secondary rate limit' })),
  'reset before the request': () => breakBefore('ECONNRESET'),
  'reset after it took effect': () => breakAfter('ECONNRESET'),
  'broken pipe': () => breakBefore('EPIPE'),
  'connection refused': () => breakBefore('ECONNREFUSED'),
  'name server away': () => breakBefore('EAI_AGAIN'),
  'connection timed out': () => breakBefore('ETIMEDOUT'),
  silence: (clock) => hang(clock),
  'silence after it took effect': (clock) => async (request, proceed) => {
    await proceed()
    return hang(clock)(request, proceed)
  },
  'body cut short': () => cutBody,
  'status 500 after it took effect': () => async (request, proceed) => {
    await proceed()
    return status(500)(request, proceed)
  },
}

const isManifest = (method: string) => (request: FakeRequest) =>
  request.method === method && request.url.pathname.includes('/manifests/')

function setup() {
  const world = fakeRegistryWith({ auth: { kind: 'bearer', ...ACCOUNT } }, { credential: ACCOUNT })
  const old = world.registry.addImage('acme/app', { tags: ['1.4'], content: 'old' })
  const young = world.registry.addImage('acme/app', { tags: ['1.4.2'], content: 'young' })
  return { ...world, old, young }
}

type Setup = ReturnType<typeof setup>

const CALLS: Readonly<
  Record<string, { hits: (request: FakeRequest) => boolean; run: (world: Setup) => Promise<void> }>
> = {
  'reading a tag': {
    hits: isManifest('GET'),
    run: async ({ client, young }) =>
      expect((await client.get({ ...APP, tag: '1.4.2' }))?.digest).toBe(young.digest),
  },
  'writing a tag': {
    hits: isManifest('PUT'),
    run: async ({ client, young }) =>
      expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved'),
  },
  'listing tags': {
    hits: (request) => request.url.pathname.endsWith('/tags/list'),
    run: async ({ client }) => expect(await client.listTags(APP)).toEqual(['1.4', '1.4.2']),
  },
  'getting a token': {
    hits: (request) => request.url.pathname === '/token',
    run: async ({ client, young }) =>
      expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved'),
  },
  'verifying a write': {
    hits: isManifest('HEAD'),
    run: async ({ client, young }) => {
      await client.get({ ...APP, digest: young.digest })
      expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved')
    },
  },
}

const ROWS = Object.keys(FAULTS).flatMap((fault) =>
  Object.keys(CALLS).flatMap((call) => [1, 3].map((times) => ({ fault, call, times }))),
)

describe('what passes', () => {
  test('is of more than 24 kinds', () => {
    expect(Object.keys(FAULTS).length).toBeGreaterThan(24)
  })

  test.each(ROWS)('$fault, $times in a row, $call', async ({ fault, call, times }) => {
    const world = setup()
    const { registry, clock, old, young } = world
    const start = clock.now()
    registry.inject(FAULTS[fault]?.(clock) ?? cutBody, CALLS[call]?.hits, times)
    await CALLS[call]?.run(world)
    const isWrite = call !== 'reading a tag' && call !== 'listing tags'
    expect(registry.tags('acme/app')).toEqual({
      '1.4': isWrite ? young.digest : old.digest,
      '1.4.2': young.digest,
    })
    expect(clock.now() - start).toBeLessThan(BUDGET_MS)
  })
})

describe('what does not pass', () => {
  const DEFINITE = [400, 401, 403, 404, 405, 409, 410, 411, 412, 413, 414, 416, 431, 501]
  test.each(DEFINITE.filter((code) => code !== 404))('status %d: one request', async (code) => {
    const { registry, client, clock, young } = setup()
    await client.head({ ...APP, tag: '1.4.2' })
    registry.forget()
    registry.inject(status(code), isManifest('GET'), 10)
    await expect(client.get({ ...APP, digest: young.digest })).rejects.toMatchObject({
      code: code === 401 || code === 403 ? 'denied' : 'registry',
      message: `Cannot read registry.test/acme/app@${young.digest}: the registry answered ${code} UNKNOWN to GET (fake trouble)`,
    })
    expect(registry.lines()).toHaveLength(1)
    expect(clock.sleeps).toEqual([])
  })

  test.each([
    [403, 'to the first call: the permission is missing', 'registry.test', {}, ['HEAD']],
    [403, 'of GHCR: perhaps its limit, and a body would say so', 'ghcr.io', {}, ['HEAD', 'GET']],
    [403, 'with a time to wait', 'registry.test', { 'retry-after': '0' }, ['HEAD', 'GET']],
    [409, 'to the first call', 'registry.test', {}, ['HEAD']],
  ])('HEAD: %d %s', async (code, _, host, headers, methods) => {
    const { registry, client } = fakeRegistryWith()
    registry.inject(status(code, headers), undefined, 10)
    await expect(client.head({ registry: host, path: 'acme/app', tag: '1.4.2' })).rejects.toThrow(
      `answered ${code}`,
    )
    expect(registry.requests.map(({ method }) => method)).toEqual(methods)
  })

  test('status 404 is absence: one request', async () => {
    const { registry, client } = setup()
    await client.head({ ...APP, tag: '1.4.2' })
    registry.forget()
    expect(await client.get({ ...APP, tag: 'none' })).toBeUndefined()
    expect(registry.lines()).toHaveLength(1)
  })

  test.each([
    ['ENOTFOUND', 'Check the name registry.test.'],
    ['CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['HPE_INVALID_CONSTANT', 'can be reached'],
  ])('error %s: one request', async (code, hint) => {
    const { registry, client, young } = setup()
    registry.inject(breakBefore(code), undefined, 10)
    await expect(client.get({ ...APP, digest: young.digest })).rejects.toMatchObject({
      code: 'registry',
      message: `Cannot read registry.test/acme/app@${young.digest}: GET failed with fake ${code}`,
      hint: expect.stringContaining(hint),
    })
    expect(registry.lines()).toHaveLength(1)
  })

  test('a 500 that carries a definite code: one request', async () => {
    const { registry, client, young } = setup()
    registry.inject(
      answerWith(refuse(500, 'MANIFEST_INVALID', 'bad')),
      (request) => isManifest('PUT')(request) && 'authorization' in request.headers,
      10,
    )
    await expect(client.put(APP, 'x', young)).rejects.toThrow('500 MANIFEST_INVALID to PUT (bad)')
    expect(registry.lines().filter((line) => line.includes('/manifests/x'))).toEqual([
      'PUT /v2/acme/app/manifests/x', // without a token
      'PUT /v2/acme/app/manifests/x',
    ])
  })
})

describe('the end of patience', () => {
  test('six tries, then the last answer with their number', async () => {
    const { registry, client, clock } = setup()
    registry.inject(status(503), undefined, 100)
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toMatchObject({
      message:
        'Cannot read tag 1.4 of registry.test/acme/app: the registry answered 503 UNKNOWN to GET, 6 times (fake trouble)',
      hint: 'Run this again; if it stays so, look at the state of registry.test.',
    })
    expect(registry.lines()).toHaveLength(6)
    expect(clock.sleeps).toHaveLength(5)
  })

  test('silence: over when the two minutes are', async () => {
    const { registry, client, clock } = setup()
    const start = clock.now()
    registry.inject(hang(clock), undefined, 100)
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toThrow(
      /GET failed with fake silence, \d times/,
    )
    expect(clock.now() - start).toBeLessThanOrEqual(BUDGET_MS)
    expect(clock.now() - start).toBeGreaterThan(3 * RESPONSE_TIMEOUT_MS)
  })

  test('a wait of ten minutes is not waited: the error says how long', async () => {
    const { registry, client, clock } = setup()
    registry.inject(status(429, { 'retry-after': '600' }))
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toMatchObject({
      hint: 'The registry asks to wait 600 s; run this again then.',
    })
    expect(clock.sleeps).toEqual([])
  })

  test('told to stop: no further request', async () => {
    const controller = new AbortController()
    const { registry, client } = fakeRegistryWith({}, { signal: controller.signal })
    registry.inject(
      async () => {
        controller.abort(new Error('stopped'))
        throw Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })
      },
      undefined,
      10,
    )
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toThrow('stopped')
    expect(registry.lines()).toHaveLength(1)
  })
})

describe('one host', () => {
  test('has at most eight requests at once', async () => {
    const { registry, client, clock } = fakeRegistryWith()
    registry.addImage('acme/app', { tags: ['1'] })
    let running = 0
    let most = 0
    registry.inject(
      async (_, proceed) => {
        running += 1
        most = Math.max(most, running)
        await clock.sleep(100)
        const answer = await proceed()
        running -= 1
        return answer
      },
      undefined,
      100,
    )
    const reads = Array.from({ length: 20 }, () => client.get({ ...APP, tag: '1' }))
    expect((await Promise.all(reads)).every(Boolean)).toBe(true)
    expect(most).toBe(8)
  })

  test('makes its callers wait, and that wait is not held against them', async () => {
    const { registry, client, clock } = fakeRegistryWith({ latencyMs: 2000 })
    registry.addImage('acme/app', { tags: ['1'] })
    const start = clock.now()
    const reads = Array.from({ length: 400 }, () => client.get({ ...APP, tag: '1' }))
    expect((await Promise.all(reads)).every(Boolean)).toBe(true)
    expect(clock.now() - start).toBe((400 / 8) * 2000)
  })

  test('that throttles one request is left in peace by all', async () => {
    const { registry, client, clock } = fakeRegistryWith({})
    registry.addImage('acme/app', { tags: ['1'] })
    const start = clock.now()
    const times: number[] = []
    registry.inject(
      async (_, proceed) => {
        times.push(clock.now() - start)
        return times.length === 1
          ? refuse(429, 'TOOMANYREQUESTS', 'slow', { 'retry-after': '20' })
          : proceed()
      },
      undefined,
      100,
    )
    await Promise.all(Array.from({ length: 13 }, () => client.get({ ...APP, tag: '1' })))
    // Seven were under way; the five that waited their turn, and the refused one, come later.
    expect(times.filter((time) => time === 0)).toHaveLength(8)
    expect(times.filter((time) => time >= 20_000)).toHaveLength(6)
  })

  test('logs one line a repetition: what, why and how long, without address or header', async () => {
    const { registry, client, log } = setup()
    registry.inject(status(503, { 'retry-after': '2' }), isManifest('GET'))
    await client.get({ ...APP, tag: '1.4' })
    expect(log.lines).toEqual([
      'info: GET to read tag 1.4 of registry.test/acme/app: 503; trying again in 2 s',
    ])
  })
})
