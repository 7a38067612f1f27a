// The records of a release, one per image name: what the notes will say and hold.
import type { ImageRecord } from '../../notes/record.ts'
import type { Digest } from '../../oci/digest.ts'
import type { RawManifest } from '../../oci/manifest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readImageConfig, readPlatforms } from '../../registry/image-config.ts'
import type { World } from '../operation.ts'
import { commitOf } from './build-identity.ts'

/** What an image's own bytes say of it. */
export interface ImageFacts {
  readonly digest: Digest
  readonly platforms: ReadonlyMap<string, Digest>
  readonly revision: string
  /** RFC 3339. */
  readonly builtAt: string
}

/** Of an image this run built; what it was built from is known. */
export async function factsOfBuilt(
  client: RegistryClient,
  image: { readonly repository: Repository; readonly raw: RawManifest },
  { event, clock }: World,
): Promise<ImageFacts> {
  return {
    digest: image.raw.digest,
    platforms: await readPlatforms(client, image.repository, image.raw),
    revision: event.revision,
    builtAt: new Date(clock.now()).toISOString(),
  }
}

/** Of an image that was there already, which may be of another commit; by its config. */
export async function factsOfReused(
  client: RegistryClient,
  image: { readonly repository: Repository; readonly raw: RawManifest },
  world: World,
): Promise<ImageFacts> {
  const facts = await factsOfBuilt(client, image, world)
  const config = await readImageConfig(client, image.repository, image.raw)
  const revision = config && commitOf(config.labels)
  return {
    ...facts,
    ...(config?.created ? { builtAt: config.created } : {}),
    ...(revision ? { revision } : {}),
  }
}

/** `references` are the full ones that point at the digest. */
export function recordsOf(released: {
  readonly facts: ImageFacts
  readonly repositories: readonly Repository[]
  readonly references: readonly string[]
  readonly variant: string | undefined
  readonly version: string | undefined
  readonly run: string
}): readonly ImageRecord[] {
  const { facts, variant, version, run } = released
  return released.repositories.map((repository) => {
    const image = formatRepository(repository)
    const own = released.references.filter((reference) => reference.startsWith(`${image}:`))
    return {
      schema: 1,
      image,
      ...(variant === undefined ? {} : { variant }),
      ...(version === undefined ? {} : { version }),
      digest: facts.digest,
      tags: own.map((reference) => reference.slice(image.length + 1)),
      platforms: Object.fromEntries(facts.platforms),
      revision: facts.revision,
      builtAt: facts.builtAt,
      run,
    }
  })
}
