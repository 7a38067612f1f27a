// Deployments over REST, for servers without GraphQL: pages of a hundred, and a call for the
// statuses of each that is looked into.
import type { Channel } from '../inputs/shared.ts'
import type { DeploymentStatus } from '../ledger/entry.ts'
import { TASK } from '../ledger/record.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import type { GitHubClient, RepositoryName } from './client.ts'
import type { FoundDeployment, FoundDeployments } from './found-deployment.ts'
import { readLogin } from './login.ts'

interface Listing {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly channels: readonly Channel[]
}

const PAGE_SIZE = 100

/** Throws `permission` without "deployments: read". */
export async function listDeployments(listing: Listing): Promise<FoundDeployments> {
  const login = await readLogin(listing.github)
  const deployments: FoundDeployment[] = []
  for (const environment of new Set(listing.channels.map((channel) => channel.environment))) {
    const found = await pages(listing, '', { environment, task: TASK })
    deployments.push(...found.map((answer) => readDeployment(answer, listing)))
  }
  return { login, deployments }
}

function readDeployment(answer: Answer, listing: Listing): FoundDeployment {
  const id = numberOf(answer, 'id')
  return {
    id,
    task: textOf(answer, 'task'),
    environment: textOf(answer, 'environment'),
    payload: answer['payload'],
    createdAt: textOf(answer, 'created_at'),
    by: textOf(asAnswer(answer['creator']), 'login'),
    revision: textOf(answer, 'sha'),
    statuses: async () => (await pages(listing, `/${id}/statuses`, {})).map(readStatus),
  }
}

function readStatus(answer: Answer): DeploymentStatus {
  return { state: textOf(answer, 'state'), createdAt: textOf(answer, 'created_at') }
}

async function pages(
  { github, repository }: Listing,
  path: string,
  filter: Readonly<Record<string, string>>,
): Promise<readonly Answer[]> {
  const { owner, name } = repository
  const found: Answer[] = []
  for (let page = 1; ; page++) {
    const { data } = await github.call({
      route: `GET /repos/{owner}/{repo}/deployments${path}`,
      parameters: { owner, repo: name, ...filter, per_page: PAGE_SIZE, page },
      doing: `read the deployments of ${owner}/${name}`,
      permission: 'deployments: read',
    })
    const items = Array.isArray(data) ? data : []
    found.push(...items.map(asAnswer))
    if (items.length < PAGE_SIZE) return found
  }
}
