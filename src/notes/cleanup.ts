// What a clean-up says in the pull request's comment, and in the step's summary.
import { escapeCode, escapeText } from './escape.ts'
import { joinParagraphs, renderNames, renderRun } from './image-lines.ts'
import { renderTable } from './table.ts'

export interface CleanedImage {
  /** The full name without tag. */
  readonly image: string
  readonly variant?: string
  readonly deleted: readonly string[]
  /** Tags that are there still, or whose manifest is. */
  readonly kept: readonly { readonly tag: string; readonly why: string }[]
}

/**
 * In place of the block that told how to pull the preview; without the markers. `run`: as
 * `renderRun` takes it.
 */
export function renderCleanedBlock(cleaned: CleanedImage, run: string): string {
  const { image, variant = '', deleted, kept } = cleaned
  const name = [escapeCode(image), escapeText(variant)].filter(Boolean).join(' ')
  return joinParagraphs([
    `### ${name}`,
    `The preview was deleted ${renderRun(run)}.`,
    renderNames('Deleted', deleted),
    renderKept(kept),
  ])
}

/** All images of a run; `isPlan`: nothing was deleted yet. */
export function renderCleanupSummary(images: readonly CleanedImage[], isPlan: boolean): string {
  const deleted = isPlan ? 'Would delete' : 'Deleted'
  return joinParagraphs([
    isPlan ? '## Dry run of a clean-up: nothing was deleted' : '## Cleaned up',
    ...images.flatMap((cleaned) => [
      `### ${escapeCode(cleaned.image)}`,
      renderNames(deleted, cleaned.deleted) || 'No tag matched.',
      renderKept(cleaned.kept),
    ]),
  ])
}

function renderKept(kept: CleanedImage['kept']): string {
  const rows = kept.map(({ tag, why }) => [escapeCode(tag), escapeText(why)])
  return renderTable(['Its image is kept', 'Why'], rows)
}
