// What an audit found, as its JSON has it and everything we show of it is made from.
import type { Digest } from '../oci/digest.ts'

export interface AuditReport {
  /** RFC 3339: the moment it tells of. */
  readonly at: string
  /** That moment was asked for with `at`: only what was recorded by then is told. */
  readonly past: boolean
  readonly images: readonly ImageAudit[]
  /** Every disagreement once, the channels' first. */
  readonly drift: readonly Drift[]
}

export interface ImageAudit {
  /** The full name without tag or digest. */
  readonly image: string
  readonly variant: string | null
  /** In promotion order. */
  readonly channels: readonly ChannelAudit[]
  /** Newest first. */
  readonly releases: readonly ReleaseAudit[]
  readonly files: readonly FileAudit[]
}

/** By the ledger; where that knows nothing of the channel, by its tag. */
export interface ChannelAudit {
  readonly channel: string
  readonly digest: Digest | null
  readonly version: string | null
  /** RFC 3339. This and the next two are null where the ledger knows nothing. */
  readonly since: string | null
  readonly by: string | null
  readonly run: string | null
  /** What was there before. */
  readonly previousDigest: Digest | null
  /** Where the registry has the tag now; null: nowhere, or not asked. */
  readonly tagDigest: Digest | null
  /** One sentence. */
  readonly drift: string | null
  /** Every recorded move, the newest first. */
  readonly history: readonly Move[]
}

export interface Move {
  readonly digest: Digest
  readonly version: string | null
  /** RFC 3339: when it succeeded. */
  readonly at: string
  /** The login that recorded it. */
  readonly by: string
  /** The run's web address, or empty. */
  readonly run: string
  readonly operation: string
  readonly forced: boolean
  readonly reason: string | null
}

export interface ReleaseAudit {
  readonly version: string
  /** What its note says; without a note of ours, where its tag is. */
  readonly digest: Digest | null
  /** Whether a note of ours has the digest. */
  readonly recorded: boolean
  readonly tags: readonly string[]
  /** RFC 3339: when it was published. */
  readonly at: string
  /** Its page. */
  readonly url: string
  readonly tagDigest: Digest | null
  readonly drift: string | null
}

/** One place of a file that names the image. */
export interface FileAudit {
  readonly channel: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** As it stands there. */
  readonly reference: string
  /** null: it is not pinned. */
  readonly digest: Digest | null
  readonly drift: string | null
}

type DriftKind = 'tag-moved' | 'digest-gone' | 'release-moved' | 'note-broken' | 'file-differs'

export interface Drift {
  readonly kind: DriftKind
  readonly image: string
  /** The channel, release or place in a file. */
  readonly where: string
  /** One sentence. */
  readonly message: string
}

/** `1 disagreement`, `2 disagreements`. */
export function countDrift({ drift }: Pick<AuditReport, 'drift'>): string {
  return drift.length === 1 ? '1 disagreement' : `${drift.length} disagreements`
}

/** A stretch of time in which a channel had one digest. */
export interface Stay {
  readonly digest: Digest
  readonly version: string | null
  /** The move that brought it. */
  readonly move: Move
  /** Milliseconds. */
  readonly from: number
  /** undefined: it is there still. */
  readonly to: number | undefined
}

/** Oldest first; moves that changed nothing belong to the stay they fall into. */
export function staysOf(history: readonly Move[]): readonly Stay[] {
  const moves = history.toReversed()
  const starts = moves.filter((move, index) => move.digest !== moves[index - 1]?.digest)
  return starts.map((move, index) => {
    const next = starts[index + 1]
    return {
      digest: move.digest,
      version: move.version,
      move,
      from: Date.parse(move.at),
      to: next && Date.parse(next.at),
    }
  })
}

/** `1.4.2`, or the beginning of the digest. */
export function nameVersion({
  version,
  digest,
}: {
  readonly version: string | null
  readonly digest: Digest | null
}): string {
  return version ?? (digest ? shortDigest(digest) : 'nothing')
}

/** Enough of a digest to tell it from another by eye; never to pull by. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha\d+:/, '').slice(0, 12)
}

/** `2026-09-01 10:30 UTC`. */
export function formatMoment(time: string | number): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return 'at an unknown time'
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
