// Images in registries. A tag is moved with as few requests as can be: one to write, one to
// confirm.
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import { parseImageConfig } from '../../oci/image-config.ts'
import { isManifestType, platformsOf, type RawManifest } from '../../oci/manifest.ts'
import { parseManifest } from '../../oci/parse-manifest.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { copyImage } from '../../registry/copy.ts'
import { MAX_CONFIG_BYTES } from '../../registry/image-config.ts'
import { type ImageLabels, type ImageStore, PartGone, type Placement, readLabels } from './store.ts'

/** `clientFor`: the client with the right login for a repository. */
export function registryStore(clientFor: (repository: Repository) => RegistryClient): ImageStore {
  const found = new Map<Digest, RawManifest>()
  const copied = new Set<string>()
  return {
    async find(reference) {
      const raw = await clientFor(reference).get(reference)
      if (!raw) return undefined
      found.set(raw.digest, raw)
      return { digest: raw.digest, labels: readLabels(parseManifest(raw).annotations) }
    },
    digestOf: async (reference) => (await clientFor(reference).head(reference))?.digest,
    verify(repository, { digest, labels }, wanted) {
      const raw = rawOf(found, digest)
      const isKnown = labels.revision !== undefined
      const verification = { client: clientFor(repository), repository, raw }
      return verify(verification, wanted.labels && !isKnown).then((more) => ({
        ...more,
        ...labels,
      }))
    },
    async place(placement) {
      const { source, target, tag, digest, seen } = placement
      const raw = rawOf(found, digest)
      const key = `${formatRepository(target)}@${digest}`
      if (formatRepository(source) !== formatRepository(target) && !copied.has(key)) {
        await copy(placement, clientFor)
        copied.add(key)
      }
      // Between our look at the tag and this write another run may have moved it; see settle.ts.
      const move = { repository: target, tag, manifest: raw, ...(seen ? { seen } : {}) }
      return clientFor(target).point(move)
    },
  }
}

function rawOf(found: ReadonlyMap<Digest, RawManifest>, digest: Digest): RawManifest {
  const raw = found.get(digest)
  if (raw) return raw
  throw new ReleaseError('internal', `${digest} was not fetched before it was used`)
}

async function copy(
  { source, target, digest }: Placement,
  clientFor: (repository: Repository) => RegistryClient,
): Promise<void> {
  const from = { client: clientFor(source), repository: source }
  const to = { client: clientFor(target), repository: target }
  const raw = await copyImage({ from, to, digest })
  if (raw.digest !== digest)
    throw new ReleaseError(
      'digest-mismatch',
      `Cannot copy ${digest} to ${formatRepository(target)}: it arrived as ${raw.digest}`,
    )
}

interface Verification {
  readonly client: RegistryClient
  readonly repository: Repository
  readonly raw: RawManifest
}

async function verify(
  { client, repository, raw }: Verification,
  wantsLabels: boolean,
): Promise<ImageLabels> {
  const manifest = parseManifest(raw)
  if (manifest.kind === 'manifest') return wantsLabels ? labelsOf({ client, repository, raw }) : {}
  const platforms = [...platformsOf(manifest)]
  const children = manifest.manifests.filter(({ mediaType }) => isManifestType(mediaType))
  const labels = children.map(async ({ digest }): Promise<ImageLabels> => {
    const reference = { registry: repository.registry, path: repository.path, digest }
    if (wantsLabels && digest === platforms[0]?.[1].digest) {
      const child = await client.get(reference)
      if (child) return labelsOf({ client, repository, raw: child })
    } else if (await client.head(reference)) return {}
    const platform = platforms.find(([, part]) => part.digest === digest)?.[0]
    const image = formatReference({ ...repository, digest: raw.digest })
    throw new PartGone(image, `${digest} (${platform ?? 'attestation'})`)
  })
  return Object.assign({}, ...(await Promise.all(labels)))
}

/** From the config; an artifact, or an index inside an index, has none. */
async function labelsOf({ client, repository, raw }: Verification): Promise<ImageLabels> {
  const manifest = parseManifest(raw)
  if (manifest.kind === 'index' || !/image/.test(manifest.config.mediaType)) return {}
  const { digest } = manifest.config
  const bytes = await client.getBlob(repository, digest, MAX_CONFIG_BYTES)
  if (!bytes) throw new PartGone(formatReference({ ...repository, digest: raw.digest }), digest)
  return readLabels(parseImageConfig(bytes).labels)
}
