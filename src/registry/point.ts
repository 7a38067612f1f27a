// Moving a tag to an image: as few writes as can be, and the truth about each. A tag is no lock, so
// what stands there is read before, between tries and after.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { type Digest, digestOf, matchesDigest } from '../oci/digest.ts'
import type { Descriptor, RawManifest } from '../oci/manifest.ts'
import {
  formatReference,
  formatRepository,
  type Reference,
  type Repository,
} from '../oci/reference.ts'
import type { Clock } from '../ports.ts'
import { isSuccess } from './answer.ts'
import { refusal, wordsOf } from './failure.ts'
import { headManifest, sendManifest } from './manifests.ts'
import type { TriedAnswer } from './retrying.ts'
import type { Transport } from './transport.ts'

/** How long a registry may take to show what it has accepted (GHCR, Docker Hub). */
const LAG_MS = 60_000

/** How long a third digest is looked at: it may be one that was there just before ours. */
const RIVAL_MS = 5_000

const FIRST_POLL_MS = 250
const MAX_POLL_MS = 5_000

interface World {
  readonly transport: Transport
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

export interface TagMove {
  readonly repository: Repository
  readonly tag: string
  readonly manifest: RawManifest
  /** What the tag had when it was last read; left out, it is read first. */
  readonly seen?: Digest | 'nothing'
}

/**
 * Leaves an equal tag alone. Throws `tag-conflict`, naming both digests, when the tag is immutable
 * or another run moved it in between; `overtaken` when one moved it right after us; `denied` or
 * `registry` for other refusals. A write whose answer was lost counts as done when the tag shows
 * it.
 */
export async function pointTag(world: World, move: TagMove): Promise<'moved' | 'unchanged'> {
  const { repository, tag, manifest } = move
  const reference = { registry: repository.registry, path: repository.path, tag }
  const head = () => headManifest(world.transport, reference)
  const isOurs = (seen: Descriptor | undefined) =>
    seen !== undefined && matchesDigest(manifest.bytes, seen.digest)
  const before = move.seen ?? (await head())?.digest ?? 'nothing'
  if (before !== 'nothing' && matchesDigest(manifest.bytes, before)) return 'unchanged'

  const isSettled = async () => {
    const seen = await head()
    if (isOurs(seen)) return true
    if ((seen?.digest ?? 'nothing') !== before)
      throw conflict(move, seen, { why: 'another run has just moved it', hint: RIVAL })
    return false
  }
  try {
    const write = { repository, to: tag, manifest, isSettled }
    const answer = await sendManifest(world.transport, write)
    if (!isSuccess(answer)) {
      const after = await head()
      if (!isOurs(after)) throw explain(move, { before, after, answer })
    }
  } catch (error) {
    if (!isReleaseError(error, 'registry')) throw error
    if (!isOurs(await head().catch(() => undefined))) throw error
  }
  await confirmTag(world, reference, { digest: digestOf(manifest.bytes), before })
  return 'moved'
}

export interface Written {
  readonly digest: Digest
  /** What was there before, where that was looked at. */
  readonly before?: Digest | 'nothing'
}

/**
 * Waits until the registry shows the digest where we have just put it, up to 60 seconds; a third
 * digest, neither it nor `before`, is another run's after 5 seconds. Only for what was written
 * before: elsewhere an absent tag is the answer, not a lag.
 */
export async function confirmTag(
  { transport, clock, signal }: World,
  reference: Reference,
  written: Written,
): Promise<void> {
  const { digest, before } = written
  const start = clock.now()
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(MAX_POLL_MS, wait * 2)) {
    const seen = await headManifest(transport, reference)
    if (seen?.digest === digest) return
    const isRival = seen !== undefined && before !== undefined && seen.digest !== before
    const left = start + (isRival ? RIVAL_MS : LAG_MS) - clock.now()
    if (left <= 0)
      throw isRival ? overtaken(reference, digest, seen) : unconfirmed(reference, digest, seen)
    await clock.sleep(Math.min(wait, left), signal)
  }
}

const RIVAL = 'Look for another run that moves this tag.'
const LOCKED = 'If the registry makes tags immutable, use floating: false or an unused tag.'

/**
 * A locked tag is told from other refusals by its being there and on another image. With 401 or 403
 * it may as well be a missing permission: then both ways out are named.
 */
function explain(
  move: TagMove,
  facts: {
    readonly before: Digest | 'nothing'
    readonly after: Descriptor | undefined
    readonly answer: TriedAnswer
  },
): ReleaseError {
  const { repository, tag } = move
  const { before, after, answer } = facts
  const what = `move tag ${tag} of ${formatRepository(repository)}`
  const refused = refusal({ what, method: 'PUT', repository, needs: 'push' }, answer)
  if (before === 'nothing' || !after || !isAboutTheTag(answer)) return refused
  const why = wordsOf({ method: 'PUT' }, answer)
  return refused.code === 'denied'
    ? conflict(move, after, { why, code: 'denied', hint: `${refused.hint} ${LOCKED}` })
    : conflict(move, after, { why, hint: LOCKED })
}

const OTHER_REASONS = new Set([
  'BLOB_UNKNOWN',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_UNVERIFIED',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'TOOMANYREQUESTS',
])

/**
 * Registries refuse to move a locked tag with many statuses, codes and words (ECR, GAR, Harbor).
 */
function isAboutTheTag({ status, errors }: TriedAnswer): boolean {
  const isRefusal = status >= 400 && status < 500 && ![404, 408, 413, 425, 429].includes(status)
  return isRefusal && !errors.some(({ code }) => OTHER_REASONS.has(code))
}

function conflict(
  move: TagMove,
  seen: Descriptor | undefined,
  told: { readonly why: string; readonly hint: string; readonly code?: 'denied' },
): ReleaseError {
  const { why, hint, code = 'tag-conflict' } = told
  const name = `tag ${move.tag} of ${formatRepository(move.repository)}`
  const there = seen ? `it stays on ${seen.digest}` : 'it is gone'
  const message = `Cannot move ${name} to ${move.manifest.digest}: ${why}, and ${there}`
  return new ReleaseError(code, message, { hint })
}

function overtaken(reference: Reference, digest: Digest, seen: Descriptor): ReleaseError {
  return new ReleaseError(
    'overtaken',
    `Lost ${formatReference(reference)}: another run has moved it to ${seen.digest}, after we put it on ${digest}`,
    { hint: 'Give such jobs one concurrency group, and run this one again if it should win.' },
  )
}

function unconfirmed(
  reference: Reference,
  digest: Digest,
  seen: Descriptor | undefined,
): ReleaseError {
  const shows = seen ? `it shows ${seen.digest}` : 'it shows nothing'
  return new ReleaseError(
    seen ? 'tag-conflict' : 'registry',
    `Cannot confirm ${formatReference(reference)} as ${digest}: ${LAG_MS / 1000} s after the write ${shows}`,
    { hint: seen ? RIVAL : 'Run this again.' },
  )
}
