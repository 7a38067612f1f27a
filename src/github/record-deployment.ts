// A move of a channel, recorded around it: announced before, told to have succeeded or failed
// after.
import { messageOf } from '../errors.ts'
import {
  type Announcement,
  announceDeployment,
  type Deployment,
  setDeploymentStatus,
} from './deployments.ts'

/**
 * Throws `permission` ("deployments: write") before `move` is called; what `move` throws is passed
 * on with the deployment set to `failure`. A success that cannot be written is an error: `move`
 * stands. The deployment, so that others who moved at the same time can be looked for.
 */
export async function recordDeployment(
  announcement: Announcement,
  move: () => Promise<void>,
): Promise<Deployment> {
  const deployment = await announceDeployment(announcement)
  await move().catch(async (error: unknown) => {
    await setDeploymentStatus(deployment, 'failure', messageOf(error)).catch((untold: unknown) => {
      announcement.github.log.warning(messageOf(untold))
    })
    throw error
  })
  await setDeploymentStatus(deployment, 'success', `Moved to ${announcement.record.digest}`)
  return deployment
}
