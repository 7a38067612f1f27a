// Deployments over GraphQL: the newest hundred with their statuses, and the token's login, in one
// call; and the statuses of a hundred others in one.
//
// Cursors are opaque, so that GraphQL's pages could only be read one after another. Older
// deployments are therefore listed over REST, all pages at once.
import { ReleaseError } from '../errors.ts'
import { listAt, objectAt, textAt } from '../event/payload.ts'
import type { DeploymentStatus } from '../ledger/entry.ts'
import { plainText } from '../notes/escape.ts'
import { asAnswer, numberOf, textOf } from './answer.ts'
import type { GitHubClient, RepositoryName } from './client.ts'
import type { FoundDeployment } from './found-deployment.ts'
import { fullName } from './repository-call.ts'

const PAGE_SIZE = 100

const STATUSES = `latestStatus { id } statuses(first: 100) { nodes { id state createdAt } }`

const NEWEST = `query ($owner: String!, $name: String!, $environments: [String!]) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    deployments(environments: $environments, first: ${PAGE_SIZE},
        orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage }
      nodes {
        databaseId task environment payload createdAt commitOid
        creator { __typename login }
        ${STATUSES}
      }
    }
  }
}`

const STATUSES_OF = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deployment { id ${STATUSES} } } }`

interface Query {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly permission: string
}

interface NewestDeployments {
  /** The token's own. */
  readonly login: string
  readonly deployments: readonly FoundDeployment[]
  /** Of all, however old and of whatever task. */
  readonly total: number
  readonly hasMore: boolean
}

/** Throws `permission`, or `github` where a server answers anything but what was asked. */
export async function queryNewest(
  query: Query,
  environments: readonly string[],
): Promise<NewestDeployments> {
  const { owner, name } = query.repository
  const data = await ask(query, NEWEST, { owner, name, environments })
  const connection = objectAt(data, 'repository', 'deployments')
  return {
    login: textOf(asAnswer(objectAt(data, 'viewer')), 'login'),
    deployments: nodesOf(connection).map(readNode),
    total: numberOf(asAnswer(connection), 'totalCount'),
    hasMore: objectAt(connection, 'pageInfo')?.['hasNextPage'] === true,
  }
}

/** By their `nodeId`; one that GraphQL does not know is left out. Throws as `queryNewest`. */
export async function queryStatuses(
  query: Query,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly DeploymentStatus[]>> {
  const starts = Array.from({ length: Math.ceil(ids.length / PAGE_SIZE) }, (_, page) => page)
  const answers = await Promise.all(
    starts.map((page) => {
      const asked = ids.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE)
      return ask(query, STATUSES_OF, { ids: asked })
    }),
  )
  const nodes = answers.flatMap((data) => listAt(data, 'nodes')).filter((node) => node !== null)
  return new Map(nodes.map((node) => [textOf(asAnswer(node), 'id'), readStatuses(node)]))
}

async function ask(
  { github, repository, permission }: Query,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const doing = `read the deployments of ${fullName(repository)}`
  const { data } = await github.call({
    route: 'POST /graphql',
    parameters: { query, variables },
    doing,
    permission,
    // Twice at most: there is REST to turn to.
    tries: 2,
  })
  const [error] = listAt(data, 'errors')
  const answered = objectAt(data, 'data')
  if (error === undefined && answered) return answered
  const message = textAt(error, 'message') ?? 'no data'
  throw new ReleaseError('github', `Cannot ${doing}: GitHub answered ${plainText(message)}`)
}

function readNode(node: unknown): FoundDeployment {
  const answer = asAnswer(node)
  const creator = objectAt(node, 'creator')
  const login = textAt(creator, 'login') ?? ''
  // GraphQL leaves out what REST and the web show of an app's login.
  const isBareBot = creator?.['__typename'] === 'Bot' && !login.endsWith('[bot]')
  const statuses = readStatuses(node)
  return {
    id: numberOf(answer, 'databaseId'),
    task: textOf(answer, 'task'),
    environment: textAt(node, 'environment') ?? '',
    payload: textAt(node, 'payload'),
    createdAt: textOf(answer, 'createdAt'),
    by: isBareBot ? `${login}[bot]` : login,
    revision: textAt(node, 'commitOid') ?? '',
    statuses: async () => statuses,
  }
}

/** In which order the connection gives them is not documented; the latest is named besides. */
function readStatuses(node: unknown): readonly DeploymentStatus[] {
  const nodes = nodesOf(objectAt(node, 'statuses'))
  const isOldestFirst = textAt(nodes[0], 'id') !== textAt(node, 'latestStatus', 'id')
  return (isOldestFirst ? nodes.toReversed() : nodes).map((status) => {
    const answer = asAnswer(status)
    return { state: textOf(answer, 'state'), createdAt: textOf(answer, 'createdAt') }
  })
}

/** Throws `github` where there are none to read: a server may leave out what it does not know. */
function nodesOf(connection: unknown): readonly unknown[] {
  const { nodes } = asAnswer(connection)
  if (Array.isArray(nodes)) return nodes
  throw new ReleaseError('github', "GitHub's answer has no usable field nodes")
}
