// The step summary of a release run.
import { escapeCode, escapeLink, escapeText } from './escape.ts'
import { joinParagraphs, renderNames, renderPrinted, renderPull } from './image-lines.ts'
import { renderTable } from './table.ts'

interface TagReason {
  readonly tag: string
  readonly why: string
}

export interface ReleaseSummary {
  /**
   * `planned`: a dry run. `not-pushed`: built, but kept here. `skipped`: not for us. `failed`: what
   * is told besides `why` is how far it came.
   */
  readonly outcome: 'released' | 'planned' | 'not-pushed' | 'skipped' | 'failed'
  /** Full names; the first is the one to pull. */
  readonly images: readonly string[]
  /** Undefined: what is shipped is no release, but a preview or a branch's image. */
  readonly version?: string | undefined
  readonly digest?: string
  /** false: an image that was there already got the tags. */
  readonly built?: boolean
  /** One platform of an image that is yet to be joined. */
  readonly isPart?: boolean
  /** Names, most specific first. */
  readonly tags: readonly string[]
  readonly heldBack: readonly TagReason[]
  readonly failed?: readonly TagReason[]
  /** Platform to the digest of its manifest, empty while that is unknown. */
  readonly platforms: Readonly<Record<string, string>>
  /** One sentence: why it was skipped, not pushed or failed. */
  readonly why?: string
  /** Lines that another program printed about it. */
  readonly printed?: string
  /** What to do about it. */
  readonly next?: string
  /** Such as the release's page. */
  readonly links?: readonly { readonly label: string; readonly url: string }[]
}

/** Digest first; what did not happen is said with its reason. */
export function renderReleaseSummary(summary: ReleaseSummary): string {
  const { outcome, images, digest, tags, heldBack, failed = [], platforms, links = [] } = summary
  const [image = '', ...others] = images
  return joinParagraphs([
    `## ${renderTitle(summary)}`,
    escapeText(summary.why ?? ''),
    renderPrinted(summary.printed ?? ''),
    escapeText(summary.next ?? ''),
    summary.built === false ? 'Nothing was built: the image of this commit was there already.' : '',
    digest && outcome !== 'not-pushed' ? renderPull(image, digest) : renderLocalDigest(digest),
    renderNames('Tags', tags),
    renderReasons('Failed', failed),
    renderReasons('Held back', heldBack),
    renderNames('Also as', others),
    renderPlatforms(platforms),
    links.map(({ label, url }) => escapeLink(label, url)).join(' · '),
  ])
}

function renderTitle(summary: ReleaseSummary): string {
  const { outcome, images, version, built, isPart, failed = [] } = summary
  const name = escapeCode(images[0] ?? '') + (version ? ` ${escapeText(version)}` : '')
  if (outcome === 'skipped') return `Skipped ${name}`
  if (outcome === 'failed') return `Failed${version && !isPart ? ' to release' : ':'} ${name}`
  if (outcome === 'planned') return `Dry run for ${name}: nothing was written`
  if (outcome === 'not-pushed')
    return built ? `Built ${name}, not pushed` : `Nothing built: ${name}`
  const but = failed.length > 0 ? ', but not under all tags' : ''
  if (isPart) return `${built ? 'Built' : 'Found'} a part of ${name}${but}`
  if (version === undefined) return `${built ? 'Built and pushed' : 'Tagged'} ${name}${but}`
  return `${built ? 'Built and released' : 'Released'} ${name}${but}`
}

function renderLocalDigest(digest: string | undefined): string {
  return digest ? `**Digest** ${escapeCode(digest)}\n` : ''
}

/** A row per platform; while no digest is known, one paragraph. */
function renderPlatforms(platforms: Readonly<Record<string, string>>): string {
  const entries = Object.entries(platforms)
  if (entries.every(([, digest]) => digest === ''))
    return renderNames('Platforms', Object.keys(platforms))
  const rows = entries.map(([platform, digest]) => [escapeCode(platform), escapeCode(digest)])
  return renderTable(['Platform', 'Digest'], rows)
}

function renderReasons(title: string, reasons: readonly TagReason[]): string {
  const rows = reasons.map(({ tag, why }) => [escapeCode(tag), escapeText(why)])
  return renderTable([title, 'Why'], rows)
}
