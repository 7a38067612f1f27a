// Reads manifests and indexes out of foreign bytes (image-spec manifest.md, image-index.md).
// Unknown fields stay in the bytes and are ignored here; whatever is used in a path or compared
// (digests, sizes, media types) is checked. A document that could be read both ways is refused:
// registries and clients must not see different images in the same bytes (CVE-2021-41190).
import { ReleaseError } from '../errors.ts'
import { type Digest, digestOf, isDigest } from './digest.ts'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'
import {
  type Descriptor,
  DOCKER_MANIFEST,
  type ImageIndex,
  type ImageManifest,
  isIndexType,
  isManifestType,
  mediaTypeOf,
  OCI_INDEX,
  OCI_MANIFEST,
  type RawManifest,
} from './manifest.ts'
import { normalisePlatform, type Platform } from './platform.ts'

/** Bytes of our own making as a manifest: digest (sha256) and size follow from them. */
export function createRawManifest(bytes: Uint8Array, mediaType: string): RawManifest {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, bytes }
}

/**
 * Bytes a registry served. The media type is the body's own, else the header's (`parameters`
 * ignored), else what the fields say. Throws `invalid-manifest` when they disagree or it is none of
 * the four types. That the bytes have the digest is the caller's to check.
 */
export function readRawManifest(
  bytes: Uint8Array,
  { contentType, digest }: { contentType: string | undefined; digest: Digest },
): RawManifest {
  const body = parseObject(bytes)
  const served = mediaTypeOf(contentType)
  const declared = body['mediaType']
  if (declared !== undefined && typeof declared !== 'string')
    throw invalid('its mediaType is no text')
  if (declared && isManifestType(served) && declared !== served)
    throw invalid(`it is served as ${served} and says of itself ${show(declared)}`)
  const mediaType = declared || (isManifestType(served) ? served : typeByShape(body))
  if (!isManifestType(mediaType)) throw invalid(`its media type is ${show(mediaType || served)}`)
  return { mediaType, digest, size: bytes.length, bytes }
}

/** Throws `invalid-manifest` when the document is not what its media type says. */
export function parseManifest(raw: RawManifest): ImageIndex | ImageManifest {
  const body = parseObject(raw.bytes)
  if (body['mediaType'] !== undefined && body['mediaType'] !== raw.mediaType)
    throw invalid(`it is held as ${raw.mediaType} and says of itself ${show(body['mediaType'])}`)
  if (!isManifestType(raw.mediaType)) throw invalid(`its media type is ${raw.mediaType}`)
  return isIndexType(raw.mediaType) ? parseIndex(body) : parseImageManifest(body)
}

function parseIndex(body: JsonObject): ImageIndex {
  if ('config' in body || 'layers' in body) throw invalid('it is an index with layers')
  const { manifests } = body
  if (!Array.isArray(manifests)) throw invalid('it is an index without manifests')
  return {
    kind: 'index',
    manifests: manifests.map(parseDescriptor),
    annotations: parseAnnotations(body['annotations']),
    ...parseSubject(body),
  }
}

function parseImageManifest(body: JsonObject): ImageManifest {
  if ('manifests' in body) throw invalid('it is a manifest with manifests of its own')
  const { config, layers, artifactType } = body
  if (!Array.isArray(layers)) throw invalid('it is a manifest without layers')
  return {
    kind: 'manifest',
    config: parseDescriptor(config),
    layers: layers.map(parseDescriptor),
    annotations: parseAnnotations(body['annotations']),
    ...parseSubject(body),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  }
}

/** Throws `invalid-manifest` unless media type, digest and size are there and sound. */
export function parseDescriptor(value: unknown): Descriptor {
  if (!isJsonObject(value)) throw invalid('a descriptor in it is no object')
  const { mediaType, digest, size, platform, annotations, artifactType } = value
  if (typeof mediaType !== 'string' || mediaType === '')
    throw invalid('a descriptor in it has no media type')
  if (typeof digest !== 'string' || !isDigest(digest))
    throw invalid(`a descriptor in it has the digest ${show(digest)}`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`the descriptor of ${digest} has no sound size`)
  return {
    mediaType,
    digest,
    size,
    ...(isJsonObject(platform) ? { platform: parsePlatformObject(platform) } : {}),
    ...(annotations == null ? {} : { annotations: parseAnnotations(annotations) }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  }
}

function parsePlatformObject(platform: JsonObject): Platform {
  const { os, architecture, variant } = platform
  if (typeof os !== 'string' || typeof architecture !== 'string')
    throw invalid('a platform in it lacks os or architecture')
  const named = { os, architecture, ...(typeof variant === 'string' ? { variant } : {}) }
  return normalisePlatform(named)
}

function parseSubject(body: JsonObject): { subject?: Descriptor } {
  return body['subject'] == null ? {} : { subject: parseDescriptor(body['subject']) }
}

function parseAnnotations(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {}
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function typeByShape(body: JsonObject): string {
  if (body['schemaVersion'] !== 2) return ''
  if ('manifests' in body) return OCI_INDEX
  if (!('config' in body)) return ''
  return isJsonObject(body['config']) && String(body['config']['mediaType']).includes('docker')
    ? DOCKER_MANIFEST
    : OCI_MANIFEST
}

function parseObject(bytes: Uint8Array): JsonObject {
  let value: unknown
  try {
    value = parseJson(bytes)
  } catch (error) {
    throw invalid('it is not JSON', error)
  }
  if (!isJsonObject(value)) throw invalid('it is no JSON object')
  return value
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 100)
}

function invalid(why: string, cause?: unknown): ReleaseError {
  return new ReleaseError('invalid-manifest', `This is no image manifest we can use: ${why}`, {
    hint: 'Build the image with a current buildx, or report it to whoever runs the registry.',
    cause,
  })
}
