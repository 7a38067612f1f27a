// The event of the tags action: about docker/metadata-action's commit, and with what the payload
// lacks. What stays unknown is told, since labels go without it.
import { createdAt } from '../../event/created-at.ts'
import type { WorkflowEvent } from '../../event/event.ts'
import { completeEvent, findCommitTime } from '../../github/complete-event.ts'
import type { Environment } from '../../ports.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { TagsInputs } from './inputs.ts'

/**
 * Whether pull requests are about their head, by the variable docker/metadata-action has for it.
 */
export function isHeadWanted(environment: Environment): boolean {
  return /true/i.test(environment['DOCKER_METADATA_PR_HEAD_SHA'] ?? '')
}

/** Asks the API only for what the payload lacks and something needs. */
export async function wholeEvent(inputs: TagsInputs, world: World): Promise<WorkflowEvent> {
  const event = ofCommit(world.event, world.environment)
  const whole = await askFor(event, inputs, world)
  const unknown = [
    ...(whole.repository.description === undefined ? ['description', 'licenses'] : []),
    ...(createdAt(world.environment, whole) === undefined ? ['created'] : []),
  ]
  // on the command line labels are seldom looked at, and there is seldom a token
  if (unknown.length > 0 && !world.isCommandLine)
    world.log.notice(
      `Left out of labels and annotations, for the event does not tell them: ${unknown.join(', ')}`,
    )
  return whole
}

/** On a pull request labels speak of the same commit as `type=sha`: the merge commit. */
function ofCommit(event: WorkflowEvent, environment: Environment): WorkflowEvent {
  if (!event.pullRequest || event.revision === event.sha || isHeadWanted(environment)) return event
  const { committedAt: _, ...rest } = event
  return { ...rest, revision: event.sha }
}

async function askFor(event: WorkflowEvent, inputs: TagsInputs, world: World) {
  const token = inputs['github-token'] ?? world.environment['GITHUB_TOKEN']
  if (!token) return event
  const github = connectGitHub(world, token)
  const isTimeNeeded =
    createdAt(world.environment, {}) === undefined ||
    [inputs.tags, inputs.flavor, inputs.labels, inputs.annotations].join().includes('commit_date')
  const [whole, committedAt] = await Promise.all([
    completeEvent(github, event),
    isTimeNeeded ? findCommitTime(github, event) : event.committedAt,
  ])
  return committedAt === undefined ? whole : { ...whole, committedAt }
}
