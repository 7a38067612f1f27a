// Where a rollback goes: down the replayed stack, or to what the channel had at some time.
import type { Digest } from '../oci/digest.ts'
import type { LedgerEntry } from './entry.ts'
import { type ChannelHistory, stateAt, topOf } from './replay.ts'

/**
 * The entry under the top; the top itself where the tag is elsewhere, moved by hand or by nobody we
 * know. undefined: there is nothing to go back to.
 */
export function previousOf(
  { stack }: ChannelHistory,
  tagDigest: Digest | undefined,
): LedgerEntry | undefined {
  const top = stack.at(-1)
  return top && top.record.digest !== tagDigest ? top : stack.at(-2)
}

const TIME = /^(\d{4}-\d\d-(\d\d))[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** RFC 3339, its time zone included and the seconds perhaps not; undefined: it is no such time. */
export function parseTime(text: string): number | undefined {
  const [, date = '', day] = TIME.exec(text) ?? []
  // A day that its month has not would be taken for one of the next.
  if (new Date(date).getUTCDate() !== Number(day)) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

/** What the channel had then. */
export function entryAt(history: ChannelHistory, milliseconds: number): LedgerEntry | undefined {
  return stateAt(history.entries, milliseconds)
}

/** What a rollback may name, newest first, each digest once, without what is there now. */
export function candidatesOf(history: ChannelHistory): readonly LedgerEntry[] {
  const seen = new Set<string | undefined>([topOf(history)?.record.digest])
  return [...history.entries].reverse().filter(({ record: { digest } }) => {
    const isNew = !seen.has(digest)
    seen.add(digest)
    return isNew
  })
}
