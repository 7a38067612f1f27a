// Every way a request can fail in passing, once and three times in a row, at every kind of call:
// all recovered, and no digest ever changed.
import { describe, expect, test } from '@jest/globals'
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
import { APP, isManifest, setUp, status } from './faults-setup.ts'

const throttled = (message: string): Fault => answerWith(refuse(429, 'TOOMANYREQUESTS', message))

/** The request takes effect, and then the fault comes all the same. */
const afterwards =
  (fault: Fault): Fault =>
  async (request, proceed) => {
    await proceed()
    return fault(request, proceed)
  }

const PASSING = [408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524]

/** Name and fault; `clock` is the test's own. */
const FAULTS: readonly (readonly [string, (clock: VirtualClock) => Fault])[] = [
  ...PASSING.map((code) => [`status ${code}`, () => status(code)] as const),
  [
    'status 500 in HTML',
    () => answerWith({ status: 500, body: new TextEncoder().encode('<html>oops') }),
  ],
  ['status 429 without a body', () => answerWith({ status: 429 })],
  ['status 429 with seconds', () => status(429, { 'retry-after': '3' })],
  [
    'status 503 with a date',
    (clock) => status(503, { 'retry-after': new Date(clock.now() + 5000).toUTCString() }),
  ],
  ['status 429 with a Go duration', () => status(429, { 'retry-after': '1.5s' })],
  ["GHCR's delay in the body", () => throttled('retry-after: 12.5ms, allowed: 2000/minute')],
  [
    "GHCR's secondary limit",
    () => answerWith(json(403, { message: 'You have exceeded a secondary rate limit' })),
  ],
  ['reset before the request', () => breakBefore('ECONNRESET')],
  ['reset after it took effect', () => breakAfter('ECONNRESET')],
  ['broken pipe', () => breakBefore('EPIPE')],
  ['connection refused', () => breakBefore('ECONNREFUSED')],
  ['name server away', () => breakBefore('EAI_AGAIN')],
  ['connection timed out', () => breakBefore('ETIMEDOUT')],
  ['silence', (clock) => hang(clock)],
  ['silence after it took effect', (clock) => afterwards(hang(clock))],
  ['body cut short', () => cutBody],
  ['status 500 after it took effect', () => afterwards(status(500))],
]

interface Call {
  readonly name: string
  readonly hits: (request: FakeRequest) => boolean
  readonly run: (world: ReturnType<typeof setUp>) => Promise<void>
  readonly isWrite: boolean
}

const CALLS: readonly Call[] = [
  {
    name: 'reading a tag',
    hits: isManifest('GET'),
    run: async ({ client, young }) =>
      expect((await client.get({ ...APP, tag: '1.4.2' }))?.digest).toBe(young.digest),
    isWrite: false,
  },
  {
    name: 'writing a tag',
    hits: isManifest('PUT'),
    run: async ({ client, young }) =>
      expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved'),
    isWrite: true,
  },
  {
    name: 'listing tags',
    hits: ({ url }) => url.pathname.endsWith('/tags/list'),
    run: async ({ client }) => expect(await client.listTags(APP)).toEqual(['1.4', '1.4.2']),
    isWrite: false,
  },
  {
    name: 'getting a token',
    hits: ({ url }) => url.pathname === '/token',
    run: async ({ client, young }) =>
      expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved'),
    isWrite: true,
  },
  {
    name: 'verifying a write',
    hits: isManifest('HEAD'),
    // A tag that was read before is not read again: the first HEAD comes after the PUT.
    run: async ({ client, old, young }) => {
      const move = { repository: APP, tag: '1.4', manifest: young, seen: old.digest }
      expect(await client.point(move)).toBe('moved')
    },
    isWrite: true,
  },
]

const ROWS = FAULTS.flatMap(([fault, make]) =>
  CALLS.flatMap((call) => [1, 3].map((times) => ({ fault, make, call, times }))),
)

describe('what passes', () => {
  test('is of more than 24 kinds', () => {
    expect(new Set(FAULTS.map(([name]) => name)).size).toBeGreaterThan(24)
  })

  test.each(ROWS)('$fault, $times in a row, $call.name', async ({ make, call, times }) => {
    const world = setUp()
    const { registry, clock, old, young } = world
    const start = clock.now()
    const fault = make(clock)
    let struck = 0
    registry.inject(
      (request, proceed) => {
        struck += 1
        return fault(request, proceed)
      },
      call.hits,
      times,
    )
    await call.run(world)
    expect(struck).toBeGreaterThan(0)
    expect(registry.tags('acme/app')).toEqual({
      '1.4': call.isWrite ? young.digest : old.digest,
      '1.4.2': young.digest,
    })
    expect(clock.now() - start).toBeLessThan(BUDGET_MS)
  })
})
