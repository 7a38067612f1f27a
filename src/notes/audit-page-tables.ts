// The tables of the audit page: releases, files, and every move of each channel.
import type { Hues } from './audit-chart.ts'
import {
  type ChannelAudit,
  type FileAudit,
  formatMoment,
  type ImageAudit,
  type Move,
  nameVersion,
  type ReleaseAudit,
} from './audit-report.ts'
import { EMPTY, type Html, html, link } from './html.ts'

/** A longer history is folded; on paper it never is. */
const MAX_OPEN_MOVES = 15

export function renderTables({ channels, releases, files }: ImageAudit, hues: Hues): Html {
  const histories = channels.toReversed().map((channel) => renderHistory(channel, hues))
  return html`${renderTable(
    'Releases',
    ['Version', 'Published', 'Digest', 'Tag'],
    releases.map((release) => renderRelease(release, hues)),
  )}${renderTable('Files', ['Channel', 'Place', 'Pinned to'], files.map(renderFile))}${histories}`
}

function renderTable(title: string, header: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return EMPTY
  const heads = header.map((name) => html`<th scope="col">${name}</th>`)
  return html`<h3>${title}</h3>
<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>
`
}

function row(cells: readonly Html[]): Html {
  return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`
}

/** The colour that the digest has in the chart. */
function dot(digest: string | null, hues: Hues): Html {
  const hue = digest === null ? undefined : hues.get(digest)
  return hue === undefined ? EMPTY : html`<i class="dot" style="--hue:${hue}"></i>`
}

function warning(text: string): Html {
  return html`<span class="warn">⚠ ${text}</span>`
}

function renderRelease(release: ReleaseAudit, hues: Hues): Html {
  const { version, url, at, digest, recorded, tagDigest, drift } = release
  const agrees = tagDigest === null ? '' : recorded ? 'agrees' : 'no note; by its tag'
  const differs = tagDigest !== null && tagDigest !== digest ? `it is at ${tagDigest}` : drift
  return row([
    html`${dot(digest, hues)}${link(version, url)}`,
    html`<time>${formatMoment(at)}</time>`,
    html`<code>${digest ?? ''}</code>`,
    differs === null ? html`${agrees}` : warning(differs),
  ])
}

function renderFile({ channel, file, line, reference, digest, drift }: FileAudit): Html {
  const pinned = digest === null ? html`not pinned: ${reference}` : html`<code>${digest}</code>`
  return row([
    html`${channel}`,
    html`<code>${file}:${line}</code>`,
    drift === null ? pinned : html`${pinned}<br>${warning(`${channel} has another digest`)}`,
  ])
}

function renderHistory({ channel, history }: ChannelAudit, hues: Hues): Html {
  if (history.length === 0) return EMPTY
  const table = renderTable(
    `History of ${channel}`,
    ['Version', 'Since', 'Digest', 'How', 'By'],
    history.map((move) => renderMove(move, hues)),
  )
  if (history.length <= MAX_OPEN_MOVES) return table
  return html`<details><summary>${history.length} moves of ${channel}</summary>${table}</details>`
}

function renderMove(move: Move, hues: Hues): Html {
  const { digest, at, by, run, operation, forced, reason } = move
  const how = `${operation}${forced ? ', forced' : ''}${reason ? `: ${reason}` : ''}`
  return row([
    html`${dot(digest, hues)}${nameVersion(move)}`,
    html`<time>${formatMoment(at)}</time>`,
    html`<code>${digest}</code>`,
    html`${how}`,
    link(by, run),
  ])
}
