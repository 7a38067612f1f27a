// Bringing blobs into a repository (distribution-spec, "Mounting a blob", "POST then PUT"): by name
// from a neighbour, else by an upload in one piece, streamed.
import { isReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Clock } from '../ports.ts'
import { isLinkLocal, parseUrl } from './address.ts'
import { isSuccess, type RegistryAnswer } from './answer.ts'
import type { BlobKey } from './blobs.ts'
import { brokenAnswer, refusal } from './failure.ts'
import { backoffMs, isTransient, isTransientError, MAX_ATTEMPTS } from './retry.ts'
import type { RegistryCall, Transport } from './transport.ts'

/** After the last byte a registry may take its time to store a large blob. */
const STORE_TIMEOUT_MS = 300_000

interface World {
  readonly transport: Transport
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/** False when the registry does not mount: other storage, or no right to read the source. */
export async function mountBlob(
  transport: Transport,
  blob: { readonly repository: Repository; readonly digest: Digest; readonly from: Repository },
): Promise<boolean> {
  const { repository, digest, from } = blob
  const query = new URLSearchParams({ mount: digest, from: from.path })
  const call = { ...beginCall(repository, digest, `?${query}`), mountFrom: from }
  const answer = await transport(call)
  if (answer.status === 201) return true
  if ([202, 400, 401, 403, 404, 405].includes(answer.status)) return false
  throw refusal(call, answer)
}

/**
 * Uploads what `open` gives. A passing failure begins again from the start, with a stream opened
 * anew: half an upload cannot be trusted.
 */
export async function uploadBlob(
  world: World,
  blob: BlobKey & { readonly repository: Repository },
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === MAX_ATTEMPTS
    const call = await prepare(world, blob, open)
    const answer = await world.transport(call).catch((error: unknown) => {
      const passes = isReleaseError(error) && isTransientError(error.cause)
      if (!passes || isLast) throw error
      return undefined
    })
    if (answer && isSuccess(answer)) return
    if (answer && (isLast || !mayPass(answer))) throw refusal(call, answer)
    await world.clock.sleep(backoffMs(attempt, world.clock.random()), world.signal)
  }
}

async function prepare(
  { transport }: World,
  { repository, digest, size }: BlobKey & { readonly repository: Repository },
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<RegistryCall> {
  const begin = beginCall(repository, digest, '')
  const begun = await transport(begin)
  if (begun.status !== 202) throw refusal(begin, begun)
  const named = begun.headers['location']
  const location = named ? parseUrl(named, begun.url) : undefined
  const isElsewhere = location?.hostname !== begun.url.hostname
  const isAstray = isElsewhere && isLinkLocal(location?.hostname ?? '')
  if (!location || !/^https?:$/.test(location.protocol) || isAstray)
    throw brokenAnswer(begin, 'the registry gave no place for the upload')
  location.searchParams.set('digest', digest)
  return {
    ...begin,
    method: 'PUT',
    path: location,
    mayBePrivate: begun.privatePeer,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: await open(),
    timeoutMs: STORE_TIMEOUT_MS,
    deadline: Number.POSITIVE_INFINITY,
  }
}

function beginCall(repository: Repository, digest: Digest, query: string): RegistryCall {
  return {
    what: `upload blob ${digest} to ${formatRepository(repository)}`,
    repository,
    method: 'POST',
    path: `blobs/uploads/${query}`,
    needs: 'push',
    headers: { 'content-length': '0' },
  }
}

/** Also an upload the registry has forgotten, and a token that ended on the way. */
function mayPass(answer: RegistryAnswer): boolean {
  const isForgotten = answer.errors.some(({ code }) => code.startsWith('BLOB_UPLOAD_'))
  return isTransient(answer) || isForgotten || answer.status === 401
}
