// The ledger replayed: what a channel has, had, and was rolled back from. Order is that of success,
// since runs may overtake one another between announcing a move and making it; in the same second
// that of creation.
import type { Digest } from '../oci/digest.ts'
import type { LedgerEntry } from './entry.ts'

/** Whose history is asked for. */
export interface ChannelName {
  /** More than one where an image is copied to another name on its way to the channel. */
  readonly images: readonly string[]
  readonly variant: string | undefined
  /** The channel's tag, without the variant. */
  readonly channel: string
}

export interface ChannelHistory {
  /** Everything that came into the channel, oldest first. */
  readonly entries: readonly LedgerEntry[]
  /** What rollbacks go down: the last is in the channel now. */
  readonly stack: readonly LedgerEntry[]
  /** Digests that a rollback left, and that have not come back since. */
  readonly rolledBack: ReadonlySet<Digest>
}

/** The entries of one channel in any state, in the order given. */
export function selectChannel(
  entries: readonly LedgerEntry[],
  { images, variant, channel }: ChannelName,
): readonly LedgerEntry[] {
  return entries.filter(
    ({ record }) =>
      images.includes(record.image) && record.variant === variant && record.channel === channel,
  )
}

/** The counting entries of one channel, oldest first. */
export function entriesOf(
  entries: readonly LedgerEntry[],
  name: ChannelName,
): readonly LedgerEntry[] {
  return selectChannel(entries, name)
    .filter(({ state }) => state === 'counts')
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.id - b.id)
}

/** `entries`: those of one channel that count, oldest first. */
export function replay(entries: readonly LedgerEntry[]): ChannelHistory {
  const stack: LedgerEntry[] = []
  const rolledBack = new Set<Digest>()
  for (const entry of entries) {
    const { digest, operation } = entry.record
    if (stack.at(-1)?.record.digest === digest) continue
    if (operation === 'rollback')
      for (const left of popTo(stack, digest)) rolledBack.add(left.record.digest)
    rolledBack.delete(digest)
    if (stack.at(-1)?.record.digest !== digest) stack.push(entry)
  }
  return { entries, stack, rolledBack }
}

/** A target that is not in the stack takes the place of the top: whoever rolls back leaves that. */
function popTo(stack: LedgerEntry[], digest: Digest): readonly LedgerEntry[] {
  const at = stack.findLastIndex(({ record }) => record.digest === digest)
  return stack.splice(at < 0 ? Math.max(0, stack.length - 1) : at + 1)
}

/** What the ledger says is in the channel now; undefined: it knows nothing of the channel. */
export function topOf({ stack }: ChannelHistory): LedgerEntry | undefined {
  return stack.at(-1)
}

/** What was in the channel at that time, in milliseconds; undefined: nothing yet. */
export function stateAt(
  entries: readonly LedgerEntry[],
  milliseconds: number,
): LedgerEntry | undefined {
  return entries.findLast(({ at }) => Date.parse(at) <= milliseconds)
}
