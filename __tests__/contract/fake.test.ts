// The contract against the fake registry, in its different manners.
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import { VirtualClock } from '../fakes/world.ts'
import { registryContract } from './registry-contract.ts'

const ACCOUNT = { username: 'user', password: 'secret' }
const MANNERS: Readonly<Record<string, FakeRegistryOptions>> = {
  'as distribution 2.8': {},
  'with a password': { auth: { kind: 'basic', ...ACCOUNT } },
  'with tokens': { auth: { kind: 'bearer', ...ACCOUNT } },
  'with tokens that end at once': {
    auth: { kind: 'bearer', ...ACCOUNT, tokenSeconds: 1 },
    latencyMs: 100,
  },
  'slow to show what it took': { lagMs: 5_000, latencyMs: 50 },
  'without digests in its answers': { digestHeader: false },
  'with the referrers API and tag deletion': { referrersApi: true, tagDelete: true },
  'in pages of three': { pageTags: 3 },
}

for (const [name, options] of Object.entries(MANNERS))
  registryContract({
    name: `fake registry ${name}`,
    isClosed: options.auth !== undefined,
    start: async () => {
      const clock = new VirtualClock()
      const registry = fakeRegistry({ ...options, clock })
      return {
        host: 'registry.test',
        client: fakeClient(registry, options.auth ? { clock, credential: ACCOUNT } : { clock })
          .client,
        anonymous: fakeClient(registry, { clock }).client,
        close: async () => {},
      }
    },
  })
