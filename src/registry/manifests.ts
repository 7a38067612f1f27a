// Reading and writing manifests (distribution-spec, "Pulling manifests", "Pushing Manifests").
// Bytes are hashed before they are believed, and go out exactly as they came.
import { ReleaseError } from '../errors.ts'
import { digestOf, isDigest, matchesDigest } from '../oci/digest.ts'
import {
  type Descriptor,
  isManifestType,
  MANIFEST_TYPES,
  mediaTypeOf,
  type RawManifest,
} from '../oci/manifest.ts'
import { readRawManifest } from '../oci/parse-manifest.ts'
import {
  formatReference,
  formatRepository,
  type Reference,
  type Repository,
} from '../oci/reference.ts'
import { isTag } from '../oci/tag.ts'
import { isSuccess } from './answer.ts'
import { refusal, unreachable } from './failure.ts'
import type { TriedAnswer } from './retrying.ts'
import type { CallAnswer, RegistryCall, Transport } from './transport.ts'

/** What registries take at most (distribution-spec: "SHOULD" 4 MiB). */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

/** Left out, a registry hides an image, or converts it and answers with another digest. */
const ACCEPT = MANIFEST_TYPES.join(', ')

/** HEAD, or GET where HEAD says too little. The digest is the registry's word; see getManifest. */
export async function headManifest(
  transport: Transport,
  reference: Reference,
): Promise<Descriptor | undefined> {
  const call = readCall(reference, 'HEAD')
  const answer = await transport(call)
  if (answer.status === 404) return undefined
  // Some registries know no HEAD.
  const isWorthGet = answer.status === 405 || mayBeLimit(call, answer)
  if (!isSuccess(answer) && !isWorthGet) throw refusal(call, answer)
  const descriptor = isSuccess(answer) ? descriptorOf(answer) : undefined
  if (!descriptor) {
    const manifest = await getManifest(transport, reference)
    return (
      manifest && { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size }
    )
  }
  if (reference.digest && reference.digest !== descriptor.digest)
    throw mismatch(call, `says it has ${descriptor.digest} there`)
  return descriptor
}

/**
 * GHCR says also with 403 that it limits us, in words for which an answer to HEAD has no place. 403
 * to a first call is taken for what it mostly is: we may not read there.
 */
function mayBeLimit({ repository }: RegistryCall, answer: CallAnswer): boolean {
  if (answer.status !== 403) return false
  return answer.isKnown || repository.registry === 'ghcr.io' || 'retry-after' in answer.headers
}

/** The bytes behind a reference, hashed: they are what the digest names, asked or served. */
export async function getManifest(
  transport: Transport,
  reference: Reference,
): Promise<RawManifest | undefined> {
  const call = { ...readCall(reference, 'GET'), maxBytes: MAX_MANIFEST_BYTES }
  const answer = await transport(call)
  if (answer.status === 404) return undefined
  if (!isSuccess(answer)) throw refusal(call, answer)
  const { bytes, headers } = answer
  const served = headers['docker-content-digest'] ?? ''
  if (reference.digest && !matchesDigest(bytes, reference.digest))
    throw mismatch(call, `sent bytes with ${digestOf(bytes)}`)
  if (isDigest(served) && !matchesDigest(bytes, served))
    throw mismatch(call, `names ${served} and sent bytes with ${digestOf(bytes)}`)
  const digest = reference.digest ?? digestOf(bytes)
  try {
    return readRawManifest(bytes, { contentType: headers['content-type'], digest })
  } catch (error) {
    throw unreachable(call, error)
  }
}

export interface ManifestWrite {
  readonly repository: Repository
  /** A tag, or the manifest's own digest. */
  readonly to: string
  readonly manifest: RawManifest
  readonly isSettled?: RegistryCall['isSettled']
}

/** Puts the exact bytes; gives the registry's definite answer, success or not. */
export async function sendManifest(
  transport: Transport,
  write: ManifestWrite,
): Promise<TriedAnswer> {
  const { manifest } = write
  const call = writeCall(write)
  requireSendable(call, write)
  const answer = await transport(call)
  const taken = answer.headers['docker-content-digest'] ?? ''
  if (isSuccess(answer) && isDigest(taken) && !matchesDigest(manifest.bytes, taken))
    throw mismatch(call, `took ${manifest.digest} for ${taken}`)
  return answer
}

/** Puts the exact bytes. Throws when the registry does not take them. */
export async function putManifest(
  transport: Transport,
  write: ManifestWrite,
): Promise<TriedAnswer> {
  const answer = await sendManifest(transport, write)
  if (isSuccess(answer)) return answer
  throw refusal(writeCall(write), answer)
}

function writeCall({ repository, to, manifest, isSettled }: ManifestWrite): RegistryCall {
  const name = formatRepository(repository)
  return {
    what: isDigest(to) ? `write ${name}@${to}` : `move tag ${to} of ${name}`,
    repository,
    method: 'PUT',
    path: `manifests/${to}`,
    needs: 'push',
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    ...(isSettled ? { isSettled } : {}),
  }
}

function requireSendable(call: RegistryCall, { to, manifest }: ManifestWrite): void {
  const { bytes, digest } = manifest
  const wrong = (code: 'invalid-reference' | 'digest-mismatch' | 'too-large', why: string) =>
    new ReleaseError(code, `Cannot ${call.what}: ${why}`)
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw wrong('too-large', `the manifest has ${bytes.length} bytes, over ${MAX_MANIFEST_BYTES}`)
  if (!matchesDigest(bytes, digest)) throw wrong('digest-mismatch', 'its bytes are not its digest')
  if (isDigest(to) ? !matchesDigest(bytes, to) : !isTag(to))
    throw wrong('invalid-reference', `${JSON.stringify(to)} is neither a tag nor its digest`)
}

function readCall(reference: Reference, method: 'GET' | 'HEAD'): RegistryCall {
  const { registry, path, tag, digest } = reference
  const target = digest ?? tag
  if (target === undefined)
    throw new ReleaseError(
      'invalid-reference',
      `${formatReference(reference)} names neither a tag nor a digest`,
    )
  const name = formatRepository(reference)
  return {
    what: digest ? `read ${name}@${digest}` : `read tag ${tag} of ${name}`,
    repository: { registry, path },
    method,
    path: `manifests/${target}`,
    needs: 'pull',
    headers: { accept: ACCEPT },
  }
}

function descriptorOf({ headers }: TriedAnswer): Descriptor | undefined {
  const digest = headers['docker-content-digest'] ?? ''
  const mediaType = mediaTypeOf(headers['content-type'])
  const size = headers['content-length'] ?? ''
  if (!isDigest(digest) || !isManifestType(mediaType) || !/^\d+$/.test(size)) return undefined
  return { mediaType, digest, size: Number(size) }
}

function mismatch({ what }: RegistryCall, how: string): ReleaseError {
  return new ReleaseError('digest-mismatch', `Cannot ${what}: the registry ${how}`, {
    hint: 'Do not use this image before you know what changes its bytes: a proxy, or the registry.',
  })
}
