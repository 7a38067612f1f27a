// What an image says of itself: platforms, and the config behind its manifest.
import { ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { type ImageConfig, parseImageConfig } from '../oci/image-config.ts'
import { platformsOf, type RawManifest } from '../oci/manifest.ts'
import { parseManifest } from '../oci/parse-manifest.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatReference, type Repository } from '../oci/reference.ts'
import type { RegistryClient } from './client.ts'

/** More than any config has; layers are told in digests. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024

/** Platform to manifest digest; of a single manifest by its config (one request), else none. */
export async function readPlatforms(
  client: RegistryClient,
  repository: Repository,
  raw: RawManifest,
): Promise<ReadonlyMap<string, Digest>> {
  const manifest = parseManifest(raw)
  if (manifest.kind === 'index')
    return new Map([...platformsOf(manifest)].map(([name, { digest }]) => [name, digest]))
  const platform = (await readImageConfig(client, repository, raw))?.platform
  return new Map(platform ? [[formatPlatform(platform), raw.digest]] : [])
}

/** The config of an image, of its first platform where it has several; undefined without any. */
export async function readImageConfig(
  client: RegistryClient,
  repository: Repository,
  raw: RawManifest,
): Promise<ImageConfig | undefined> {
  const manifest = parseManifest(raw)
  if (manifest.kind === 'index') {
    const [first] = platformsOf(manifest).values()
    const child = first && (await client.get({ ...repository, digest: first.digest }))
    if (first && !child) throw missing(repository, first.digest)
    return child && readImageConfig(client, repository, child)
  }
  const { digest } = manifest.config
  const bytes = await client.getBlob(repository, digest, MAX_CONFIG_BYTES)
  if (!bytes) throw missing(repository, digest)
  return parseImageConfig(bytes)
}

function missing(repository: Repository, digest: Digest): ReleaseError {
  const reference = formatReference({ ...repository, digest })
  return new ReleaseError('registry', `Cannot read ${reference}: the registry does not have it`, {
    hint: 'A clean-up may have deleted a part of the image; build the commit again.',
  })
}
