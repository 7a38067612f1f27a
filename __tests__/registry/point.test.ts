// Moving tags where answers get lost and others are at work.
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { answerWith, breakAfter, breakBefore, refuse } from '../fakes/registry-wire.ts'
import { APP, isPut, setUp } from './point-setup.ts'

describe('a write whose answer is lost', () => {
  test('counts when the tag shows it: no second PUT', async () => {
    const { registry, point, young, puts } = setUp()
    registry.inject(breakAfter('ECONNRESET'), isPut)
    expect(await point()).toBe('moved')
    expect(puts()).toHaveLength(1)
    expect(registry.tags('acme/app')['1.4']).toBe(young.digest)
  })

  test('counts also when it was the last try', async () => {
    const { registry, point, young } = setUp()
    registry.inject(breakBefore('ECONNRESET'), isPut, 5)
    registry.inject(breakAfter('ECONNRESET'), isPut)
    expect(await point()).toBe('moved')
    expect(registry.tags('acme/app')['1.4']).toBe(young.digest)
  })

  test('does not count when the tag does not show it', async () => {
    const { registry, point, old } = setUp()
    registry.inject(breakBefore('ECONNRESET'), isPut, 100)
    await expect(point()).rejects.toMatchObject({
      code: 'registry',
      message:
        'Cannot move tag 1.4 of registry.test/acme/app: PUT failed with fake ECONNRESET, 6 times',
    })
    expect(registry.tags('acme/app')['1.4']).toBe(old.digest)
  })
})

describe('another run', () => {
  test('that moved the tag between our tries is not overwritten', async () => {
    const { registry, point, young, other, puts } = setUp()
    registry.inject(async () => {
      registry.setTag('acme/app', '1.4', other.digest)
      return refuse(503, 'UNAVAILABLE')
    }, isPut)
    await expect(point()).rejects.toMatchObject({
      code: 'tag-conflict',
      message: `Cannot move tag 1.4 of registry.test/acme/app to ${young.digest}: another run has just moved it, and it stays on ${other.digest}`,
    })
    expect(registry.tags('acme/app')['1.4']).toBe(other.digest)
    expect(puts()).toHaveLength(1)
  })

  test('that moves the tag right after us is named', async () => {
    const { registry, point, other } = setUp()
    registry.inject(async (_, proceed) => {
      const answer = await proceed()
      registry.setTag('acme/app', '1.4', other.digest)
      return answer
    }, isPut)
    await expect(point()).rejects.toMatchObject({
      code: 'overtaken',
      message: expect.stringContaining(`another run has moved it to ${other.digest}, after we put`),
    })
  })
})

describe('a tag that was read before', () => {
  test('is not read again before the write', async () => {
    const { registry, point, old, young } = setUp()
    expect(await point({ seen: old.digest })).toBe('moved')
    expect(await point({ seen: young.digest })).toBe('unchanged')
    expect(await point({ tag: 'new', seen: 'nothing' })).toBe('moved')
    expect(registry.lines().map((line) => line.split(' ')[0])).toEqual(
      'PUT HEAD PUT HEAD'.split(' '),
    )
  })

  test.each(['seen', 'nothing'] as const)(
    'and moved by another run between our tries (%s) is left to it',
    async (before) => {
      const { registry, point, old, other, puts } = setUp()
      const tag = before === 'seen' ? '1.4' : 'new'
      registry.inject(async () => {
        registry.setTag('acme/app', tag, other.digest)
        return refuse(503, 'UNAVAILABLE')
      }, isPut)
      const seen = before === 'seen' ? old.digest : 'nothing'
      await expect(point({ tag, seen })).rejects.toMatchObject({ code: 'tag-conflict' })
      expect(registry.tags('acme/app')[tag]).toBe(other.digest)
      expect(puts()).toHaveLength(1)
    },
  )

  test.each([400, 401, 403, 409, 412])('%d to the write: one PUT', async (status) => {
    const { registry, point, old, puts } = setUp()
    registry.inject(answerWith(refuse(status, 'UNKNOWN', 'no')), isPut, 100)
    await expect(point({ seen: old.digest })).rejects.toThrow(
      `answered ${status} UNKNOWN to PUT (no)`,
    )
    expect(puts()).toEqual(['PUT /v2/acme/app/manifests/1.4'])
  })
})

test('ten tags: three requests each, and the bytes are the same', async () => {
  const { registry, point, young } = setUp()
  const tags = Array.from({ length: 10 }, (_, index) => `tag-${index}`)
  await Promise.all(tags.map((tag) => point({ tag })))
  expect(registry.lines()).toHaveLength(30)
  const sent = registry.requests.filter(isPut)
  expect(new Set(sent.map(({ body }) => digestOf(body)))).toEqual(new Set([young.digest]))
})

test('a manifest whose bytes are not its digest is never sent', async () => {
  const { registry, client, young, other } = setUp()
  const forged = { ...young, bytes: other.bytes }
  await expect(client.put(APP, 'x', forged)).rejects.toMatchObject({ code: 'digest-mismatch' })
  await expect(client.put(APP, other.digest, young)).rejects.toMatchObject({
    code: 'invalid-reference',
  })
  await expect(client.put(APP, '../x', young)).rejects.toMatchObject({ code: 'invalid-reference' })
  expect(registry.lines()).toEqual([])
})
