// Fills in what an event's payload does not say, from the API. Only what is lacking is asked for,
// and what cannot be had is told and left out: labels need it, tags do not.
import { isReleaseError } from '../errors.ts'
import type { EventRepository, WorkflowEvent } from '../event/event.ts'
import { objectAt, present, textAt } from '../event/payload.ts'
import type { GitHubClient } from './client.ts'

/** An event of a runner always has a payload with its repository; one told by git has not. */
export async function completeEvent(
  github: GitHubClient,
  event: WorkflowEvent,
): Promise<WorkflowEvent> {
  const { owner, name, defaultBranch } = event.repository
  if (defaultBranch !== undefined || !owner || !name) return event
  try {
    const { data } = await github.call({
      route: 'GET /repos/{owner}/{repo}',
      parameters: { owner, repo: name },
      doing: `read the repository ${owner}/${name}`,
      permission: 'contents: read',
    })
    return { ...event, repository: { ...event.repository, ...factsOf(data) } }
  } catch (error) {
    if (!isReleaseError(error, 'github', 'permission', 'denied')) throw error
    github.log.notice(`${error.message}. Labels that need it are left out.`)
    return event
  }
}

function factsOf(data: unknown): Partial<EventRepository> {
  const license = textAt(objectAt(data, 'license'), 'spdx_id')
  return present({
    defaultBranch: textAt(data, 'default_branch'),
    description: textAt(data, 'description'),
    license: license === 'NOASSERTION' ? undefined : license,
  })
}
