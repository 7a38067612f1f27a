// Moving tags where answers get lost, tags are locked and others are at work.
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import {
  answerWith,
  breakAfter,
  breakBefore,
  type FakeRequest,
  type FakeResponse,
  refuse,
} from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const isPut = ({ method }: FakeRequest) => method === 'PUT'

function setup(options: FakeRegistryOptions = {}) {
  const world = fakeRegistryWith(options)
  const old = world.registry.addImage('acme/app', { tags: ['1.4'], content: 'old' })
  const young = world.registry.addImage('acme/app', { content: 'young' })
  const other = world.registry.addImage('acme/app', { content: 'other' })
  return { ...world, old, young, other }
}

describe('a write whose answer is lost', () => {
  test('counts when the tag shows it: no second PUT', async () => {
    const { registry, client, young } = setup()
    registry.inject(breakAfter('ECONNRESET'), isPut)
    expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved')
    expect(registry.lines().filter((line) => line.startsWith('PUT'))).toHaveLength(1)
    expect(registry.tags('acme/app')['1.4']).toBe(young.digest)
  })

  test('counts also when it was the last try', async () => {
    const { registry, client, young } = setup()
    registry.inject(breakBefore('ECONNRESET'), isPut, 5)
    registry.inject(breakAfter('ECONNRESET'), isPut)
    expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved')
    expect(registry.tags('acme/app')['1.4']).toBe(young.digest)
  })

  test('does not count when the tag does not show it', async () => {
    const { registry, client, young, old } = setup()
    registry.inject(breakBefore('ECONNRESET'), isPut, 100)
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: 'registry',
      message:
        'Cannot move tag 1.4 of registry.test/acme/app: PUT failed with fake ECONNRESET, 6 times',
    })
    expect(registry.tags('acme/app')['1.4']).toBe(old.digest)
  })
})

describe('another run', () => {
  test('that moved the tag between our tries is not overwritten', async () => {
    const { registry, client, young, other } = setup()
    registry.inject(async () => {
      registry.setTag('acme/app', '1.4', other.digest)
      return refuse(503, 'UNAVAILABLE')
    }, isPut)
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: 'tag-conflict',
      message: `Cannot move tag 1.4 of registry.test/acme/app to ${young.digest}: another run has just moved it, and it stays on ${other.digest}`,
    })
    expect(registry.tags('acme/app')['1.4']).toBe(other.digest)
    expect(registry.lines().filter((line) => line.startsWith('PUT'))).toHaveLength(1)
  })

  test('that moves the tag right after us is named', async () => {
    const { registry, client, young, other } = setup()
    registry.inject(async (_, proceed) => {
      const answer = await proceed()
      registry.setTag('acme/app', '1.4', other.digest)
      return answer
    }, isPut)
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: 'overtaken',
      message: expect.stringContaining(`another run has moved it to ${other.digest}, after we put`),
    })
  })
})

const IMMUTABLE: Readonly<Record<string, FakeResponse>> = {
  ECR: refuse(400, 'TAG_INVALID', "The image tag '1.4' already exists and cannot be overwritten."),
  'ECR in words of tomorrow': refuse(400, 'TAG_INVALID', 'nope'),
  'Artifact Registry': refuse(400, 'MANIFEST_INVALID', 'cannot update tag 1.4.'),
  Harbor: refuse(412, 'PRECONDITION', 'configured as immutable'),
  Quay: refuse(409, 'UNKNOWN', 'tag is immutable and cannot be overwritten'),
  'ACR lock': refuse(403, 'DENIED', 'The operation is disallowed on this registry'),
  'ACR lock, older': refuse(401, 'UNAUTHORIZED', 'The operation is disallowed.'),
  'GitLab rule': refuse(403, 'DENIED', 'requested access to the resource is denied'),
  MSR: refuse(405, 'UNSUPPORTED', 'tag=1.4 cannot be overwritten'),
  'a page of HTML': { status: 400, body: new TextEncoder().encode('<h1>no</h1>') },
}

describe('an immutable tag', () => {
  test.each(Object.keys(IMMUTABLE))('of %s: names both digests', async (name) => {
    const immutableAnswer = IMMUTABLE[name] ?? refuse(400, 'UNKNOWN')
    const { registry, client, old, young } = setup({ immutable: () => true, immutableAnswer })
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: [401, 403].includes(immutableAnswer.status) ? 'denied' : 'tag-conflict',
      message: expect.stringMatching(
        new RegExp(
          `^Cannot move tag 1\\.4 of registry\\.test/acme/app to ${young.digest}: ` +
            `the registry answered ${immutableAnswer.status}.* to PUT.*, and it stays on ${old.digest}$`,
        ),
      ),
      hint: expect.stringContaining('floating: false'),
    })
    expect(registry.tags('acme/app')['1.4']).toBe(old.digest)
  })

  test('that already is where it should be is unchanged, and new ones are set', async () => {
    const { client, old, young } = setup({ immutable: () => true })
    expect(await client.point({ repository: APP, tag: '1.4', manifest: old })).toBe('unchanged')
    expect(await client.point({ repository: APP, tag: '1.5', manifest: young })).toBe('moved')
  })

  test('refused although it is where it should be (ECR, identical push): done', async () => {
    const { registry, client, young } = setup()
    registry.inject(async () => {
      registry.setTag('acme/app', '1.4', young.digest)
      return IMMUTABLE['ECR'] ?? refuse(400, 'TAG_INVALID')
    }, isPut)
    expect(await client.point({ repository: APP, tag: '1.4', manifest: young })).toBe('moved')
  })
})

test('a locked tag: code and words of the registry are told', async () => {
  const immutableAnswer = refuse(409, 'UNKNOWN', 'tag is immutable and cannot be overwritten')
  const { client, old, young } = setup({ immutable: () => true, immutableAnswer })
  await expect(client.point({ repository: APP, tag: '1.4', manifest: young })).rejects.toThrow(
    `answered 409 UNKNOWN to PUT (tag is immutable and cannot be overwritten), and it stays on ${old.digest}`,
  )
})

describe('a tag that was read before', () => {
  const puts = (lines: readonly string[]) => lines.filter((line) => line.startsWith('PUT'))

  test('is not read again before the write', async () => {
    const { registry, client, old, young } = setup()
    const move = { repository: APP, tag: '1.4', manifest: young }
    expect(await client.point({ ...move, seen: old.digest })).toBe('moved')
    expect(await client.point({ ...move, seen: young.digest })).toBe('unchanged')
    expect(await client.point({ ...move, tag: 'new', seen: 'nothing' })).toBe('moved')
    expect(registry.lines().map((line) => line.split(' ')[0])).toEqual(
      'PUT HEAD PUT HEAD'.split(' '),
    )
  })

  test.each(['seen', 'nothing'] as const)(
    'and moved by another run between our tries (%s) is left to it',
    async (before) => {
      const { registry, client, old, young, other } = setup()
      const tag = before === 'seen' ? '1.4' : 'new'
      registry.inject(async () => {
        registry.setTag('acme/app', tag, other.digest)
        return refuse(503, 'UNAVAILABLE')
      }, isPut)
      const seen = before === 'seen' ? old.digest : 'nothing'
      await expect(
        client.point({ repository: APP, tag, manifest: young, seen }),
      ).rejects.toMatchObject({ code: 'tag-conflict' })
      expect(registry.tags('acme/app')[tag]).toBe(other.digest)
      expect(puts(registry.lines())).toHaveLength(1)
    },
  )

  test.each([400, 401, 403, 409, 412])('%d to the write: one PUT', async (status) => {
    const { registry, client, old, young } = setup()
    registry.inject(answerWith(refuse(status, 'UNKNOWN', 'no')), isPut, 100)
    const move = { repository: APP, tag: '1.4', manifest: young, seen: old.digest }
    await expect(client.point(move)).rejects.toThrow(`answered ${status} UNKNOWN to PUT (no)`)
    expect(puts(registry.lines())).toEqual(['PUT /v2/acme/app/manifests/1.4'])
  })
})

describe('other refusals are not taken for immutability', () => {
  test.each([
    [400, 'MANIFEST_BLOB_UNKNOWN', 'registry'],
    [400, 'DIGEST_INVALID', 'registry'],
    [404, 'NAME_UNKNOWN', 'registry'],
    [413, 'SIZE_INVALID', 'registry'],
  ])('%d %s', async (status, code, kind) => {
    const { registry, client, young } = setup()
    registry.inject(answerWith(refuse(status, code, 'no')), isPut, 100)
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: kind,
      message: `Cannot move tag 1.4 of registry.test/acme/app: the registry answered ${status} ${code} to PUT (no)`,
    })
  })

  test.each([401, 403])('%d may be either: both ways out are named', async (status) => {
    const { registry, client, young } = setup()
    registry.inject(answerWith(refuse(status, 'DENIED', 'no')), isPut, 100)
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: young }),
    ).rejects.toMatchObject({
      code: 'denied',
      hint: expect.stringMatching(/may push to this repository.*makes tags immutable/),
    })
  })

  test('a new tag that is refused', async () => {
    const { registry, client, young } = setup()
    registry.inject(answerWith(refuse(400, 'TAG_INVALID', 'no')), isPut, 100)
    await expect(
      client.point({ repository: APP, tag: '9', manifest: young }),
    ).rejects.toMatchObject({ code: 'registry' })
  })
})

test.each([
  ['ghcr.io', 'Give the job "packages: write"'],
  ['registry.test', 'Check that the account may push to this repository.'],
])('403 of %s has the permission in its hint', async (host, hint) => {
  const { registry, client, young } = setup()
  registry.inject(answerWith(refuse(403, 'DENIED', 'no')), isPut, 100)
  const app = { registry: host, path: 'acme/app' }
  await expect(client.point({ repository: app, tag: '9', manifest: young })).rejects.toMatchObject({
    hint: expect.stringContaining(hint),
  })
})

test('ten tags: three requests each, and the bytes are the same', async () => {
  const { registry, client, young } = setup()
  const tags = Array.from({ length: 10 }, (_, index) => `tag-${index}`)
  await Promise.all(tags.map((tag) => client.point({ repository: APP, tag, manifest: young })))
  expect(registry.lines()).toHaveLength(30)
  const puts = registry.requests.filter(isPut)
  expect(new Set(puts.map(({ body }) => digestOf(body)))).toEqual(new Set([young.digest]))
})

test('a manifest whose bytes are not its digest is never sent', async () => {
  const { registry, client, young, other } = setup()
  const forged = { ...young, bytes: other.bytes }
  await expect(client.put(APP, 'x', forged)).rejects.toMatchObject({ code: 'digest-mismatch' })
  await expect(client.put(APP, other.digest, young)).rejects.toMatchObject({
    code: 'invalid-reference',
  })
  await expect(client.put(APP, '../x', young)).rejects.toMatchObject({ code: 'invalid-reference' })
  expect(registry.lines()).toEqual([])
})
