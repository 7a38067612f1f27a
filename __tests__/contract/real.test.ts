// The contract against real distribution 2.8: open, with a password, with tokens, with TLS.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createRegistryClient, type RegistryClient } from '../../src/registry/client.ts'
import type { Credential } from '../../src/registry/credentials.ts'
import { clock } from '../../src/shell/clock.ts'
import { createHttp } from '../../src/shell/http.ts'
import { MemoryLog } from '../fakes/world.ts'
import { pushImage } from './push-image.ts'
import { type RealKind, type RealRegistry, startRealRegistry } from './real-registry.ts'
import { registryContract } from './registry-contract.ts'

function clientOf({ ca }: RealRegistry, credential?: Credential): RegistryClient {
  return createRegistryClient({
    http: createHttp({ environment: {}, ...(ca === undefined ? {} : { ca }) }),
    clock,
    log: new MemoryLog(),
    credentials: async () => credential,
  })
}

const KINDS: readonly RealKind[] = ['open', 'htpasswd', 'token', 'tls']
for (const kind of KINDS)
  registryContract(`real registry, ${kind}`, async () => {
    const registry = await startRealRegistry(kind)
    const { host, credential } = registry
    return {
      host,
      client: clientOf(registry, credential),
      ...(credential ? { anonymous: clientOf(registry) } : {}),
      close: () => registry.close(),
    }
  })

describe('real registry, tokens that end during the run', () => {
  let registry: RealRegistry
  beforeAll(async () => {
    registry = await startRealRegistry('token')
  }, 30_000)
  afterAll(() => registry.close())

  test('are renewed, and nothing fails', async () => {
    const client = clientOf(registry, registry.credential)
    const app = { registry: registry.host, path: 'acme/app' }
    const raw = await pushImage(client, app, {})
    await client.point(app, '1', raw)
    const issued = registry.tokens?.issued() ?? 0
    while (registry.tokens?.issued() === issued)
      expect((await client.head({ ...app, tag: '1' }))?.digest).toBe(raw.digest)
    expect(await client.point(app, '2', raw)).toBe('moved')
  }, 20_000)
})

describe('real registry, TLS', () => {
  let registry: RealRegistry
  beforeAll(async () => {
    registry = await startRealRegistry('tls')
  }, 30_000)
  afterAll(() => registry.close())

  test('an unknown certificate authority is refused at once, with the way out', async () => {
    const client = createRegistryClient({
      http: createHttp({ environment: {} }),
      clock,
      log: new MemoryLog(),
      credentials: async () => undefined,
    })
    const head = client.head({ registry: registry.host, path: 'acme/app', tag: '1' })
    await expect(head).rejects.toMatchObject({
      code: 'registry',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
  })
})
