// The calls, one by one, against the fake: what comes back and what was sent.
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { parseReference, parseRepository } from '../../src/oci/reference.ts'
import type { Http } from '../../src/ports.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')

describe('head and get', () => {
  test.each([
    { name: 'OCI index', docker: false, index: true },
    { name: 'Docker list', docker: true, index: true },
    { name: 'OCI manifest', docker: false, index: false },
    { name: 'Docker manifest', docker: true, index: false },
  ])('read a tag of an $name: its own digest and bytes', async ({ docker, index }) => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app', {
      docker,
      index,
      platforms: index ? ['linux/amd64', 'linux/arm64'] : ['linux/amd64'],
      tags: ['1.4.2'],
    })
    const { bytes: _, ...descriptor } = image
    const reference = { ...APP, tag: '1.4.2' }
    expect(await client.head(reference)).toEqual(descriptor)
    expect(await client.get(reference)).toEqual(image)
    expect(await client.get({ ...APP, digest: image.digest })).toEqual(image)
    expect(registry.lines()).toEqual([
      'HEAD /v2/acme/app/manifests/1.4.2',
      'GET /v2/acme/app/manifests/1.4.2',
      `GET /v2/acme/app/manifests/${image.digest}`,
    ])
  })

  test.each(['registry.test/acme/app:none', 'registry.test/acme/none:1'])(
    '%s is undefined',
    async (text) => {
      const { registry, client } = fakeRegistryWith()
      registry.addImage('acme/app')
      expect(await client.head(parseReference(text))).toBeUndefined()
      expect(await client.get(parseReference(text))).toBeUndefined()
    },
  )

  test('HEAD without a digest is followed by a GET', async () => {
    const { registry, client } = fakeRegistryWith({ digestHeader: false })
    const image = registry.addImage('acme/app', { tags: ['1'] })
    expect((await client.head({ ...APP, tag: '1' }))?.digest).toBe(image.digest)
    expect(registry.lines()).toEqual([
      'HEAD /v2/acme/app/manifests/1',
      'GET /v2/acme/app/manifests/1',
    ])
  })

  test('a sha512 digest is hashed as such', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const digest = digestOf(image.bytes, 'sha512')
    registry.addManifest('acme/app', { ...image, digest })
    const read = await client.get({ ...APP, digest })
    if (!read) throw new Error('nothing read')
    expect(read.digest).toBe(digest)
    expect(await client.point({ repository: APP, tag: '1', manifest: read })).toBe('moved')
    expect(await client.point({ repository: APP, tag: '1', manifest: read })).toBe('unchanged')
    registry.addManifest('acme/app', { ...image, digest, bytes: new Uint8Array(2) })
    await expect(client.get({ ...APP, digest })).rejects.toMatchObject({ code: 'digest-mismatch' })
  })

  test('a reference without tag and digest is refused before anything is sent', async () => {
    const { registry, client } = fakeRegistryWith()
    await expect(client.head(APP)).rejects.toMatchObject({ code: 'invalid-reference' })
    expect(registry.requests).toEqual([])
  })
})

describe('point', () => {
  test('moves a tag byte for byte and confirms it', async () => {
    const { registry, client } = fakeRegistryWith()
    registry.addImage('acme/app', { tags: ['1.4'], content: 'old' })
    const image = registry.addImage('acme/app', { content: 'new' })
    expect(await client.point({ repository: APP, tag: '1.4', manifest: image })).toBe('moved')
    expect(registry.tags('acme/app')).toEqual({ '1.4': image.digest })
    expect(registry.lines()).toEqual([
      'HEAD /v2/acme/app/manifests/1.4',
      'PUT /v2/acme/app/manifests/1.4',
      'HEAD /v2/acme/app/manifests/1.4',
    ])
    expect(digestOf(registry.requests[1]?.body ?? new Uint8Array())).toBe(image.digest)
    expect(registry.requests[1]?.headers['content-type']).toBe(image.mediaType)
  })

  test('leaves an equal tag alone', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app', { tags: ['1.4'] })
    expect(await client.point({ repository: APP, tag: '1.4', manifest: image })).toBe('unchanged')
    expect(registry.lines()).toEqual(['HEAD /v2/acme/app/manifests/1.4'])
  })

  test.each([0, 1, 20, 59])('waits %s s for a registry to show what it took', async (seconds) => {
    const { registry, client, clock } = fakeRegistryWith({ lagMs: seconds * 1000 })
    const image = registry.addImage('acme/app')
    const start = clock.now()
    expect(await client.point({ repository: APP, tag: '1.4', manifest: image })).toBe('moved')
    expect(clock.now() - start).toBeGreaterThanOrEqual(seconds * 1000)
  })

  test('gives up after 60 s', async () => {
    const { registry, client } = fakeRegistryWith({ lagMs: 70_000 })
    const image = registry.addImage('acme/app')
    await expect(
      client.point({ repository: APP, tag: '1.4', manifest: image }),
    ).rejects.toMatchObject({
      code: 'registry',
      message: `Cannot confirm registry.test/acme/app:1.4 as ${image.digest}: 60 s after the write it shows nothing`,
    })
  })
})

describe('listTags', () => {
  test('follows pages, sorts, and is empty for an unknown repository', async () => {
    const { registry, client } = fakeRegistryWith({ pageTags: 2 })
    registry.addImage('acme/app', { tags: ['b', '10', 'a', '9', 'B'] })
    expect(await client.listTags(APP)).toEqual(['10', '9', 'B', 'a', 'b'])
    expect(registry.lines()).toEqual([
      'GET /v2/acme/app/tags/list?n=1000',
      'GET /v2/acme/app/tags/list?n=2&last=9',
      'GET /v2/acme/app/tags/list?n=2&last=a',
    ])
    expect(await client.listTags(parseRepository('registry.test/acme/none'))).toEqual([])
  })
})

describe('getBlob', () => {
  test('gives hashed bytes, undefined where there is none, and keeps to its cap', async () => {
    const { registry, client } = fakeRegistryWith()
    const bytes = new TextEncoder().encode('{"os":"linux"}')
    const digest = registry.addBlob('acme/app', bytes)
    expect(await client.getBlob(APP, digest, 14)).toEqual(bytes)
    expect(await client.getBlob(APP, digestOf(new Uint8Array()), 14)).toBeUndefined()
    await expect(client.getBlob(APP, digest, 13)).rejects.toMatchObject({
      code: 'too-large',
      message: `Cannot read blob ${digest} of registry.test/acme/app: the answer is larger than 13 bytes`,
    })
  })
})

describe('redirects', () => {
  test('a blob is read where the registry keeps it, without our credentials', async () => {
    const credential = { username: 'user', password: 'secret' }
    const { registry, client } = fakeRegistryWith(
      { auth: { kind: 'basic', ...credential } },
      { credential },
    )
    const bytes = new TextEncoder().encode('layer')
    const digest = registry.addBlob('acme/app', bytes)
    registry.inject(
      async ({ url, headers }, proceed) => {
        if (url.host === 'storage.test') return { status: 200, body: bytes }
        if (!headers['authorization']) return proceed()
        return { status: 307, headers: { location: 'https://storage.test/layer?signature=x' } }
      },
      undefined,
      10,
    )
    expect(await client.getBlob(APP, digest, 100)).toEqual(bytes)
    const [away] = registry.requests.filter(({ url }) => url.host === 'storage.test')
    expect(away?.headers).toEqual({ 'accept-encoding': 'identity', 'user-agent': 'image-release' })
  })

  test.each([301, 302, 303, 307, 308])(
    '%d of a manifest is followed at home with credentials',
    async (status) => {
      const { registry, client } = fakeRegistryWith()
      const image = registry.addImage('acme/app', { tags: ['1'] })
      registry.inject(async () => ({
        status,
        headers: { location: `/v2/acme/app/manifests/${image.digest}` },
      }))
      expect((await client.get({ ...APP, tag: '1' }))?.digest).toBe(image.digest)
    },
  )
})

test('an answer to HEAD is read to its end, which frees the connection', async () => {
  const registry = fakeRegistry()
  registry.addImage('acme/app', { tags: ['1'] })
  let ended = 0
  const http: Http = async (request) => {
    const answer = await registry.http(request)
    const body = async function* () {
      yield* answer.body
      ended += 1
    }
    return { ...answer, body: body() }
  }
  await fakeClient({ http }).client.head({ ...APP, tag: '1' })
  await fakeClient({ http }).client.head({ ...APP, tag: 'none' })
  expect(ended).toBe(2)
})
