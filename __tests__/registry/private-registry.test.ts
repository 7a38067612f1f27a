// A registry on a private network, known by the address that answered, may name its neighbours
// there; one on the open internet may not.
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import type { Http } from '../../src/ports.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { streamOf } from '../fakes/stream-of.ts'
import { VirtualClock } from '../fakes/world.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.corp.example/acme/app')
const NEIGHBOUR = 'gitlab.corp.example'
const ACCOUNT = { username: 'user', password: 'secret' }

/** Both hosts resolve to 10.0.0.0/8, or only the neighbour. */
function setup(isPrivate: boolean) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({
    clock,
    auth: { kind: 'bearer', ...ACCOUNT, realm: `https://${NEIGHBOUR}/token` },
  })
  const http: Http = async (request) => {
    const { host } = new URL(request.url)
    if (host === NEIGHBOUR && request.publicOnly)
      throw Object.assign(new Error('private'), { code: 'EPRIVATE' })
    return { ...(await registry.http(request)), privatePeer: isPrivate || host === NEIGHBOUR }
  }
  return { registry, ...fakeClient({ http }, { clock, credential: ACCOUNT }) }
}

describe.each([
  { where: 'on a private network', isPrivate: true },
  { where: 'on the open internet', isPrivate: false },
])('a registry $where', ({ isPrivate }) => {
  test(`${isPrivate ? 'may' : 'may not'} have its token service there`, async () => {
    const { registry, client } = setup(isPrivate)
    registry.addImage('acme/app', { tags: ['1'] })
    const head = client.head({ ...APP, tag: '1' })
    if (isPrivate) expect(await head).toBeDefined()
    else await expect(head).rejects.toThrow('GET failed with private')
  })

  test(`${isPrivate ? 'may' : 'may not'} redirect or send uploads there`, async () => {
    const { registry, client } = setup(isPrivate)
    const bytes = new TextEncoder().encode('layer')
    const digest = registry.addBlob('acme/app', bytes)
    registry.inject(
      async ({ url, method }) => {
        const location = `https://${NEIGHBOUR}/storage`
        if (url.host === NEIGHBOUR) return { status: method === 'PUT' ? 201 : 200, body: bytes }
        return { status: method === 'POST' ? 202 : 307, headers: { location } }
      },
      undefined,
      10,
    )
    const open = async () => streamOf(bytes)
    const read = () => client.getBlob(APP, digest, 100)
    const upload = () => client.uploadBlob(APP, { digest, size: bytes.length }, open)
    if (isPrivate) {
      expect(await read()).toEqual(bytes)
      await upload()
      expect(registry.requests.at(-1)?.url.host).toBe(NEIGHBOUR)
    } else
      for (const call of [read, upload]) await expect(call()).rejects.toThrow('failed with private')
  })
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
])('a private registry may not lead to a metadata service: %s', async (location) => {
  const { registry, client } = fakeRegistryWith()
  const local = parseRepository('localhost:5000/acme/app')
  registry.inject(
    async ({ method }) => ({ status: method === 'POST' ? 202 : 307, headers: { location } }),
    undefined,
    10,
  )
  const digest = digestOf(new Uint8Array())
  const open = async () => streamOf()
  await expect(client.getBlob(local, digest, 100)).rejects.toThrow('a link-local address')
  await expect(client.uploadBlob(local, { digest, size: 0 }, open)).rejects.toThrow('no place')
  expect(registry.requests.map(({ url }) => url.host)).toEqual(['localhost:5000', 'localhost:5000'])
})
