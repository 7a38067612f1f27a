// Deployments: announced before a channel moves, and given a status after
// (docs.github.com, REST, "Deployments" and "Deployment statuses").
import { ReleaseError } from '../errors.ts'
import { type LedgerRecord, TASK } from '../ledger/record.ts'
import { plainText } from '../notes/escape.ts'
import { asAnswer, numberOf } from './answer.ts'
import { type GitHubClient, MAX_TRIES, type RepositoryName, statusOf } from './client.ts'
import { fullName, repositoryCall } from './repository-call.ts'

const DEPLOYMENT_PERMISSION = 'deployments: write'

/** What GitHub takes as the description of a status. */
const MAX_DESCRIPTION_CHARACTERS = 140

export interface Announcement {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly environment: string
  /** The last channel's is; it decides how GitHub shows the environment. */
  readonly isProduction: boolean
  /**
   * Commits, branches or tags, the first that GitHub knows is taken: the image's, then the run's.
   */
  readonly refs: readonly string[]
  readonly record: LedgerRecord
}

export interface Deployment {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly id: number
  /** For messages: `staging of ghcr.io/acme/app`. */
  readonly name: string
  /** The run's web address, or empty. */
  readonly run: string
}

/** Made and set `in_progress`. Throws `permission` without "deployments: write". */
export async function announceDeployment(announcement: Announcement): Promise<Deployment> {
  const { github, repository, record } = announcement
  const name = `${record.channel} of ${record.image}`
  const id = await create(announcement, name)
  const deployment = { github, repository, id, name, run: record.run }
  await setDeploymentStatus(deployment, 'in_progress', `Moving to ${record.digest}`)
  return deployment
}

/**
 * The description is cut to what GitHub takes. Sent again on passing failures: a status said twice
 * is the same status.
 */
export async function setDeploymentStatus(
  deployment: Deployment,
  state: 'in_progress' | 'success' | 'failure',
  description: string,
): Promise<void> {
  const { github, repository, id, name, run } = deployment
  await github.call({
    ...repositoryCall(repository, 'POST /deployments/{deployment_id}/statuses', {
      deployment_id: id,
      state,
      description: plainText(description).slice(0, MAX_DESCRIPTION_CHARACTERS),
      auto_inactive: false,
      ...(run === '' ? {} : { log_url: run }),
    }),
    doing: `set deployment ${id}, ${name}, to ${state}`,
    permission: DEPLOYMENT_PERMISSION,
    tries: MAX_TRIES,
  })
}

async function create(announcement: Announcement, name: string): Promise<number> {
  const { repository, refs } = announcement
  for (const [index, ref] of refs.entries()) {
    try {
      return await createOn(announcement, ref, name)
    } catch (error) {
      // 422, "No ref found": the image is of a commit that is not in this repository.
      if (statusOf(error) !== 422 || index === refs.length - 1) throw error
    }
  }
  throw new ReleaseError(
    'github',
    `Cannot record ${name} in ${fullName(repository)}: no commit is known`,
    { hint: 'Run this in a checkout, or set ledger: off.' },
  )
}

async function createOn(
  { github, repository, environment, isProduction, record }: Announcement,
  ref: string,
  name: string,
): Promise<number> {
  const what = `${record.operation} ${record.version ?? record.digest}`
  const { data } = await github.call({
    ...repositoryCall(repository, 'POST /deployments', {
      ref,
      task: TASK,
      environment,
      production_environment: isProduction,
      transient_environment: false,
      auto_merge: false,
      required_contexts: [],
      description: what.slice(0, MAX_DESCRIPTION_CHARACTERS),
      payload: record,
    }),
    doing: `record ${name} as a deployment of ${fullName(repository)}`,
    permission: DEPLOYMENT_PERMISSION,
  })
  return numberOf(asAnswer(data), 'id')
}
