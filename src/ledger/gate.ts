// Whether a digest may come into a channel: it must have been in the channel before that one.
import type { Digest } from '../oci/digest.ts'
import type { ChannelHistory } from './replay.ts'

/** `ledger`: the records count, and the tag where there are none. `tag`: only the tag counts. */
export type GateKind = 'ledger' | 'tag' | 'off'

interface GateState {
  readonly history: ChannelHistory
  /** What the channel's tag is on. */
  readonly tagDigest: Digest | undefined
}

export interface GateQuestion {
  readonly gate: GateKind
  readonly digest: Digest
  /** Channels in promotion order. */
  readonly channels: readonly string[]
  readonly to: string
  readonly states: ReadonlyMap<string, GateState>
  /** A full version tag is on the digest: as good as having been in the first channel. */
  readonly isReleased: boolean
}

/** The channel before that one, in promotion order; undefined for the first. */
export function channelBefore(channels: readonly string[], channel: string): string | undefined {
  const at = channels.indexOf(channel)
  return at > 0 ? channels[at - 1] : undefined
}

/** How a reason begins that no other channel can mend. */
export const ROLLED_BACK = 'it was rolled back from'

/** Why the gate is closed, as a sentence's end; undefined: it is open. */
export function whyClosed(question: GateQuestion): string | undefined {
  const { gate, digest, channels, to, states, isReleased } = question
  if (states.get(to)?.history.rolledBack.has(digest)) return `${ROLLED_BACK} ${to}`
  const before = channelBefore(channels, to)
  if (gate === 'off' || before === undefined) return undefined
  const state = states.get(before)
  const { entries = [], rolledBack } = state?.history ?? {}
  if (rolledBack?.has(digest)) return `${ROLLED_BACK} ${before}`
  const isVersion = isReleased && before === channels[0]
  if (isVersion || (state?.tagDigest === digest && (gate === 'tag' || entries.length === 0)))
    return undefined
  if (gate === 'tag') return `the tag of ${before} is ${onDigest(state?.tagDigest)}`
  if (entries.some(({ record }) => record.digest === digest)) return undefined
  return entries.length > 0
    ? `the ledger does not know it in ${before}`
    : `${before} has no records, and its tag is ${onDigest(state?.tagDigest)}`
}

function onDigest(digest: Digest | undefined): string {
  return digest ? `on ${digest}` : 'on nothing'
}
