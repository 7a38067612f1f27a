// The contract against real distribution 2.8: open, with a password, with tokens, with TLS.
import { expect, test } from '@jest/globals'
import { createRegistryClient, type RegistryClient } from '../../src/registry/client.ts'
import type { Credential } from '../../src/registry/credentials.ts'
import { clock } from '../../src/shell/clock.ts'
import { createHttp } from '../../src/shell/http.ts'
import { MemoryLog } from '../fakes/world.ts'
import { pushImage } from './push-image.ts'
import { type RealKind, type RealRegistry, startRealRegistry } from './real-registry.ts'
import { registryContract } from './registry-contract.ts'

function clientOf(
  { ca }: Pick<RealRegistry, 'host' | 'ca'>,
  credential?: Credential,
): RegistryClient {
  return createRegistryClient({
    http: createHttp({ environment: {}, ...(ca === undefined ? {} : { ca }) }),
    clock,
    log: new MemoryLog(),
    credentials: async () => credential,
  })
}

/** Beside the contract, on the same server. */
const MORE: Readonly<Record<RealKind, ((registry: () => RealRegistry) => void) | undefined>> = {
  open: undefined,
  htpasswd: undefined,
  token: (registry) =>
    test('tokens that end during the run are renewed, and nothing fails', async () => {
      const { host, credential, tokens } = registry()
      const client = clientOf(registry(), credential)
      const app = { registry: host, path: 'acme/long-run' }
      const raw = await pushImage(client, app, {})
      await client.point({ repository: app, tag: '1', manifest: raw })
      const issued = tokens?.issued()
      while (tokens?.issued() === issued)
        expect((await client.head({ ...app, tag: '1' }))?.digest).toBe(raw.digest)
      expect(await client.point({ repository: app, tag: '2', manifest: raw })).toBe('moved')
    }),
  tls: (registry) =>
    test('an unknown certificate authority is refused at once, with the way out', async () => {
      const { host } = registry()
      const head = clientOf({ host }).head({ registry: host, path: 'acme/app', tag: '1' })
      await expect(head).rejects.toMatchObject({
        code: 'registry',
        hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      })
    }),
}

const KINDS: readonly RealKind[] = ['open', 'htpasswd', 'token', 'tls']
for (const kind of KINDS) {
  let registry: RealRegistry
  const start = async () => {
    registry = await startRealRegistry(kind)
    const { host, credential } = registry
    return {
      host,
      client: clientOf(registry, credential),
      anonymous: clientOf(registry),
      close: () => registry.close(),
    }
  }
  registryContract({
    name: `real registry, ${kind}`,
    isClosed: kind === 'htpasswd' || kind === 'token',
    start,
    more: () => MORE[kind]?.(() => registry),
  })
}
