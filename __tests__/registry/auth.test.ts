// Tokens: asked for once per scope and no wider than needed, renewed in time, given up when
// refused.
import { describe, expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import type { FakeAuth } from '../fakes/registry-auth.ts'
import { type FakeRequest, json, refuse } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const ACCOUNT = { username: 'user', password: 'secret' }
const isToken = ({ url }: FakeRequest) => url.pathname === '/token'

function setup(auth: Partial<FakeAuth> = {}) {
  const world = fakeRegistryWith(
    { auth: { kind: 'bearer', ...ACCOUNT, ...auth } },
    { credential: ACCOUNT },
  )
  const image = world.registry.addImage('acme/app', { tags: ['1'] })
  const scopes = () =>
    world.registry.requests.filter(isToken).map(({ url }) => url.searchParams.getAll('scope'))
  return { ...world, image, scopes }
}

describe('scope', () => {
  test('reading asks to pull, once for all tags', async () => {
    const { registry, client, scopes } = setup()
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
    const { registry, client, image, scopes } = setup()
    expect(await client.point({ repository: APP, tag: '2', manifest: image })).toBe('moved')
    expect(scopes()).toEqual([['repository:acme/app:pull'], ['repository:acme/app:pull,push']])
    expect(registry.lines().filter((line) => line.startsWith('PUT'))).toHaveLength(1)
  })

  test('a tag that stands where it should never asks to push', async () => {
    const { client, image, scopes } = setup()
    expect(await client.point({ repository: APP, tag: '1', manifest: image })).toBe('unchanged')
    expect(scopes()).toEqual([['repository:acme/app:pull']])
  })

  test('deleting asks to delete', async () => {
    const { client, image, scopes } = setup()
    expect(await client.deleteManifest(APP, image.digest)).toBe('deleted')
    expect(scopes()).toEqual([['repository:acme/app:delete']])
  })

  test('a mount asks for two, the needed one first', async () => {
    const { registry, client, scopes } = setup()
    const digest = registry.addBlob('acme/base', new TextEncoder().encode('layer'))
    const from = parseRepository('registry.test/acme/base')
    expect(await client.mountBlob(APP, digest, from)).toBe(true)
    expect(scopes()).toEqual([['repository:acme/app:pull,push', 'repository:acme/base:pull']])
  })

  test('many at once share one token, and few of them knock in vain', async () => {
    const { registry, client, scopes } = setup()
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
    const { client, clock, scopes } = setup(auth)
    await client.head({ ...APP, tag: '1' })
    await clock.sleep(after * 1000)
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
    expect(scopes()).toHaveLength(tokens)
  })

  test('is not the life of a failure: the next call asks again', async () => {
    const { registry, client, scopes } = setup()
    registry.inject(async () => refuse(403, 'DENIED'), isToken)
    await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({ code: 'denied' })
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
    expect(scopes()).toHaveLength(2)
  })
})

describe('refusals', () => {
  test('a token that grants less is not asked for twice', async () => {
    const { client, image, scopes } = setup({ actions: ['pull'] })
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
    const { client, registry } = setup({ password: 'another' })
    await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({
      code: 'denied',
      message:
        'Cannot read tag 1 of registry.test/acme/app: the token service registry.test answered 401 UNAUTHORIZED to GET (wrong password)',
      hint: expect.stringContaining('registry-username'),
    })
    expect(registry.requests.filter(isToken)).toHaveLength(1)
  })

  test('a wrong password of Basic is sent once a call', async () => {
    const { client, registry } = setup({ kind: 'basic', password: 'another' })
    for (const requests of [2, 3]) {
      await expect(client.head({ ...APP, tag: '1' })).rejects.toMatchObject({ code: 'denied' })
      expect(registry.lines()).toHaveLength(requests)
    }
  })
})

describe('kinds of credential', () => {
  test('none: an anonymous token, if the registry gives one', async () => {
    const { registry, client } = fakeRegistryWith({ auth: { kind: 'bearer', anonymous: ['pull'] } })
    const image = registry.addImage('acme/app', { tags: ['1'] })
    expect((await client.get({ ...APP, tag: '1' }))?.digest).toBe(image.digest)
    expect(
      registry.requests.some(({ headers }) => headers['authorization']?.startsWith('Basic')),
    ).toBe(false)
  })

  test('Basic: sent unasked once it is known to be wanted', async () => {
    const { registry, client } = setup({ kind: 'basic' })
    await client.head({ ...APP, tag: '1' })
    await client.head({ ...APP, tag: '1' })
    expect(registry.lines()).toHaveLength(3)
  })

  test('Basic with letters beyond ASCII goes out as UTF-8', async () => {
    const credential = { username: 'üser', password: 'pässwörd' }
    const { registry, client } = fakeRegistryWith({ auth: { kind: 'basic' } }, { credential })
    await expect(client.head({ ...APP, tag: '1' })).rejects.toThrow()
    const sent = registry.requests[1]?.headers['authorization']?.slice('Basic '.length) ?? ''
    expect(Buffer.from(sent, 'base64').toString('utf8')).toBe('üser:pässwörd')
  })

  test('an identity token is exchanged by POST', async () => {
    const { registry, client } = fakeRegistryWith(
      { auth: { kind: 'bearer', identityToken: 'identity' } },
      { credential: { identityToken: 'identity' } },
    )
    registry.addImage('acme/app', { tags: ['1'] })
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
    const post = registry.requests.find(isToken)
    expect(post?.method).toBe('POST')
    expect(post?.url.search).toBe('')
    expect(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(post?.body)))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'identity',
      service: 'fake',
      scope: 'repository:acme/app:pull',
      client_id: 'image-release',
    })
  })

  test.each([404, 405])('an identity token where POST answers %d is a password', async (status) => {
    const { registry, client } = fakeRegistryWith(
      { auth: { kind: 'bearer', username: '<token>', password: 'identity' } },
      { credential: { identityToken: 'identity' } },
    )
    registry.addImage('acme/app', { tags: ['1'] })
    registry.inject(
      async () => refuse(status, 'UNSUPPORTED'),
      ({ method }) => method === 'POST',
    )
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
  })
})

describe('challenges as registries send them', () => {
  test.each([
    ['Nexus', 'BASIC realm="Sonatype Nexus Repository Manager"'],
    [
      'Codeberg',
      'Bearer realm="https://registry.test/token",service="s",scope="*",Basic realm="x"',
    ],
    ['both, Basic first', 'Basic realm="x", Bearer realm="https://registry.test/token"'],
    [
      'GHCR',
      'Bearer realm="https://registry.test/token",service="s",scope="repository:user/image:pull"',
    ],
  ])('%s: answered', async (_, header) => {
    const { registry, client, scopes } = setup()
    registry.inject(
      async ({ headers, url }, proceed) => {
        if (url.pathname === '/token') return proceed()
        if (headers['authorization']) return json(200, { tags: ['1'] })
        return { status: 401, headers: { 'www-authenticate': header } }
      },
      undefined,
      10,
    )
    expect(await client.listTags(APP)).toEqual(['1'])
    // Our own scope, whatever the challenge proposes.
    expect(
      scopes()
        .flat()
        .every((scope) => scope === 'repository:acme/app:pull'),
    ).toBe(true)
  })

  test('a query in the realm is kept', async () => {
    const { registry, client } = setup({ realm: 'https://registry.test/token?account=x#part' })
    await client.head({ ...APP, tag: '1' })
    expect(registry.lines()[1]).toBe(
      'GET /token?account=x&service=fake&scope=repository%3Aacme%2Fapp%3Apull',
    )
  })

  test('a foreign token service is asked when there is no password to lose', async () => {
    const { registry, client } = fakeRegistryWith({
      auth: { kind: 'bearer', anonymous: ['pull'], realm: 'https://tokens.example/token' },
    })
    registry.addImage('acme/app', { tags: ['1'] })
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
  })

  test.each([
    { name: 'named over TLS' },
    { name: 'that the user trusts', trustedRealms: ['tokens.example'] },
  ])('a foreign token service $name gets the password', async ({ name: _, ...more }) => {
    const { registry, client } = fakeRegistryWith(
      { auth: { kind: 'bearer', ...ACCOUNT, realm: 'https://tokens.example/token' } },
      { credential: ACCOUNT, ...more },
    )
    registry.addImage('acme/app', { tags: ['1'] })
    expect(await client.head({ ...APP, tag: '1' })).toBeDefined()
  })
})
