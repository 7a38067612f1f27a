// Saying in the pull request's comment that its previews are gone.
import { isReleaseError } from '../../errors.ts'
import { readComment, recordInComment } from '../../github/comments.ts'
import { type CleanedImage, renderCleanedBlock } from '../../notes/cleanup.ts'
import { findBlocks } from '../../notes/marked-block.ts'
import { blockKey } from '../../notes/record.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { CleanupInputs } from './inputs.ts'

/** One block per image and variant, as release wrote them; no failure where the token may not. */
export async function recordCleanup(
  images: readonly CleanedImage[],
  inputs: CleanupInputs,
  world: World,
): Promise<void> {
  const { event, log } = world
  const token = inputs['github-token']
  if (inputs.comment === 'false' || !token || !event.pullRequest) return
  const github = connectGitHub(world, token)
  const place = { github, repository: event.repository, issue: event.pullRequest.number }
  try {
    const keys = findBlocks((await readComment(place)) ?? '').map(({ key }) => key)
    for (const cleaned of images)
      for (const block of blocksOf(cleaned, keys))
        await recordInComment({
          ...place,
          key: blockKey(block),
          block: renderCleanedBlock(block, event.run.url),
        })
  } catch (error) {
    if (!isReleaseError(error, 'permission', 'denied')) throw error
    log.info(`No comment written: ${error.message}. ${error.hint ?? ''}`)
  }
}

/** The image's own block and, unless one variant was cleaned, those of all its variants. */
function blocksOf(cleaned: CleanedImage, keys: readonly string[]): readonly CleanedImage[] {
  if (cleaned.deleted.length === 0) return []
  const { image, variant } = cleaned
  if (variant) return [cleaned]
  const variants = keys.flatMap((key) =>
    key.startsWith(`${image} `) ? [key.slice(image.length + 1)] : [],
  )
  const own = keys.includes(image) || variants.length === 0 ? [cleaned] : []
  return [...own, ...variants.map((name) => ({ ...cleaned, variant: name }))]
}
