// What all calls to one host share: its places, its pauses, and one line a repetition.
import { describe, expect, test } from '@jest/globals'
import { refuse } from '../fakes/registry-wire.ts'
import { APP, isManifest, setUp, status } from './faults-setup.ts'
import { fakeRegistryWith } from './registry-setup.ts'

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
    const { registry, client, clock } = fakeRegistryWith()
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
    const { registry, client, log } = setUp()
    registry.inject(status(503, { 'retry-after': '2' }), isManifest('GET'))
    await client.get({ ...APP, tag: '1.4' })
    expect(log.lines).toEqual([
      'info: GET to read tag 1.4 of registry.test/acme/app: 503; trying again in 2 s',
    ])
  })
})
