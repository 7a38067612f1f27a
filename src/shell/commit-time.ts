// The time of the event's commit from the checkout, where the payload does not say it.
import type { WorkflowEvent } from '../event/event.ts'
import { askGit } from '../operations/world.ts'
import type { Exec } from '../ports.ts'

/** The event as it was when there is no git, no checkout or no such commit in it. */
export async function withCommitTime(event: WorkflowEvent, exec: Exec): Promise<WorkflowEvent> {
  if (event.committedAt !== undefined || !/^[0-9a-f]{40,64}$/.test(event.revision)) return event
  const args = ['show', '-s', '--format=%ct', `${event.revision}^{commit}`, '--']
  const time = (await askGit({ exec }, args))?.trim() ?? ''
  return /^\d+$/.test(time) ? { ...event, committedAt: Number(time) * 1000 } : event
}
