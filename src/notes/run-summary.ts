// The step summary of a recorded training run.
import { escapeCode, escapeText } from './escape.ts'
import { joinParagraphs, renderPull } from './image-lines.ts'
import { renderTable } from './table.ts'

interface RunSummary {
  readonly pinned: string
  readonly script: string
  readonly image: { readonly platform: string }
  readonly source: { readonly revision: string; readonly dirty?: boolean }
  readonly datasets: readonly (
    | { readonly name: string; readonly version: string }
    | { readonly name: string; readonly sha256: string }
  )[]
}

/** Digest first; what cannot be repeated for sure is said. */
export function renderRunSummary({ pinned, script, image, source, datasets }: RunSummary): string {
  const [name = '', digest = ''] = pinned.split('@')
  const rows = datasets.map((dataset) => [
    escapeCode(dataset.name),
    'version' in dataset
      ? `${escapeText(dataset.version)}, unverifiable`
      : escapeCode(dataset.sha256),
  ])
  return joinParagraphs([
    '## Recorded run',
    renderPull(name, digest),
    `**Platform** ${escapeCode(image.platform)} **Commit** ${escapeCode(source.revision)}`,
    source.dirty
      ? 'The work tree had changes that no commit has: the script cannot repeat them.'
      : '',
    renderTable(['Dataset', 'sha256'], rows),
    `**Repeat it** ${escapeCode(`sh ${script}`)}`,
  ])
}
