// A registry client on fake ports, as most tests want it.
import type { Http } from '../../src/ports.ts'
import { createRegistryClient, type RegistryClient } from '../../src/registry/client.ts'
import type { Credential } from '../../src/registry/credentials.ts'
import { MemoryLog, VirtualClock } from './world.ts'

export interface FakeClient {
  readonly client: RegistryClient
  readonly clock: VirtualClock
  readonly log: MemoryLog
}

/** Without a credential it is anonymous. */
export function fakeClient(
  { http }: { readonly http: Http },
  more: {
    readonly clock?: VirtualClock
    readonly credential?: Credential
    readonly insecureRegistries?: readonly string[]
    readonly trustedRealms?: readonly string[]
    readonly signal?: AbortSignal
  } = {},
): FakeClient {
  const { credential, ...rest } = more
  const world = { clock: new VirtualClock(), log: new MemoryLog(), ...rest }
  const client = createRegistryClient({ http, credentials: async () => credential, ...world })
  return { client, clock: world.clock, log: world.log }
}
