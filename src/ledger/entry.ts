// One deployment of ours as an entry of the ledger, and what its statuses make of it.
import type { LedgerRecord } from './record.ts'

/**
 * - `counts`: it was a success, and no failure came after that; what others make inactive stays one
 * - `open`: neither a success nor a failure yet
 * - `failed`: a failure came last
 */
export type EntryState = 'counts' | 'open' | 'failed'

export interface LedgerEntry {
  /** The deployment's. */
  readonly id: number
  readonly record: LedgerRecord
  readonly state: EntryState
  /** RFC 3339: when it last became a success; of others, when it was created. */
  readonly at: string
  readonly createdAt: string
  /** The login that created it, of apps with `[bot]`. */
  readonly by: string
  /** The commit the deployment names. */
  readonly revision?: string
}

export interface DeploymentStatus {
  /** As GitHub says it, in either case. */
  readonly state: string
  /** RFC 3339. */
  readonly createdAt: string
}

/** `statuses` newest first, as GitHub lists them; their times have whole seconds only. */
export function readStatuses(
  statuses: readonly DeploymentStatus[],
  createdAt: string,
): Pick<LedgerEntry, 'state' | 'at'> {
  const last = statuses.find(({ state }) => /^(?:success|failure|error)$/i.test(state))
  if (!last) return { state: 'open', at: createdAt }
  if (last.state.toLowerCase() !== 'success') return { state: 'failed', at: createdAt }
  return { state: 'counts', at: last.createdAt }
}
