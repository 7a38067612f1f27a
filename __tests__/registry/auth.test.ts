// Tokens: asked for once per scope and no wider than needed, renewed in time, given up when
// refused.
import { describe, expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import { refuse } from '../fakes/registry-wire.ts'
import { APP, isToken, setUp } from './auth-setup.ts'

describe('scope', () => {
  test('reading asks to pull, once for all tags', async () => {
    const { registry, client, scopes } = setUp()
    await client.head({ ...APP, tag: '1' })
    await client.get({ ...APP, tag: '1' })
    await client.listTags(APP)
    expect(scopes()).toEqual([['repository:acme/app:pull']])
    expect(registry.lines()).toEqual([
      'HEAD /v2/acme/app/manifests/1',
      'GET /token?service=fake&scope=repository%3Aacme%2Fapp%3Apull',
      'HEAD /v2/acme/app/manifests/1',
      'GET /v2/acme/app/manifests/1',
      'GET /v2/acme/app/tags/list?n=1000',
    ])
  })

  test('writing asks to push when a write is due; the first challenge is enough for all', async () => {
    const { registry, client, image, scopes } = setUp()
    expect(await client.point({ repository: APP, tag: '2', manifest: image })).toBe('moved')
    expect(scopes()).toEqual([['repository:acme/app:pull'], ['repository:acme/app:pull,push']])
    expect(registry.lines().filter((line) => line.startsWith('PUT'))).toHaveLength(1)
  })

  test('a tag that stands where it should never asks to push', async () => {
    const { client, image, scopes } = setUp()
    expect(await client.point({ repository: APP, tag: '1', manifest: image })).toBe('unchanged')
    expect(scopes()).toEqual([['repository:acme/app:pull']])
  })

  test('deleting asks to delete', async () => {
    const { client, image, scopes } = setUp()
    expect(await client.deleteManifest(APP, image.digest)).toBe('deleted')
    expect(scopes()).toEqual([['repository:acme/app:delete']])
  })

  test('a mount asks for two, the needed one first', async () => {
    const { registry, client, scopes } = setUp()
    const digest = registry.addBlob('acme/base', new TextEncoder().encode('layer'))
    const from = parseRepository('registry.test/acme/base')
    expect(await client.mountBlob(APP, digest, from)).toBe(true)
    expect(scopes()).toEqual([['repository:acme/app:pull,push', 'repository:acme/base:pull']])
  })

  test('many at once share one token, and few of them knock in vain', async () => {
    const { registry, client, scopes } = setUp()
    await Promise.all(Array.from({ length: 50 }, () => client.get({ ...APP, tag: '1' })))
    expect(scopes()).toHaveLength(1)
    expect(registry.lines().length).toBeLessThanOrEqual(50 + 1 + 8)
  })
})

describe('the life of a token', () => {
  test.each([
    { name: 'said to live 300 s', auth: { tokenSeconds: 300 }, after: 290, tokens: 1 },
    { name: 'near its end', auth: { tokenSeconds: 300 }, after: 296, tokens: 2 },
    {
      name: 'of which nothing is said, after 50 s',
      auth: { saidSeconds: 0 },
      after: 50,
      tokens: 1,
    },
    {
      name: 'of which nothing is said, after 60 s',
      auth: { saidSeconds: 0 },
      after: 60,
      tokens: 2,
    },
    {
      name: 'that ended before it said',
      auth: { tokenSeconds: 30, saidSeconds: 300 },
      after: 40,
      tokens: 2,
    },
  ])('$name', async ({ auth, after, tokens }) => {
    const { client, clock, scopes } = setUp(auth)
    await client.head({ ...APP, tag: '1' })
    await clock.sleep(after * 1000)
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
    expect(scopes()).toHaveLength(tokens)
  })

  test('is not the life of a failure: the next call asks again', async () => {
    const { registry, client, scopes } = setUp()
    registry.inject(async () => refuse(403, 'DENIED'), isToken)
    await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({ code: 'denied' })
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
    expect(scopes()).toHaveLength(2)
  })
})

describe('refusals', () => {
  test('a token that grants less is not asked for twice', async () => {
    const { client, image, scopes } = setUp({ actions: ['pull'] })
    await expect(
      client.point({ repository: APP, tag: '2', manifest: image }),
    ).rejects.toMatchObject({
      code: 'denied',
      message:
        'Cannot move tag 2 of registry.test/acme/app: the registry answered 401 UNAUTHORIZED to PUT (authentication required)',
    })
    expect(scopes()).toEqual([['repository:acme/app:pull'], ['repository:acme/app:pull,push']])
  })

  test('a wrong password is the token service’s to refuse', async () => {
    const { client, registry } = setUp({ password: 'another' })
    await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({
      code: 'denied',
      message:
        'Cannot read tag 1 of registry.test/acme/app: the token service registry.test answered 401 UNAUTHORIZED to GET (wrong password)',
      hint: expect.stringContaining('registry-username'),
    })
    expect(registry.requests.filter(isToken)).toHaveLength(1)
  })

  test('a wrong password of Basic is sent once a call', async () => {
    const { client, registry } = setUp({ kind: 'basic', password: 'another' })
    for (const requests of [2, 3]) {
      await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({ code: 'denied' })
      expect(registry.lines()).toHaveLength(requests)
    }
  })
})
