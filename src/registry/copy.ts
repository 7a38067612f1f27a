// Copies an image between repositories, whole and unchanged: every child of its index, attestations
// among them, and what others have attached (referrers, cosign's tags). Blobs flow through, never
// held.
import { ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  isManifestType,
  type RawManifest,
} from '../oci/manifest.ts'
import { parseManifest } from '../oci/parse-manifest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { RegistryClient } from './client.ts'
import { fallbackTag } from './referrers.ts'

interface CopyEnd {
  readonly client: RegistryClient
  readonly repository: Repository
}

export interface Copy {
  readonly from: CopyEnd
  readonly to: CopyEnd
  readonly digest: Digest
}

const MAX_BLOBS_AT_ONCE = 3
/** Layers that a manifest only names, to be had from elsewhere. Their addresses are never asked. */
const FOREIGN = /foreign|nondistributable/

/**
 * Gives the image's manifest, which stands at the destination by its digest; tags are the caller's.
 * Parts before wholes, so that a copy that fails leaves nothing that looks complete. Blobs that are
 * there already are not sent again.
 */
export async function copyImage({ from, to, digest }: Copy): Promise<RawManifest> {
  const copied: Copied = { manifests: new Map(), blobs: new Map() }
  const image = await copyManifest({ from, to, digest }, copied)
  const tags = await from.client.listTags(from.repository)
  // The set grows on the way: what refers to a referrer comes along.
  for (const [subject, { referrers }] of copied.manifests) {
    for (const referrer of referrers)
      await copyManifest({ from, to, digest: referrer.digest }, copied)
    for (const tag of tags.filter((name) => name.startsWith(`${fallbackTag(subject)}.`)))
      await copyTag({ from, to, digest: subject }, tag, copied)
  }
  return image
}

/** What is there already or on its way: children share blobs. */
interface Copied {
  readonly manifests: Map<Digest, CopiedManifest>
  readonly blobs: Map<Digest, Promise<void>>
}

interface CopiedManifest {
  readonly raw: RawManifest
  readonly referrers: readonly Descriptor[]
}

async function copyTag({ from, to }: Copy, tag: string, copied: Copied): Promise<void> {
  const { registry, path } = from.repository
  const there = await from.client.get({ registry, path, tag })
  if (!there) return
  const manifest = await copyManifest({ from, to, digest: there.digest }, copied)
  await to.client.point({ repository: to.repository, tag, manifest })
}

async function copyManifest({ from, to, digest }: Copy, copied: Copied): Promise<RawManifest> {
  const known = copied.manifests.get(digest)
  if (known) return known.raw
  const { registry, path } = from.repository
  const raw = await from.client.get({ registry, path, digest })
  if (!raw)
    throw new ReleaseError(
      'registry',
      `Cannot copy ${digest} from ${formatRepository(from.repository)}: it is not there`,
      { hint: 'Part of the image has been deleted. Build it again.' },
    )
  const manifest = parseManifest(raw)
  const [referrers] = await Promise.all([
    from.client.referrers(from.repository, digest),
    copyParts({ from, to, digest }, manifest, copied),
  ])
  if (manifest.subject) await to.client.attach(to.repository, raw)
  else await to.client.put(to.repository, digest, raw)
  copied.manifests.set(digest, { raw, referrers })
  return raw
}

async function copyParts(
  copy: Copy,
  manifest: ImageIndex | ImageManifest,
  copied: Copied,
): Promise<void> {
  const parts =
    manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers]
  const isChild = ({ mediaType }: Descriptor) =>
    manifest.kind === 'index' && isManifestType(mediaType)
  const children = parts.filter(isChild)
  await Promise.all(children.map(({ digest }) => copyManifest({ ...copy, digest }, copied)))
  await copyBlobs(
    copy,
    parts.filter((part) => !isChild(part)),
    copied,
  )
}

async function copyBlobs(
  copy: Copy,
  parts: readonly Descriptor[],
  { blobs }: Copied,
): Promise<void> {
  const left = parts.filter(({ mediaType }) => !FOREIGN.test(mediaType))
  const worker = async () => {
    for (let blob = left.shift(); blob; blob = left.shift()) {
      const copying = blobs.get(blob.digest) ?? copyBlob(copy, blob)
      blobs.set(blob.digest, copying)
      await copying
    }
  }
  await Promise.all(Array.from({ length: MAX_BLOBS_AT_ONCE }, worker))
}

async function copyBlob({ from, to }: Copy, blob: Descriptor): Promise<void> {
  const isNeighbour = from.repository.registry === to.repository.registry
  // A mount also answers for a blob that is there; asking first would be a request for nothing.
  if (isNeighbour && (await to.client.mountBlob(to.repository, blob.digest, from.repository)))
    return
  if (await to.client.hasBlob(to.repository, blob.digest)) return
  await to.client.uploadBlob(to.repository, blob, () => from.client.openBlob(from.repository, blob))
}
