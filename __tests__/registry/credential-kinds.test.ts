// What is sent to whom: every kind of credential, and every challenge registries ask for it with.
import { describe, expect, test } from '@jest/globals'
import { json, refuse } from '../fakes/registry-wire.ts'
import { ACCOUNT, APP, isToken, setUp } from './auth-setup.ts'
import { fakeRegistryWith } from './registry-setup.ts'

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
    const { registry, client } = setUp({ kind: 'basic' })
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
  /** Whatever the challenge proposes. */
  const OWN_SCOPE = [['repository:acme/app:pull']]

  // name, challenge, scopes of the tokens asked for
  test.each<[string, string, string[][]]>([
    ['Nexus', 'BASIC realm="Sonatype Nexus Repository Manager"', []],
    [
      'Codeberg',
      'Bearer realm="https://registry.test/token",service="s",scope="*",Basic realm="x"',
      OWN_SCOPE,
    ],
    ['both, Basic first', 'Basic realm="x", Bearer realm="https://registry.test/token"', OWN_SCOPE],
    [
      'GHCR',
      'Bearer realm="https://registry.test/token",service="s",scope="repository:user/image:pull"',
      OWN_SCOPE,
    ],
  ])('%s: answered', async (_, header, asked) => {
    const { registry, client, scopes } = setUp()
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
    expect(scopes()).toEqual(asked)
  })

  test('a query in the realm is kept', async () => {
    const { registry, client } = setUp({ realm: 'https://registry.test/token?account=x#part' })
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
