// What we write when a channel moves: a line in the block of the version that moved, and the
// summary.
import { escapeCode, escapeLink, escapeText } from './escape.ts'
import { joinParagraphs, renderNames, renderPull, renderRun } from './image-lines.ts'
import { type Lane, renderLanes } from './promotion-picture.ts'
import { RECORD_OPENING } from './record.ts'
import { renderTable } from './table.ts'

export interface PromotionLine {
  readonly channel: string
  /** RFC 3339. */
  readonly at: string
  readonly operation: 'promote' | 'rollback'
  /** The run's web address; empty on the command line. */
  readonly run: string
}

const LINE = /^- In `.+$/

/** A release block with the line after its others, before its record; the same where it has it. */
export function addPromotion(block: string, line: PromotionLine): string {
  const text = renderLine(line)
  const lines = promotionLines(block)
  return lines.includes(text) ? block : withLines(block, [...lines, text])
}

/** A block written anew, with the promotions that the one before it told of. */
export function keepPromotions(block: string, before: string): string {
  return withLines(block, promotionLines(before))
}

function renderLine({ channel, at, operation, run }: PromotionLine): string {
  const verb = operation === 'promote' ? 'promoted' : 'rolled back'
  return `- In ${escapeCode(channel)} since ${escapeText(at)}, ${verb} ${renderRun(run)}`
}

function promotionLines(block: string): readonly string[] {
  return block.split('\n').filter((line) => LINE.test(line))
}

function withLines(block: string, lines: readonly string[]): string {
  if (lines.length === 0) return block
  const at = block.lastIndexOf(RECORD_OPENING)
  const [text, record] = at < 0 ? [block, ''] : [block.slice(0, at), block.slice(at)]
  const others = text.split('\n').filter((line) => !LINE.test(line))
  return joinParagraphs([others.join('\n').trimEnd(), lines.join('\n'), record])
}

export interface PromotionSummary {
  readonly operation: 'promote' | 'rollback'
  readonly outcome: 'moved' | 'unchanged' | 'planned' | 'failed'
  readonly images: readonly PromotedImage[]
  /** One sentence: why it failed. */
  readonly why?: string
  readonly links: readonly { readonly label: string; readonly url: string }[]
}

interface PromotedImage {
  /** The full name. */
  readonly image: string
  readonly digest: string
  readonly version?: string
  readonly channels: readonly PromotedChannel[]
  /** All channels that anything is known of, in promotion order. */
  readonly lanes: readonly Lane[]
  /** Further tags that are on the digest. */
  readonly marks: readonly string[]
}

interface PromotedChannel {
  /** The tag, variant included. */
  readonly tag: string
  readonly before?: string
  /** Whether it has got there; else what is shown as after is what was meant. */
  readonly isDone: boolean
  readonly isForced: boolean
}

const TITLES = {
  promote: {
    moved: 'Promoted',
    unchanged: 'Already there:',
    planned: 'Dry run, nothing was written: promote',
    failed: 'Failed to promote',
  },
  rollback: {
    moved: 'Rolled back',
    unchanged: 'Already there:',
    planned: 'Dry run, nothing was written: roll back',
    failed: 'Failed to roll back',
  },
} as const

/** Digest first; then every channel before and after. */
export function renderPromotionSummary(summary: PromotionSummary): string {
  const { operation, outcome, images, why = '', links } = summary
  const names = images.map(({ image, version }) =>
    [escapeCode(image), version && escapeText(version)].filter(Boolean).join(' '),
  )
  const isRollback = operation === 'rollback' && images.length > 0
  return joinParagraphs([
    `## ${TITLES[operation][outcome]} ${names.join(', ')}`.trimEnd(),
    escapeText(why),
    ...images.flatMap((image) => [
      renderPull(image.image, image.digest),
      renderTable(
        ['Channel', 'Before', 'After'],
        image.channels.map((row) => rowOf(row, image)),
      ),
      renderNames('Marked', image.marks),
      renderLanes(image.lanes),
    ]),
    isRollback ? 'Floating tags such as `1.4` do not move with a rollback.' : '',
    links.map(({ label, url }) => escapeLink(label, url)).join(' · '),
  ])
}

function rowOf({ tag, before, isDone, isForced }: PromotedChannel, { digest }: PromotedImage) {
  const after = escapeCode(digest) + (isForced ? ' (forced)' : '') + (isDone ? '' : ' (not yet)')
  return [escapeCode(tag), before ? escapeCode(before) : 'nothing', after]
}
