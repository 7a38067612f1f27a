// Reads the ledger back: deployments of our task, by authors we believe, in the environments of the
// channels. One GraphQL call for a hundred of them; where there is no GraphQL, REST.
import type { Channel } from '../inputs/shared.ts'
import { type LedgerEntry, readStatuses } from '../ledger/entry.ts'
import { parseLedgerRecord, TASK } from '../ledger/record.ts'
import { type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { listDeployments } from './deployment-list.ts'
import { queryDeployments } from './deployment-query.ts'
import type { FoundDeployment, FoundDeployments } from './found-deployment.ts'

export interface LedgerRequest {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly channels: readonly Channel[]
  /** Logins whose records count. Default: the Actions bot and the token's own. */
  readonly authors?: readonly string[] | undefined
  /** In less time, with more calls. Default: no. */
  readonly parallel?: boolean
}

export interface Ledger {
  /** Of every image and variant, the newest deployment first. */
  readonly entries: readonly LedgerEntry[]
  /** The token's own. */
  readonly login: string
  /** Deployments of our task that are not believed: of other authors, or malformed. */
  readonly ignored: number
}

const ACTIONS_BOT = 'github-actions[bot]'

/** Every page. Throws `permission` without "deployments: read". */
export async function readLedger(request: LedgerRequest): Promise<Ledger> {
  const { login, deployments } = await findDeployments(request)
  const authors = request.authors ?? [ACTIONS_BOT, login]
  const ours = deployments.filter(({ task }) => task === TASK)
  const entries = await Promise.all(
    ours.map((found) => readEntry(found, { channels: request.channels, authors })),
  )
  const believed = entries.filter((entry) => entry !== undefined)
  return {
    entries: believed.sort((a, b) => b.id - a.id),
    login,
    ignored: ours.length - believed.length,
  }
}

async function findDeployments(request: LedgerRequest): Promise<FoundDeployments> {
  try {
    return await queryDeployments(request)
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return listDeployments(request)
  }
}

/** undefined: not a record to be believed. */
async function readEntry(
  found: FoundDeployment,
  { channels, authors }: { channels: readonly Channel[]; authors: readonly string[] },
): Promise<LedgerEntry | undefined> {
  const record = parseLedgerRecord(found.payload)
  const channel = channels.find(({ tag }) => tag === record?.channel)
  if (!record || channel?.environment !== found.environment) return undefined
  if (!authors.includes(found.by)) return undefined
  return {
    id: found.id,
    record,
    ...readStatuses(await found.statuses(), found.createdAt),
    createdAt: found.createdAt,
    by: found.by,
    ...(found.revision ? { revision: found.revision } : {}),
  }
}
