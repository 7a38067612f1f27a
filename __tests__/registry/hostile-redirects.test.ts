// Hostile redirects, and places for uploads: followed to the open internet at most, and without
// credentials.
import { describe, expect, test } from '@jest/globals'
import { streamOf } from '../fakes/stream-of.ts'
import {
  bytes,
  carriesSecret,
  challenge,
  HOST,
  type HostileCase,
  hostileWorld,
  meet,
  redirect,
  type Script,
  signedIn,
} from './hostile-world.ts'

const APP = { registry: HOST, path: 'acme/app' }

const manifestAt = (location: string): Script =>
  signedIn(({ at }) => (at.host === HOST ? redirect(location) : { status: 404 }))

/** After the challenge and the token, one request there and one at the place that is named. */
const REDIRECTS: readonly Omit<HostileCase, 'run'>[] = [
  {
    name: 'redirect to another host',
    answer: manifestAt('https://evil.example/b'),
    asked: [HOST, 'evil.example'],
  },
  {
    name: 'redirect to another port',
    answer: manifestAt(`https://${HOST}:8443/b`),
    asked: [HOST, `${HOST}:8443`],
  },
  {
    name: 'redirect to a sub-domain',
    answer: manifestAt(`https://cdn.${HOST}/b`),
    asked: [HOST, `cdn.${HOST}`],
  },
  { name: 'redirect to plain http', answer: manifestAt(`http://${HOST}/b`), code: 'registry' },
  { name: 'redirect to loopback', answer: manifestAt('https://127.0.0.1/b'), code: 'registry' },
  {
    name: 'redirect to the metadata service',
    answer: manifestAt('https://169.254.169.254/'),
    code: 'registry',
  },
  {
    name: 'redirect with a password',
    answer: manifestAt('https://a:b@evil.example/'),
    code: 'registry',
  },
  { name: 'redirect to a file', answer: manifestAt('file:///etc/passwd'), code: 'registry' },
  { name: 'redirect to nonsense', answer: manifestAt('https://[/'), code: 'registry' },
  { name: 'redirect in a circle', answer: manifestAt('?x'), code: 'registry', maxRequests: 9 },
  {
    name: 'redirect away and back',
    answer: signedIn(({ at }) =>
      at.host === HOST ? redirect('https://evil.example/b') : redirect(`https://${HOST}/back`),
    ),
    code: 'denied',
    asked: [HOST, 'evil.example'],
    maxRequests: 5,
  },
  {
    name: 'redirect to one that asks for the password',
    answer: signedIn(({ at }) =>
      at.host === HOST ? redirect('https://evil.example/b') : challenge('Basic realm="x"'),
    ),
    asked: [HOST, 'evil.example'],
    code: 'denied',
  },
]

describe('reading from a hostile registry', () => {
  test.each(REDIRECTS)('$name', async (row) => {
    const run: HostileCase['run'] = (client) => client.get({ ...APP, tag: '1' })
    const outcome = await meet({ maxRequests: 4, ...row, run })
    if (row.code) expect(outcome).toHaveProperty('hint', expect.any(String))
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
    const open = async () => streamOf(bytes('abc'))
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
    'an upload to %j, which is no place, is an error',
    async (location) => {
      await expect(upload(location).done).rejects.toMatchObject({ code: 'registry' })
    },
  )

  test.each(['https://127.0.0.1/u', 'https://169.254.169.254/u', 'https://[::1]/u'])(
    'an upload to %s goes nowhere',
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
