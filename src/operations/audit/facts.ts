// What an audit knows before it judges: everything read, nothing compared.
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { ImageRecord } from '../../notes/record.ts'
import type { Digest } from '../../oci/digest.ts'

export interface AuditFacts {
  /** Milliseconds: the moment to tell of. */
  readonly at: number
  readonly past: boolean
  readonly channels: readonly Channel[]
  readonly variant: string | undefined
  /** false: channels are kept in ledger and files alone. */
  readonly channelTags: boolean
  /** Of every image, up to that moment. */
  readonly entries: readonly LedgerEntry[]
  readonly images: readonly ImageFacts[]
}

export interface ImageFacts {
  readonly image: string
  readonly releases: readonly NotedRelease[]
  readonly files: readonly PinnedPlace[]
  /** Tags that were asked for; undefined: there is none of that name. */
  readonly tags: ReadonlyMap<string, Digest | undefined>
  /** Recorded digests that the registry does not have. */
  readonly gone: ReadonlySet<Digest>
}

/** A GitHub release as one image sees it. */
export interface NotedRelease {
  /** The git tag. */
  readonly name: string
  readonly url: string
  /** RFC 3339. */
  readonly at: string
  /** undefined: the release has no readable note of ours. */
  readonly record: ImageRecord | undefined
  /** A note of ours is there and cannot be read. */
  readonly broken: boolean
  /** The tag that is its own and should never move. */
  readonly tag: string | undefined
}

export interface PinnedPlace {
  readonly channel: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly reference: string
  readonly digest: Digest | undefined
}
