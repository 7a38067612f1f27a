// Fills in what an event's payload does not say, from the API. Only what is lacking is asked for,
// and what cannot be had is told and stays unknown: labels need it, tags do not.
import { isReleaseError } from '../errors.ts'
import type { EventRepository, WorkflowEvent } from '../event/event.ts'
import { objectAt, present, textAt } from '../event/payload.ts'
import type { GitHubCall, GitHubClient } from './client.ts'
import { fullName, repositoryCall } from './repository-call.ts'

/** An event of a runner mostly has a payload with its repository; one told by git has not. */
export async function completeEvent(
  github: GitHubClient,
  event: WorkflowEvent,
): Promise<WorkflowEvent> {
  const { owner, name, defaultBranch, description } = event.repository
  if ((defaultBranch !== undefined && description !== undefined) || !owner || !name) return event
  const data = await ask(github, {
    ...repositoryCall(event.repository, 'GET'),
    doing: `read the repository ${fullName(event.repository)}`,
    permission: 'contents: read',
  })
  return data ? { ...event, repository: { ...event.repository, ...factsOf(data) } } : event
}

/** When the event's commit was made, in milliseconds; undefined: neither payload nor API tells. */
export async function findCommitTime(
  github: GitHubClient,
  { committedAt, revision, repository }: WorkflowEvent,
): Promise<number | undefined> {
  const { owner, name } = repository
  if (committedAt !== undefined || !revision || !owner || !name) return committedAt
  const data = await ask(github, {
    ...repositoryCall(repository, 'GET /commits/{ref}', { ref: revision }),
    doing: `read commit ${revision} of ${fullName(repository)}`,
    permission: 'contents: read',
  })
  const time = Date.parse(textAt(data, 'commit', 'committer', 'date') ?? '')
  return Number.isNaN(time) ? undefined : time
}

async function ask(github: GitHubClient, call: GitHubCall): Promise<unknown> {
  try {
    return (await github.call(call)).data
  } catch (error) {
    if (!isReleaseError(error, 'github', 'permission', 'denied')) throw error
    github.log.notice(`${error.message}. Labels that need it are left out.`)
    return undefined
  }
}

function factsOf(data: unknown): Partial<EventRepository> {
  const license = textAt(objectAt(data, 'license'), 'spdx_id')
  return present({
    defaultBranch: textAt(data, 'default_branch'),
    description: textAt(data, 'description') ?? '',
    url: textAt(data, 'html_url'),
    license: license === 'NOASSERTION' ? undefined : license,
  })
}
