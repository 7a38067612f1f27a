// Reads the ledger back: deployments of our task, by authors we believe, in the environments of the
// channels. One GraphQL call for a hundred of them; older ones also over REST, and where there is
// no GraphQL that can be used, all.
import { isReleaseError } from '../errors.ts'
import type { Channel } from '../inputs/channel.ts'
import { type LedgerEntry, readStatuses } from '../ledger/entry.ts'
import { parseLedgerRecord, TASK } from '../ledger/record.ts'
import type { Log } from '../ports.ts'
import type { GitHubClient, RepositoryName } from './client.ts'
import { type Listing, listDeployments } from './deployment-list.ts'
import { queryNewest, queryStatuses } from './deployment-query.ts'
import type { FoundDeployment } from './found-deployment.ts'
import { inTurns } from './in-turns.ts'
import { askUser } from './login.ts'

export interface LedgerRequest {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly channels: readonly Channel[]
  /** Logins whose records count. None or left out: the Actions bot's and the token's own. */
  readonly authors?: readonly string[]
  /** Named where GitHub refuses. Default: `deployments: read`. */
  readonly permission?: string
}

export interface Ledger {
  /** Of every image and variant, the newest deployment first. */
  readonly entries: readonly LedgerEntry[]
  /** The token's own. */
  readonly login: string
  /** Deployments of our task that are not believed: of other authors, or malformed. */
  readonly ignored: number
}

interface FoundDeployments {
  /** The token's own. */
  readonly login: string
  readonly deployments: readonly FoundDeployment[]
}

const ACTIONS_BOT = 'github-actions[bot]'

/** Every page. Throws `permission` without "deployments: read". */
export async function readLedger(request: LedgerRequest): Promise<Ledger> {
  const { channels } = request
  const { login, deployments } = await findDeployments(request)
  const authors = request.authors?.length ? request.authors : [ACTIONS_BOT, login]
  const environments = channels.map(({ environment }) => environment)
  const unique = new Map(deployments.map((found) => [found.id, found]))
  const ours = [...unique.values()].filter(
    ({ task, environment }) => task === TASK && environments.includes(environment),
  )
  const entries = await inTurns(ours, (found) => readEntry(found, { channels, authors }))
  const believed = entries.filter((entry) => entry !== undefined)
  return {
    entries: believed.sort((a, b) => b.id - a.id),
    login,
    ignored: ours.length - believed.length,
  }
}

/** Says that there are records which look like ours and are not believed. */
export function tellIgnored({ ignored }: Ledger, log: Log): void {
  if (ignored > 0)
    log.notice(`${ignored} deployments of others look like records of ours and are ignored`)
}

async function findDeployments(request: LedgerRequest): Promise<FoundDeployments> {
  const listing: Listing = { permission: 'deployments: read', ...request }
  const environments = request.channels.map(({ environment }) => environment)
  const newest = await orNothing(queryNewest(listing, environments))
  if (!newest) {
    const [login, deployments] = await Promise.all([
      askUser(request.github),
      listDeployments(listing),
    ])
    return { login, deployments }
  }
  const { login, deployments, hasMore, total } = newest
  if (!hasMore) return { login, deployments }
  const seen = new Set(deployments.map(({ id }) => id))
  // Others deploy to the environments too, and the list is of ours: about so many of all.
  const ours = deployments.filter(({ task }) => task === TASK).length
  const expected = (total * ours) / Math.max(1, deployments.length)
  const older = (await listDeployments(listing, { expected })).filter(({ id }) => !seen.has(id))
  return { login, deployments: [...deployments, ...(await withStatuses(older, listing))] }
}

/** Their statuses in few calls; where that cannot be had each asks for its own. */
async function withStatuses(
  deployments: readonly FoundDeployment[],
  listing: Listing,
): Promise<readonly FoundDeployment[]> {
  const ids = deployments.flatMap(({ nodeId }) => nodeId ?? [])
  const known = await orNothing(queryStatuses(listing, ids))
  return deployments.map((deployment) => {
    const statuses = known?.get(deployment.nodeId ?? '')
    return statuses ? { ...deployment, statuses: async () => statuses } : deployment
  })
}

/** What GraphQL does not give, REST does, or says why not. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isReleaseError(error, 'github', 'permission')) return undefined
    throw error
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
