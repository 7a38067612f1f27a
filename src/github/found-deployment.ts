// A deployment as either of GitHub's APIs gives it, unjudged.
import type { DeploymentStatus } from '../ledger/entry.ts'

export interface FoundDeployment {
  readonly id: number
  /** What GraphQL knows it by, where REST tells. */
  readonly nodeId?: string
  readonly task: string
  readonly environment: string
  /** An object, or JSON. */
  readonly payload: unknown
  readonly createdAt: string
  /** Login of who created it, of apps with `[bot]`; empty where the account is no more. */
  readonly by: string
  readonly revision: string
  /** Newest first. Over REST every one costs a call, so only those of ours are asked for. */
  readonly statuses: () => Promise<readonly DeploymentStatus[]>
}
