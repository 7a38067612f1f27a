// Hands the pinned files over to GitHub: where to, and in what words.
import { ReleaseError } from '../../errors.ts'
import { createGitHubClient } from '../../github/client.ts'
import { completeEvent } from '../../github/complete-event.ts'
import { type HandedOver, handOver } from '../../github/hand-over.ts'
import { renderPinTable } from '../../notes/pin-summary.ts'
import type { World } from '../operation.ts'
import type { PinInputs } from './inputs.ts'
import type { WritePlan } from './plan.ts'

/** Throws `input` without a token or a repository, and as handOver does. */
export async function handOverPins(
  inputs: PinInputs,
  world: World,
  { changes }: WritePlan,
): Promise<HandedOver> {
  const token = inputs['github-token']
  const { repository } = world.event
  if (!token || inputs.commit === 'none' || !repository.owner)
    throw new ReleaseError('input', 'commit: needs a token and the repository it is for', {
      hint: 'Give "github-token", and run where GITHUB_REPOSITORY is set.',
    })
  const github = createGitHubClient({ ...world, request: world.github(token) })
  const base =
    inputs.base ??
    world.event.branch ??
    (await completeEvent(github, world.event)).repository.defaultBranch
  if (base === undefined)
    throw new ReleaseError('input', 'base: name the branch that the commit is for')
  const rows = changes.flatMap(({ path, replaced }) =>
    replaced.map(({ line, from, to }) => ({ file: path, line, from, to })),
  )
  const images = [...new Set(rows.map(({ to }) => to.split('@')[0] ?? ''))]
  const title = images.length === 1 ? `Pin ${images[0]}` : `Pin ${images.length} images by digest`
  return handOver({
    github,
    repository,
    how: inputs.commit,
    base,
    branch: inputs.branch ?? 'image-release/pin',
    title,
    body: renderPinTable(rows),
    files: changes,
  })
}
