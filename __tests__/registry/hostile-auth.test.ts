// Hostile challenges, token services and redirects: no credential leaves the registry's origin or
// its vetted token service.
import { describe, expect, test } from '@jest/globals'
import { BUDGET_MS } from '../../src/registry/retry.ts'
import { json } from '../fakes/registry-wire.ts'
import {
  bytes,
  carriesSecret,
  challenge,
  endless,
  HOST,
  hostileWorld,
  MAX_TAKEN_BYTES,
  PRIVATE_NAME,
  redirect,
  type Script,
  SECRET,
  signedIn,
  TOKEN,
} from './hostile-world.ts'

const APP = { registry: HOST, path: 'acme/app' }

interface Case {
  readonly name: string
  readonly script: Script
  /** Hosts that may be asked at all. Default: the registry. */
  readonly asked?: readonly string[]
  /** Of the error; undefined: absent, no error. */
  readonly code?: string
  readonly maxRequests?: number
}

const realm = (value: string): Script => {
  return ({ at }) =>
    at.host === HOST
      ? challenge(`Bearer realm="${value}",service="s",scope="repository:acme/app:pull"`)
      : json(200, { token: 'bait' })
}
const tokenAnswer = (answer: ReturnType<Script>): Script => {
  return ({ at }) =>
    at.pathname === '/token' ? answer : challenge(`Bearer realm="https://${HOST}/token"`)
}
const blobAt = (location: string, status?: number): Script =>
  signedIn(({ at }) => (at.host === HOST ? redirect(location, status) : { status: 404 }))

const CASES: readonly Case[] = [
  { name: 'realm without encryption', script: realm(`http://${HOST}/token`), code: 'registry' },
  { name: 'realm with a password', script: realm(`https://a:b@${HOST}/token`), code: 'registry' },
  {
    name: 'realm that hides its host',
    script: realm(`https://${HOST}@evil.example/`),
    code: 'registry',
  },
  { name: 'realm on loopback', script: realm('https://127.0.0.1/token'), code: 'registry' },
  { name: 'realm on localhost', script: realm('https://localhost/token'), code: 'registry' },
  {
    name: 'realm at the metadata service',
    script: realm('http://169.254.169.254/x'),
    code: 'registry',
  },
  { name: 'realm as one number', script: realm('https://2130706433/token'), code: 'registry' },
  { name: 'realm as mapped IPv6', script: realm('https://[::ffff:10.0.0.1]/t'), code: 'registry' },
  { name: 'realm in a private range', script: realm('https://10.0.0.5/token'), code: 'registry' },
  { name: 'relative realm', script: realm('/token'), code: 'registry' },
  { name: 'realm as data', script: realm('data:application/json,{}'), code: 'registry' },
  { name: 'realm as a file', script: realm('file:///etc/passwd'), code: 'registry' },
  { name: 'empty realm', script: realm(''), code: 'denied' },
  {
    name: 'realm at its own site behind private DNS',
    script: realm(`https://${PRIVATE_NAME}/token`),
    code: 'registry',
  },
  {
    name: 'unknown scheme',
    script: () => challenge('Digest realm="x", nonce="y"'),
    code: 'denied',
  },
  { name: 'no challenge', script: () => ({ status: 401 }), code: 'denied' },
  {
    name: 'garbage for a challenge',
    script: () => challenge('"\\,=,Bearer =,"'),
    code: 'denied',
  },
  {
    name: 'Basic, again and again',
    script: () => challenge('Basic realm="x"'),
    code: 'denied',
    maxRequests: 2,
  },
  {
    name: 'token never good enough',
    script: ({ at }) =>
      at.pathname === '/token'
        ? json(200, { token: TOKEN })
        : challenge(`Bearer realm="https://${HOST}/token",error="invalid_token"`),
    code: 'denied',
    maxRequests: 3,
  },
  {
    name: 'now Basic, now Bearer',
    script: ({ at, headers }) => {
      if (at.pathname === '/token') return json(200, { token: TOKEN })
      return headers['authorization']?.startsWith('Bearer')
        ? challenge('Basic realm="x"')
        : challenge(`Bearer realm="https://${HOST}/token"`)
    },
    code: 'denied',
    maxRequests: 3,
  },
  {
    name: 'token service redirects',
    script: tokenAnswer(redirect('https://evil.example/')),
    code: 'registry',
  },
  {
    name: 'token service redirects at home',
    script: tokenAnswer(redirect('/other')),
    code: 'registry',
  },
  {
    name: 'token that ends the header',
    script: tokenAnswer(json(200, { token: 'a\r\nx: y' })),
    code: 'registry',
  },
  {
    name: 'token with a blank',
    script: tokenAnswer(json(200, { token: 'a b' })),
    code: 'registry',
  },
  {
    name: 'token that is a number',
    script: tokenAnswer(json(200, { token: 7 })),
    code: 'registry',
  },
  { name: 'token service without token', script: tokenAnswer(json(200, null)), code: 'registry' },
  {
    name: 'token service in HTML',
    script: tokenAnswer({ status: 200, body: bytes('<p>') }),
    code: 'registry',
  },
  { name: 'token service says 403', script: tokenAnswer(json(403, {})), code: 'denied' },
  {
    name: 'token of 65 KiB',
    script: tokenAnswer(json(200, { token: 'x'.repeat(65 * 1024) })),
    code: 'too-large',
  },
  {
    name: 'token without end',
    script: tokenAnswer({ status: 200, body: endless(bytes('x'.repeat(1024))) }),
    code: 'too-large',
  },
  {
    name: 'redirect to another host',
    script: blobAt('https://evil.example/b'),
    asked: [HOST, 'evil.example'],
  },
  {
    name: 'redirect to another port',
    script: blobAt(`https://${HOST}:8443/b`),
    asked: [HOST, `${HOST}:8443`],
  },
  {
    name: 'redirect to a sub-domain',
    script: blobAt(`https://cdn.${HOST}/b`),
    asked: [HOST, `cdn.${HOST}`],
  },
  { name: 'redirect to plain http', script: blobAt(`http://${HOST}/b`), code: 'registry' },
  { name: 'redirect to loopback', script: blobAt('https://127.0.0.1/b'), code: 'registry' },
  {
    name: 'redirect to the metadata service',
    script: blobAt('https://169.254.169.254/'),
    code: 'registry',
  },
  {
    name: 'redirect with a password',
    script: blobAt('https://a:b@evil.example/'),
    code: 'registry',
  },
  { name: 'redirect to a file', script: blobAt('file:///etc/passwd'), code: 'registry' },
  { name: 'redirect to nonsense', script: blobAt('https://[/'), code: 'registry' },
  { name: 'redirect in a circle', script: blobAt('?x'), code: 'registry', maxRequests: 9 },
  {
    name: 'redirect away and back',
    script: signedIn(({ at }) =>
      at.host === HOST ? redirect('https://evil.example/b') : redirect(`https://${HOST}/back`),
    ),
    code: 'denied',
    asked: [HOST, 'evil.example'],
  },
  {
    name: 'redirect to one that asks for the password',
    script: signedIn(({ at }) =>
      at.host === HOST ? redirect('https://evil.example/b') : challenge('Basic realm="x"'),
    ),
    asked: [HOST, 'evil.example'],
    code: 'denied',
  },
]

describe('reading from a hostile registry', () => {
  test.each(CASES)('$name', async ({ script, asked = [HOST], code, maxRequests = 12 }) => {
    const { client, requests, clock, log, taken } = hostileWorld(script)
    const start = clock.now()
    const outcome = await client.get({ ...APP, tag: '1' }).catch((error: Error) => error)
    const error = expect.objectContaining({ code, hint: expect.any(String) })
    expect(outcome).toEqual(code ? error : undefined)
    expect(asked).toEqual(expect.arrayContaining(requests.map(({ at }) => at.host)))
    const leaks = requests.filter((request) => request.at.origin !== `https://${HOST}`)
    expect(leaks.filter(carriesSecret)).toEqual([])
    expect(requests.length).toBeLessThanOrEqual(maxRequests)
    expect(clock.now() - start).toBeLessThanOrEqual(BUDGET_MS)
    expect(taken()).toBeLessThan(MAX_TAKEN_BYTES)
    const said = [...log.lines, String(outcome)].join('\n')
    expect(said).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`))
  })

  const AWAY = [
    'https://evil.example/token',
    `https://${HOST}.evil.example/t`,
    `https://evil${HOST}/t`,
    `https://${'a.'.repeat(15_000)}x/`,
  ]
  test.each([
    ...AWAY.map((at) => ({ at, how: 'over http', insecureRegistries: [HOST] })),
    ...AWAY.map((at) => ({ at, how: 'and not trusted', trustedRealms: ['tokens.example'] })),
  ])('realm at another site, named $how: $at', async ({ at: realmAt, how: _, ...more }) => {
    const { client, requests } = hostileWorld(realm(realmAt), more)
    await expect(client.get({ ...APP, tag: '1' })).rejects.toMatchObject({ code: 'denied' })
    expect(requests.map(({ at }) => at.host)).toEqual([HOST])
    expect(requests.filter(carriesSecret)).toEqual([])
  })

  test('an honest one gets the password at its own token service only', async () => {
    const { client, requests, log } = hostileWorld(signedIn(() => ({ status: 404 })))
    expect(await client.get({ ...APP, tag: '1' })).toBeUndefined()
    expect(requests.filter(carriesSecret).map(({ at }) => at.pathname)).toEqual([
      '/token',
      '/v2/acme/app/manifests/1',
    ])
    expect(log.secrets).toContain(TOKEN)
  })
})

describe('writing to a hostile registry', () => {
  const blob = { digest: `sha256:${'a'.repeat(64)}`, size: 3 } as const
  const upload = (location: string) => {
    const world = hostileWorld(
      signedIn(({ method }) =>
        method === 'POST' ? { status: 202, headers: { location } } : { status: 201 },
      ),
    )
    const open = async () =>
      (async function* () {
        yield bytes('abc')
      })()
    return { ...world, done: world.client.uploadBlob(APP, blob, open) }
  }

  test('an upload sent elsewhere goes there without credentials', async () => {
    const { requests, done } = upload('https://storage.example/upload?x=1')
    await done
    const away = requests.filter(({ at }) => at.host !== HOST)
    expect(away.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `PUT https://storage.example/upload?x=1&digest=${encodeURIComponent(blob.digest)}`,
    ])
    expect(away.some(carriesSecret)).toBe(false)
    expect(away[0]?.publicOnly).toBe(true)
  })

  test.each(['', 'file:///etc/passwd', 'https://[/', 'data:,x'])(
    'an upload to %s',
    async (location) => {
      await expect(upload(location).done).rejects.toMatchObject({ code: 'registry' })
    },
  )

  test.each(['https://127.0.0.1/u', 'https://169.254.169.254/u', 'https://[::1]/u'])(
    'an upload to %s',
    async (location) => {
      const { done, requests } = upload(location)
      await expect(done).rejects.toMatchObject({ code: 'registry' })
      expect(requests.every(({ at }) => at.host === HOST)).toBe(true)
    },
  )

  test('a write is not redirected', async () => {
    const { client, requests } = hostileWorld(
      signedIn(() => redirect('https://evil.example/', 307)),
    )
    await expect(client.deleteTag(APP, '1')).rejects.toThrow('the registry answered 307 to DELETE')
    expect(requests.every(({ at }) => at.host === HOST)).toBe(true)
  })
})
