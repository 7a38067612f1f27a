// Manifests and indexes: the four media types a tag can stand for, their bytes as they came, and
// the parts of them we read (image-spec manifest.md, image-index.md; Docker's image manifest v2
// schema 2 and manifest list).
import type { Digest } from './digest.ts'
import { formatPlatform, type Platform } from './platform.ts'

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** In the order every request names them. One missing, and a registry converts or hides images. */
export const MANIFEST_TYPES = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST] as const

export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  readonly platform?: Platform
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
}

/** A manifest or index exactly as the registry holds it, its digest already checked. */
export interface RawManifest extends Descriptor {
  readonly bytes: Uint8Array
}

export interface ImageIndex {
  readonly kind: 'index'
  readonly manifests: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly subject?: Descriptor
}

export interface ImageManifest {
  readonly kind: 'manifest'
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly subject?: Descriptor
  readonly artifactType?: string
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST
}

/** What a Content-Type names, in lower case and without parameters; empty where there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
}

/** Whether it is one of the four types a tag can stand for, index or manifest. */
export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.some((type) => type === mediaType)
}

/**
 * Whether the entry of an index is buildx's record about an image (provenance, SBOM) and no image.
 */
export function isAttestation({ platform, annotations }: Descriptor): boolean {
  return (
    annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (platform?.os === 'unknown' && platform.architecture === 'unknown')
  )
}

/**
 * The images of an index by platform (`linux/arm64`), in its order, attestations left out. Of two
 * for one platform the first counts, as for the engines that pull; entries without one are skipped.
 */
export function platformsOf(index: ImageIndex): ReadonlyMap<string, Descriptor> {
  const platforms = new Map<string, Descriptor>()
  for (const descriptor of index.manifests) {
    if (!descriptor.platform || isAttestation(descriptor)) continue
    const name = formatPlatform(descriptor.platform)
    if (!platforms.has(name)) platforms.set(name, descriptor)
  }
  return platforms
}
