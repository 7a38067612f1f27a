// An audit as Markdown, for the step summary: what is where, as tables and as a timeline.
import {
  type AuditReport,
  type ChannelAudit,
  countDrift,
  type FileAudit,
  formatMoment,
  type ImageAudit,
  nameVersion,
  type ReleaseAudit,
  shortDigest,
} from './audit-report.ts'
import { AUDIT_LIMITS } from './audit-text.ts'
import { renderTimeline } from './audit-timeline.ts'
import { escapeCode, escapeLink, escapeText } from './escape.ts'
import { joinParagraphs } from './image-lines.ts'
import { renderTable } from './table.ts'

/** The rest is in the JSON and on the page. */
const MAX_RELEASES = 20
const MAX_DRIFT = 50
const MAX_FILES = 100

export function renderAuditSummary(report: AuditReport): string {
  const { past, at, drift, images } = report
  const when = past ? ` as of ${formatMoment(at)}` : ''
  const found = drift.length === 0 ? 'no drift' : countDrift(report)
  return joinParagraphs([
    `## Channels${when}: ${found}`,
    renderTable(
      ['Drift', 'What disagrees'],
      drift
        .slice(0, MAX_DRIFT)
        .map(({ where, message }) => [escapeCode(where), escapeText(message)]),
    ),
    moreOf(drift.length, MAX_DRIFT),
    ...images.flatMap((image) => renderImage(image, report)),
    `_${AUDIT_LIMITS}_`,
  ])
}

function renderImage(audit: ImageAudit, report: AuditReport): readonly string[] {
  const { image, variant, channels, releases, files } = audit
  return [
    `### ${escapeCode(image)}${variant ? ` ${escapeText(variant)}` : ''}`,
    renderTable(
      ['Channel', 'Version', 'Digest', 'Since', 'By', 'Before'],
      channels.map(renderChannel),
    ),
    renderTimeline(channels, report),
    renderTable(
      ['Release', 'Digest', 'Published', 'Tag'],
      releases.slice(0, MAX_RELEASES).map(renderRelease),
    ),
    moreOf(releases.length, MAX_RELEASES),
    renderTable(['File', 'Channel', 'Pinned to'], files.slice(0, MAX_FILES).map(renderFile)),
    moreOf(files.length, MAX_FILES),
  ]
}

function moreOf(count: number, shown: number): string {
  return count > shown ? `${count - shown} more are in the output \`json\`.` : ''
}

function renderChannel(channel: ChannelAudit): readonly string[] {
  const { digest, version, since, by, run, drift, history } = channel
  const before = history.find((move) => move.digest !== digest)
  return [
    escapeCode(channel.channel) + (drift ? ' ⚠' : ''),
    escapeText(version ?? ''),
    digest ? escapeCode(digest) : 'nothing',
    since ? formatMoment(since) : digest ? 'not in the ledger' : '',
    by && run ? escapeLink(by, run) : escapeText(by ?? ''),
    before ? `${escapeText(nameVersion(before))} ${escapeCode(shortDigest(before.digest))}` : '',
  ]
}

function renderFile({ file, line, channel, digest, drift }: FileAudit): readonly string[] {
  const pinned = digest ? escapeCode(digest) : 'not pinned'
  return [escapeCode(`${file}:${line}`), escapeCode(channel), pinned + (drift ? ' ⚠' : '')]
}

function renderRelease(release: ReleaseAudit): readonly string[] {
  const { version, url, digest, at, recorded, tagDigest, drift } = release
  const tag = tagDigest === null ? 'not there' : 'the same'
  return [
    escapeLink(version, url),
    digest ? escapeCode(digest) : '',
    formatMoment(at),
    drift ? '⚠ differs' : recorded ? tag : 'no note, by its tag',
  ]
}
