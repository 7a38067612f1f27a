// An audit as one page: no script, no request to anywhere, light, dark and on paper.
import { type Hues, huesOf, renderCharts } from './audit-chart.ts'
import { AUDIT_STYLE } from './audit-page-style.ts'
import { renderTables } from './audit-page-tables.ts'
import {
  type AuditReport,
  type ChannelAudit,
  countDrift,
  type Drift,
  formatMoment,
  type ImageAudit,
  nameVersion,
} from './audit-report.ts'
import { AUDIT_LIMITS } from './audit-text.ts'
import { EMPTY, type Html, html, link } from './html.ts'

/** The browser refuses whatever is not in the page itself; the empty icon keeps it from asking. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

export function renderAuditPage(report: AuditReport): string {
  const { images, at } = report
  const names = images.map(({ image }) => image).join(', ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Channels of ${names}</title>
<link rel="icon" href="data:,">
<style>${{ markup: AUDIT_STYLE }}</style>
</head>
<body>
<header><h1>What is in which channel</h1>${renderVerdict(report)}</header>
${images.map((image) => renderImage(image, report))}
<footer class="soft">As of ${formatMoment(at)}. ${AUDIT_LIMITS}</footer>
</body>
</html>
`.markup
}

function renderVerdict(report: AuditReport): Html {
  const { drift, at, past } = report
  const when = html`<p class="soft">${past ? 'As it was at' : 'As of'} ${formatMoment(at)}</p>`
  if (drift.length === 0) return html`${when}<p class="verdict">No drift</p>`
  const found = drift.map(
    ({ message }) => html`<li>${message}</li>
`,
  )
  return html`${when}<p class="verdict bad">⚠ ${countDrift(report)}</p><ul class="drift">${found}</ul>`
}

function renderImage(image: ImageAudit, report: AuditReport): Html {
  const hues = huesOf(image)
  const variant = image.variant === null ? EMPTY : html` (${image.variant})`
  const cards = image.channels.toReversed().map((channel) => {
    const drift = report.drift.filter((found) => found.image === image.image)
    return renderCard(
      { ...channel, found: drift.filter(({ where }) => where === channel.channel) },
      image,
      hues,
    )
  })
  return html`<section>
<h2>${image.image}${variant}</h2>
<div class="cards">${cards}</div>
${renderCharts(image, report, hues)}
<p class="soft">One colour is one digest in every channel. ↩ rolled back · ! forced · striped: it disagrees.</p>
${renderTables(image, hues)}
</section>
`
}

/** A channel with what disagrees in it. */
interface Card extends ChannelAudit {
  readonly found: readonly Drift[]
}

function renderCard(card: Card, image: ImageAudit, hues: Hues): Html {
  const { channel, digest, since, by, run, found } = card
  if (digest === null)
    return html`<div class="card none"><span class="soft">${channel}</span><b>nothing</b></div>
`
  const told = since
    ? html`<p class="soft">since ${formatMoment(since)} by ${link(by ?? '', run ?? '')}</p>`
    : html`<p class="soft">by its tag; not in the ledger</p>`
  const brief = [...new Set(found.map((drift) => briefly(drift, card, image)))]
  const warnings = brief.map((words) => html`<p class="warn">⚠ ${words}</p>`)
  const kind = found.length === 0 ? 'card' : 'card bad'
  return html`<div class="${kind}" style="--hue:${hues.get(digest) ?? 0}"><span class="soft">${channel}</span>
<b>${nameVersion(card)}</b>
<code>${digest}</code>${told}${warnings}</div>
`
}

/** The whole sentence stands at the head of the page. */
function briefly({ kind, message }: Drift, { digest, tagDigest }: Card, image: ImageAudit): string {
  if (kind === 'digest-gone') {
    const isThis = digest !== null && message.includes(digest)
    return isThis ? 'it is gone from the registry' : 'one it had is gone from the registry'
  }
  if (tagDigest === null) return 'the tag is gone'
  const moves = image.channels.flatMap(({ history }) => history)
  const known = [...moves, ...image.releases].find((other) => other.digest === tagDigest)
  return `the tag is at ${nameVersion({ digest: tagDigest, version: known?.version ?? null })}`
}
