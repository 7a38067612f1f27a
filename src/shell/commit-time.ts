// The time of the event's commit from the checkout, where the payload does not say it.
import { systemCode } from '../errors.ts'
import type { WorkflowEvent } from '../event/event.ts'
import type { Exec } from '../ports.ts'

/** The event as it was when there is no git, no checkout or no such commit in it. */
export async function withCommitTime(event: WorkflowEvent, exec: Exec): Promise<WorkflowEvent> {
  if (event.committedAt !== undefined || !/^[0-9a-f]{40,64}$/.test(event.revision)) return event
  const args = ['show', '-s', '--format=%ct', `${event.revision}^{commit}`, '--']
  try {
    const { code, stdout } = await exec({ file: 'git', args })
    const isTime = code === 0 && /^\d+$/.test(stdout.trim())
    return isTime ? { ...event, committedAt: Number(stdout) * 1000 } : event
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return event
    throw error
  }
}
