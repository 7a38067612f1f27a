// The store an operation works on, with the right login for every repository.
import { formatRepository, type Repository } from '../../oci/reference.ts'
import { accessOf, connectRegistry, type RegistryInputs } from '../../registry/connect.ts'
import type { World } from '../operation.ts'
import { dockerStore } from './docker-store.ts'
import { registryStore } from './registry-store.ts'
import type { ImageStore } from './store.ts'

export interface StoreInputs extends RegistryInputs {
  readonly store: 'registry' | 'docker'
}

export interface Destination {
  readonly repositories: readonly Repository[]
  readonly username: string | undefined
  readonly password: string | undefined
}

/** `destination`: other names the images are copied to, with a login of their own. */
export function openStore(
  inputs: StoreInputs,
  { repositories, destination }: { repositories: readonly Repository[]; destination?: Destination },
  world: World,
): ImageStore {
  if (inputs.store === 'docker') return dockerStore(world.exec)
  const access = accessOf(inputs, repositories)
  const own = connectRegistry(access, world).client
  if (!destination) return registryStore(() => own)
  const far = new Set(destination.repositories.map(formatRepository))
  const other = connectRegistry({ ...access, ...destination }, world).client
  return registryStore((repository) => (far.has(formatRepository(repository)) ? other : own))
}
