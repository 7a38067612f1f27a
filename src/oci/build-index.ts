// Writes an image index from the images of single platforms (image-spec image-index.md). Entries
// keep every field they had in a part's own index, known to us or not: `os.version`, attestations
// and the annotations by which these name their image. The same parts give the same bytes in any
// order.
import {
  type Descriptor,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isAttestation,
  isIndexType,
  OCI_INDEX,
  type RawManifest,
} from './manifest.ts'
import { createRawManifest, parseDescriptor } from './parse-manifest.ts'
import { formatPlatform, type Platform } from './platform.ts'

/** An index, or a manifest with the platform its config names. */
export interface IndexPart {
  readonly raw: RawManifest
  readonly platform?: Platform
}

type Entry = Readonly<Record<string, unknown>>

/**
 * Images in the order of their platforms, then attestations in the order of their images. Parts of
 * Docker's own types make a manifest list, which has no place for annotations. Throws
 * `invalid-manifest`.
 */
export function buildIndex(
  parts: readonly IndexPart[],
  annotations: Readonly<Record<string, string>>,
): RawManifest {
  const entries = parts.flatMap(entriesOf).map((entry) => ({ entry, at: parseDescriptor(entry) }))
  const images = entries.filter(({ at }) => !isAttestation(at)).sort(byPlatform)
  const rank = new Map(images.map(({ at }, index) => [at.digest as string, index]))
  const rankOf = ({ at }: Placed) => rank.get(imageOf(at)) ?? rank.size
  const records = entries
    .filter(({ at }) => isAttestation(at))
    .sort((a, b) => rankOf(a) - rankOf(b) || compare(a.at.digest, b.at.digest))
  const isDocker = images.length > 0 && images.every(({ at }) => at.mediaType === DOCKER_MANIFEST)
  const mediaType = isDocker ? DOCKER_LIST : OCI_INDEX
  const named = Object.entries(annotations).sort(([a], [b]) => compare(a, b))
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: [...images, ...records].map(({ entry }) => entry),
    ...(named.length > 0 && !isDocker ? { annotations: Object.fromEntries(named) } : {}),
  }
  return createRawManifest(new TextEncoder().encode(JSON.stringify(document, null, 2)), mediaType)
}

interface Placed {
  readonly entry: Entry
  readonly at: Descriptor
}

function entriesOf({ raw, platform }: IndexPart): readonly Entry[] {
  const { mediaType, digest, size, bytes } = raw
  if (!isIndexType(mediaType)) return [{ mediaType, digest, size, platform }]
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as { manifests: Entry[] }
  return manifests
}

function byPlatform(a: Placed, b: Placed): number {
  const name = ({ at }: Placed) => (at.platform ? formatPlatform(at.platform) : '')
  return compare(name(a), name(b)) || compare(a.at.digest, b.at.digest)
}

/** The digest of the image an attestation is about. */
function imageOf({ annotations }: Descriptor): string {
  return annotations?.['vnd.docker.reference.digest'] ?? ''
}

/** By code unit: the order must not depend on anybody's locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
