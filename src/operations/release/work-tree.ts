// On a developer's machine the files may be other than the commit's, which names the image.
import type { World } from '../operation.ts'
import { askGit } from '../world.ts'

/** Warns where they are: such an image is found, and shipped again, as the commit's. */
export async function warnOfChanges({ exec, event, log, isCommandLine }: World): Promise<void> {
  if (!isCommandLine || event.revision === '') return
  const args = ['status', '--porcelain', '--untracked-files=no', '--', '.']
  const changes = (await askGit({ exec }, args)) ?? ''
  if (changes.trim() === '') return
  const commit = event.revision.slice(0, 7)
  log.warning(
    `Files have changes that are not committed: the image counts as commit ${commit}, whatever they are. Commit them first.`,
  )
}
