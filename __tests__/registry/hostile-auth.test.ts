// Hostile challenges and token services: no credential leaves the registry's origin or its vetted
// token service.
import { describe, expect, test } from '@jest/globals'
import type { RegistryClient } from '../../src/registry/client.ts'
import { json } from '../fakes/registry-wire.ts'
import {
  bytes,
  carriesSecret,
  challenge,
  endless,
  HOST,
  type HostileCase,
  hostileWorld,
  meet,
  PRIVATE_NAME,
  redirect,
  type Script,
  signedIn,
  TOKEN,
} from './hostile-world.ts'

const getTag = (client: RegistryClient) =>
  client.get({ registry: HOST, path: 'acme/app', tag: '1' })

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

const CHALLENGES: readonly Omit<HostileCase, 'run'>[] = [
  { name: 'realm without encryption', answer: realm(`http://${HOST}/token`), code: 'registry' },
  { name: 'realm with a password', answer: realm(`https://a:b@${HOST}/token`), code: 'registry' },
  {
    name: 'realm that hides its host',
    answer: realm(`https://${HOST}@evil.example/`),
    code: 'registry',
  },
  { name: 'realm on loopback', answer: realm('https://127.0.0.1/token'), code: 'registry' },
  { name: 'realm on localhost', answer: realm('https://localhost/token'), code: 'registry' },
  {
    name: 'realm at the metadata service',
    answer: realm('http://169.254.169.254/x'),
    code: 'registry',
  },
  { name: 'realm as one number', answer: realm('https://2130706433/token'), code: 'registry' },
  { name: 'realm as mapped IPv6', answer: realm('https://[::ffff:10.0.0.1]/t'), code: 'registry' },
  { name: 'realm in a private range', answer: realm('https://10.0.0.5/token'), code: 'registry' },
  { name: 'relative realm', answer: realm('/token'), code: 'registry' },
  { name: 'realm as data', answer: realm('data:application/json,{}'), code: 'registry' },
  { name: 'realm as a file', answer: realm('file:///etc/passwd'), code: 'registry' },
  { name: 'empty realm', answer: realm(''), code: 'denied' },
  {
    name: 'realm at its own site behind private DNS',
    answer: realm(`https://${PRIVATE_NAME}/token`),
    code: 'registry',
  },
  {
    name: 'unknown scheme',
    answer: () => challenge('Digest realm="x", nonce="y"'),
    code: 'denied',
  },
  { name: 'no challenge', answer: () => ({ status: 401 }), code: 'denied' },
  {
    name: 'garbage for a challenge',
    answer: () => challenge('"\\,=,Bearer =,"'),
    code: 'denied',
  },
  {
    name: 'Basic, again and again',
    answer: () => challenge('Basic realm="x"'),
    code: 'denied',
    maxRequests: 2,
  },
  {
    name: 'token never good enough',
    answer: ({ at }) =>
      at.pathname === '/token'
        ? json(200, { token: TOKEN })
        : challenge(`Bearer realm="https://${HOST}/token",error="invalid_token"`),
    code: 'denied',
    maxRequests: 3,
  },
  {
    name: 'now Basic, now Bearer',
    answer: ({ at, headers }) => {
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
    answer: tokenAnswer(redirect('https://evil.example/')),
    code: 'registry',
  },
  {
    name: 'token service redirects at home',
    answer: tokenAnswer(redirect('/other')),
    code: 'registry',
  },
  {
    name: 'token that ends the header',
    answer: tokenAnswer(json(200, { token: 'a\r\nx: y' })),
    code: 'registry',
  },
  {
    name: 'token with a blank',
    answer: tokenAnswer(json(200, { token: 'a b' })),
    code: 'registry',
  },
  {
    name: 'token that is a number',
    answer: tokenAnswer(json(200, { token: 7 })),
    code: 'registry',
  },
  { name: 'token service without token', answer: tokenAnswer(json(200, null)), code: 'registry' },
  {
    name: 'token service in HTML',
    answer: tokenAnswer({ status: 200, body: bytes('<p>') }),
    code: 'registry',
  },
  { name: 'token service says 403', answer: tokenAnswer(json(403, {})), code: 'denied' },
  {
    name: 'token of 65 KiB',
    answer: tokenAnswer(json(200, { token: 'x'.repeat(65 * 1024) })),
    code: 'too-large',
  },
  {
    name: 'token without end',
    answer: tokenAnswer({ status: 200, body: endless(bytes('x'.repeat(1024))) }),
    code: 'too-large',
  },
]

describe('reading from a hostile registry', () => {
  test.each(CHALLENGES)('$name', async (row) => {
    expect(await meet({ ...row, run: getTag })).toHaveProperty('hint', expect.any(String))
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
    await expect(getTag(client)).rejects.toMatchObject({ code: 'denied' })
    expect(requests.map(({ at }) => at.host)).toEqual([HOST])
    expect(requests.filter(carriesSecret)).toEqual([])
  })

  test('an honest one gets the password at its own token service only', async () => {
    const { client, requests, log } = hostileWorld(signedIn(() => ({ status: 404 })))
    expect(await getTag(client)).toBeUndefined()
    expect(requests.filter(carriesSecret).map(({ at }) => at.pathname)).toEqual([
      '/token',
      '/v2/acme/app/manifests/1',
    ])
    expect(log.secrets).toContain(TOKEN)
  })
})
