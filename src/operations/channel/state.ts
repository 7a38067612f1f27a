// What a channel has, by its tag and by the ledger.
import type { LedgerEntry } from '../../ledger/entry.ts'
import {
  type ChannelHistory,
  entriesOf,
  replay,
  selectChannel,
  topOf,
} from '../../ledger/replay.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Recording } from './move.ts'

export interface ChannelState {
  readonly tagDigest: Digest | undefined
  readonly history: ChannelHistory
  /** A move that was announced and of which nothing more was heard; the newest. */
  readonly open: LedgerEntry | undefined
}

/** By the names an image has on its way: where it is found, and where it goes. */
export function readState(
  entries: readonly LedgerEntry[],
  name: {
    readonly images: readonly string[]
    readonly variant: string | undefined
    readonly channel: string
  },
  tagDigest: Digest | undefined,
): ChannelState {
  const history = replay(entriesOf(entries, name))
  const own = selectChannel(entries, name)
  const open = own.find(({ state, record }) => state === 'open' && record.digest === tagDigest)
  return { tagDigest, history, open }
}

/**
 * What the ledger is to hear of a digest coming into the channel. Where the tag is there already,
 * only what the ledger lacks is written: the success of a run that ended before it could say so, or
 * a record where it tells of another digest.
 */
export function recordingOf(
  { tagDigest, history, open }: ChannelState,
  digest: Digest,
  { hasLedger, movesTag }: { readonly hasLedger: boolean; readonly movesTag: boolean },
): Recording {
  if (!hasLedger) return { kind: 'none' }
  const top = topOf(history)?.record.digest
  if (movesTag) return { kind: 'new' }
  if (top === digest) return { kind: 'none' }
  if (open && tagDigest === digest) return { kind: 'complete', deployment: open.id }
  const isKnown = tagDigest === digest && top === undefined
  return { kind: isKnown ? 'none' : 'new' }
}
