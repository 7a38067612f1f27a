// What the parts of the contract work on: one registry, a repository of its own for each test.
import type { RawManifest } from '../../src/oci/manifest.ts'
import type { Repository } from '../../src/oci/reference.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import type { FakeImage } from '../fakes/registry-images.ts'

export interface Stage {
  /** There once the registry has started. */
  readonly client: RegistryClient
  /** A repository that no other test uses. */
  fresh(): Repository
  push(repository: Repository, image?: FakeImage): Promise<RawManifest>
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
