// Hands the pinned files over to GitHub: in what words.
import type { HandedOver } from '../../github/hand-over.ts'
import { renderPinTable } from '../../notes/pin-summary.ts'
import { commitFiles } from '../commit-files.ts'
import type { World } from '../operation.ts'
import { PIN_BRANCH, type PinInputs } from './inputs.ts'
import { rowsOf, type WritePlan } from './plan.ts'

/** `onCommit`: called as soon as a branch holds the commit. */
export async function commitPins(
  inputs: PinInputs,
  world: World,
  { plan, onCommit }: { readonly plan: WritePlan; readonly onCommit: (sha: string) => void },
): Promise<HandedOver> {
  const rows = rowsOf(plan.changes)
  const images = [...new Set(rows.map(({ to }) => to.split('@')[0] ?? ''))]
  const title = images.length === 1 ? `Pin ${images[0]}` : `Pin ${images.length} images by digest`
  return commitFiles(inputs, world, {
    branch: PIN_BRANCH,
    title,
    body: renderPinTable(rows),
    files: plan.changes,
    onCommit,
  })
}
