// One image into one channel: what is to be done, and what was.
import { ReleaseError } from '../../errors.ts'
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerOperation } from '../../ledger/record.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'

/** How the ledger hears of it; `complete`: an earlier run moved the tag and could not say so. */
export type Recording =
  | { readonly kind: 'none' }
  | { readonly kind: 'new' }
  | { readonly kind: 'complete'; readonly deployment: number }

export interface Move {
  /** Where the digest is found. */
  readonly source: Repository
  /** Where the channel's tag is. */
  readonly target: Repository
  readonly channel: Channel
  /** The channel's tag, variant included. */
  readonly tag: string
  readonly digest: Digest
  readonly version?: string
  /** What the channel has now. */
  readonly previous?: Digest
  readonly operation: LedgerOperation
  /** The digest as the input named it. */
  readonly from: string
  readonly reason?: string
  readonly forced: boolean
  readonly movesTag: boolean
  readonly recording: Recording
}

/** Whether the channel has something else afterwards. */
export function isChange(move: Move): boolean {
  return move.digest !== move.previous
}

/** For messages: `staging of ghcr.io/acme/app`. */
export function nameOf({ tag, target }: Pick<Move, 'tag' | 'target'>): string {
  return `${tag} of ${formatRepository(target)}`
}

/** Throws `tag-conflict` where the channel has something else. */
export function requireExpected(move: Move, expect: Digest | undefined): void {
  if (expect === undefined || move.previous === expect) return
  throw new ReleaseError(
    'tag-conflict',
    `Cannot move ${nameOf(move)}: it has ${move.previous ?? 'nothing'}, and ${expect} was expected`,
    { hint: 'Look at who moved it; then run again with its digest as "expect", or without.' },
  )
}
