// What people find of an image outside the registry: the pull request's comment.
import { isReleaseError } from '../../errors.ts'
import { recordInComment } from '../../github/comments.ts'
import { blockKey, type ImageRecord } from '../../notes/record.ts'
import { renderReleaseBlock } from '../../notes/release-note.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { ShippingInputs } from './inputs.ts'

/** One block per record, on pull requests only; where it may not be written it costs a log line. */
export async function recordPullRequest(
  records: readonly ImageRecord[],
  inputs: ShippingInputs,
  world: World,
): Promise<void> {
  const { event, log } = world
  const { pullRequest, repository } = event
  const token = inputs['github-token']
  const isAsked = inputs.comment === 'auto' && event.name.startsWith('pull_request')
  if (!isAsked || !pullRequest || !token) return
  const github = connectGitHub(world, token)
  try {
    for (const record of records) {
      const { url } = await recordInComment({
        github,
        repository,
        issue: pullRequest.number,
        key: blockKey(record),
        block: renderReleaseBlock(record),
      })
      log.info(`Told in ${url}`)
    }
  } catch (error) {
    if (!isReleaseError(error, 'permission', 'denied', 'no-room')) throw error
    log.info(`No comment written: ${error.message}. ${error.hint ?? ''}`)
  }
}
