// Reading blobs (distribution-spec, "Pulling blobs"): configs and layers, always by digest and
// hashed.
import { ReleaseError } from '../errors.ts'
import { createDigester, type Digest, matchesDigest } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { isSuccess, ShortBodyError } from './answer.ts'
import { refusal } from './failure.ts'
import type { RegistryCall, Transport } from './transport.ts'

/** What a blob is known by; a layer's descriptor will do. */
export type BlobKey = Pick<Descriptor, 'digest' | 'size'>

/** A small blob, whole and hashed; undefined when the repository has none of that digest. */
export async function getBlob(
  transport: Transport,
  wanted: { readonly repository: Repository; readonly digest: Digest; readonly maxBytes: number },
): Promise<Uint8Array | undefined> {
  const { repository, digest, maxBytes } = wanted
  const call: RegistryCall = { ...blobCall(repository, digest, 'GET'), maxBytes }
  const answer = await transport(call)
  if (answer.status === 404) return undefined
  if (!isSuccess(answer)) throw refusal(call, answer)
  if (!matchesDigest(answer.bytes, digest)) throw wrongBytes(call)
  return answer.bytes
}

/** False also where the registry does not tell (403, 405): for whoever would send it then. */
export async function hasBlob(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<boolean> {
  const call = blobCall(repository, digest, 'HEAD')
  const answer = await transport(call)
  if (isSuccess(answer)) return true
  if ([403, 404, 405].includes(answer.status)) return false
  throw refusal(call, answer)
}

/**
 * A blob of any size as it comes. Its end throws `digest-mismatch` on other bytes and a
 * ShortBodyError on too few, so whoever passes it on must not call it whole before.
 */
export async function openBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobKey,
): Promise<AsyncIterable<Uint8Array>> {
  const call: RegistryCall = { ...blobCall(repository, blob.digest, 'GET'), stream: true }
  const answer = await transport(call)
  if (!isSuccess(answer) || !answer.stream) throw refusal(call, answer)
  return hashed(call, answer.stream, blob)
}

async function* hashed(
  call: RegistryCall,
  stream: AsyncIterable<Uint8Array>,
  { digest, size }: BlobKey,
): AsyncGenerator<Uint8Array> {
  const digester = createDigester(digest)
  let seen = 0
  for await (const chunk of stream) {
    seen += chunk.length
    if (seen > size) throw wrongBytes(call)
    digester.update(chunk)
    yield chunk
  }
  if (seen < size) throw new ShortBodyError(`the blob ended after ${seen} of ${size} bytes`)
  if (digester.digest() !== digest) throw wrongBytes(call)
}

function blobCall(repository: Repository, digest: Digest, method: 'GET' | 'HEAD'): RegistryCall {
  return {
    what: `read blob ${digest} of ${formatRepository(repository)}`,
    repository,
    method,
    path: `blobs/${digest}`,
    needs: 'pull',
  }
}

function wrongBytes({ what }: RegistryCall): ReleaseError {
  return new ReleaseError('digest-mismatch', `Cannot ${what}: the registry sent other bytes`, {
    hint: 'Run this again; if it stays so, the registry has lost or damaged the blob.',
  })
}
