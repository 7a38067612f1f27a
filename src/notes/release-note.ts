// What stands in a release's notes, or in a pull request's comment, about one image.
import { escapeCode, escapeText } from './escape.ts'
import { joinParagraphs, renderNames, renderPull, renderRun } from './image-lines.ts'
import { type ImageRecord, renderRecord } from './record.ts'

const SHORT_REVISION_CHARACTERS = 7

/**
 * Without the markers, which `replaceBlock` puts around it; ends with the record. It shows one
 * digest only, the one to pin: those of the platforms are in the record.
 */
export function renderReleaseBlock(record: ImageRecord): string {
  const { image, variant, version, digest, tags, platforms, revision, builtAt, run } = record
  const title = [escapeCode(image), version && escapeText(version), variant && escapeText(variant)]
  const commit = escapeCode(revision.slice(0, SHORT_REVISION_CHARACTERS))
  const built = `Built from ${commit} at ${escapeText(builtAt)}`
  return joinParagraphs([
    `### ${title.filter(Boolean).join(' ')}`,
    renderPull(image, digest),
    renderNames('Tags', tags),
    renderNames('Platforms', Object.keys(platforms)),
    // Whoever records need not be who built.
    `${built}, recorded ${renderRun(run)}.`,
    renderRecord(record),
  ])
}
