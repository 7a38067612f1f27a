// Deployments over REST: pages of a hundred, and a call for the statuses of each that is looked
// into.
import type { DeploymentStatus } from '../ledger/entry.ts'
import { TASK } from '../ledger/record.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import type { GitHubCall, GitHubClient, RepositoryName } from './client.ts'
import type { FoundDeployment } from './found-deployment.ts'
import { listPages } from './pages.ts'
import { fullName, repositoryCall } from './repository-call.ts'

export interface Listing {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  /** Named where GitHub refuses. */
  readonly permission: string
}

/**
 * Those of our task, in all environments. `expected`: about how many there are, which saves time.
 * Throws `permission` without it.
 */
export async function listDeployments(
  listing: Listing,
  { expected = 0 } = {},
): Promise<readonly FoundDeployment[]> {
  const call = callOf(listing, '', { task: TASK })
  const answers = await listPages(listing.github, call, { expected })
  return answers.map((answer) => readDeployment(answer, listing))
}

function readDeployment(answer: Answer, listing: Listing): FoundDeployment {
  const id = numberOf(answer, 'id')
  const { creator, node_id: nodeId, sha } = answer
  // Nobody, where the account is no more.
  const { login } = asAnswer(creator)
  return {
    id,
    ...(typeof nodeId === 'string' ? { nodeId } : {}),
    task: textOf(answer, 'task'),
    environment: textOf(answer, 'environment'),
    payload: answer['payload'],
    createdAt: textOf(answer, 'created_at'),
    by: typeof login === 'string' ? login : '',
    revision: typeof sha === 'string' ? sha : '',
    statuses: () => listStatuses(id, listing),
  }
}

/** By their numbers, since their times have whole seconds only. */
async function listStatuses(id: number, listing: Listing): Promise<readonly DeploymentStatus[]> {
  const answers = await listPages(listing.github, callOf(listing, `/${id}/statuses`))
  return answers
    .toSorted((a, b) => Number(b['id'] ?? 0) - Number(a['id'] ?? 0))
    .map((answer) => ({ state: textOf(answer, 'state'), createdAt: textOf(answer, 'created_at') }))
}

function callOf(
  { repository, permission }: Listing,
  path: string,
  filter: Readonly<Record<string, string>> = {},
): GitHubCall {
  return {
    ...repositoryCall(repository, `GET /deployments${path}`, filter),
    doing: `read the deployments of ${fullName(repository)}`,
    permission,
  }
}
