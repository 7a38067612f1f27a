// Deployments over GraphQL: a hundred with their statuses, and the token's login, in one call.
import { ReleaseError } from '../errors.ts'
import { listAt, objectAt, textAt } from '../event/payload.ts'
import type { Channel } from '../inputs/shared.ts'
import type { DeploymentStatus } from '../ledger/entry.ts'
import { plainText } from '../notes/escape.ts'
import { asAnswer, numberOf } from './answer.ts'
import { type GitHubClient, MAX_TRIES, type RepositoryName } from './client.ts'
import type { FoundDeployment, FoundDeployments } from './found-deployment.ts'

const PAGE_SIZE = 100

const QUERY = `query ($owner: String!, $name: String!, $environments: [String!],
    $direction: OrderDirection!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    deployments(environments: $environments, first: ${PAGE_SIZE}, after: $after,
        orderBy: { field: CREATED_AT, direction: $direction }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId task environment payload createdAt commitOid
        creator { __typename login }
        latestStatus { id }
        statuses(first: 20) { nodes { id state createdAt } }
      }
    }
  }
}`

interface Query {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly channels: readonly Channel[]
  /** Every environment by itself and from both ends: more calls, in less time. Default: no. */
  readonly parallel?: boolean | undefined
}

/** Throws with status 404 where there is no GraphQL; `permission` without "deployments: read". */
export async function queryDeployments(query: Query): Promise<FoundDeployments> {
  const environments = query.channels.map(({ environment }) => environment)
  const found = query.parallel ? await walkAll(query, environments) : undefined
  if (found) return found
  const walked = startWalk(environments)
  await walk(query, 'DESC', walked)
  return { login: walked.login, deployments: [...walked.found.values()] }
}

/** undefined: the walks did not meet, as when a deployment was deleted meanwhile. */
async function walkAll(
  query: Query,
  environments: readonly string[],
): Promise<FoundDeployments | undefined> {
  const all = [...new Set(environments)].map((environment) => startWalk([environment]))
  await Promise.all(
    all.flatMap((walked) => [walk(query, 'DESC', walked), walk(query, 'ASC', walked)]),
  )
  const found = new Map(all.flatMap((walked) => [...walked.found]))
  const total = all.reduce((sum, walked) => sum + walked.total, 0)
  if (found.size !== total) return undefined
  return { login: all[0]?.login ?? '', deployments: [...found.values()] }
}

/** What walks from both ends of a list know of each other. */
interface Walked {
  readonly environments: readonly string[]
  readonly found: Map<number, FoundDeployment>
  /** Pages, answered or not. */
  asked: number
  /** Deployments in the list. */
  total: number
  login: string
}

function startWalk(environments: readonly string[]): Walked {
  return { environments, found: new Map(), asked: 0, total: Number.POSITIVE_INFINITY, login: '' }
}

/** Cursors are opaque, so that pages of one direction come one after another. */
async function walk(query: Query, direction: 'ASC' | 'DESC', walked: Walked): Promise<void> {
  const { environments, found } = walked
  for (let after: string | null = null; !query.parallel || isLeft(walked); ) {
    walked.asked += 1
    const data = await ask(query, { environments, direction, after })
    const connection = objectAt(data, 'repository', 'deployments')
    if (!connection) throw refused(query.repository, 'GitHub does not show them', 'NOT_FOUND')
    walked.login = textAt(data, 'viewer', 'login') ?? ''
    walked.total = Number(connection['totalCount'])
    for (const deployment of listAt(connection, 'nodes').map(readNode))
      found.set(deployment.id, deployment)
    after = textAt(connection, 'pageInfo', 'endCursor') ?? null
    if (objectAt(connection, 'pageInfo')?.['hasNextPage'] !== true || after === null) return
  }
}

function isLeft({ asked, total }: Walked): boolean {
  return asked * PAGE_SIZE < total
}

async function ask(
  { github, repository }: Query,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { owner, name } = repository
  const { data } = await github.call({
    route: 'POST /graphql',
    parameters: {
      query: QUERY,
      variables: { owner, name, ...variables },
    },
    doing: `read the deployments of ${owner}/${name}`,
    permission: 'deployments: read',
    tries: MAX_TRIES,
  })
  const [error] = listAt(data, 'errors')
  if (error === undefined) return objectAt(data, 'data')
  throw refused(repository, textAt(error, 'message') ?? 'an error', textAt(error, 'type'))
}

function refused(
  { owner, name }: RepositoryName,
  message: string,
  type: string | undefined,
): ReleaseError {
  const isRefusal = type === 'FORBIDDEN' || type === 'NOT_FOUND'
  return new ReleaseError(
    isRefusal ? 'permission' : 'github',
    `Cannot read the deployments of ${owner}/${name}: GitHub answered ${plainText(message)}`,
    {
      hint: isRefusal
        ? 'Give the job "deployments: read" ("deployments: write" to record).'
        : 'Run the job again; www.githubstatus.com tells of outages.',
    },
  )
}

function readNode(node: unknown): FoundDeployment {
  const creator = objectAt(node, 'creator')
  const login = textAt(creator, 'login') ?? ''
  // GraphQL leaves out what REST and the web show of an app's login.
  const isBareBot = creator?.['__typename'] === 'Bot' && !login.endsWith('[bot]')
  const statuses = readStatusNodes(node)
  return {
    id: numberOf(asAnswer(node), 'databaseId'),
    task: textAt(node, 'task') ?? '',
    environment: textAt(node, 'environment') ?? '',
    payload: textAt(node, 'payload'),
    createdAt: textAt(node, 'createdAt') ?? '',
    by: isBareBot ? `${login}[bot]` : login,
    revision: textAt(node, 'commitOid') ?? '',
    statuses: async () => statuses,
  }
}

/** In which order the connection gives them is not documented; the latest is named besides. */
function readStatusNodes(node: unknown): readonly DeploymentStatus[] {
  const nodes = listAt(node, 'statuses', 'nodes')
  const isOldestFirst = textAt(nodes[0], 'id') !== textAt(node, 'latestStatus', 'id')
  return (isOldestFirst ? nodes.toReversed() : nodes).map((status) => ({
    state: textAt(status, 'state') ?? '',
    createdAt: textAt(status, 'createdAt') ?? '',
  }))
}
