// Channels over time as bars: a lane for each channel, a bar for each stay, a colour for each
// digest in all lanes, so that one sees a version move from channel to channel.
import {
  type AuditReport,
  type ChannelAudit,
  formatMoment,
  type ImageAudit,
  nameVersion,
  type Stay,
  shortDigest,
  staysOf,
} from './audit-report.ts'
import { EMPTY, type Html, html } from './html.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const RECENT_MS = 30 * DAY_MS
const MAX_CLOSE_STAYS = 8
const TICKS = 6

/** What a bar's ends and each character of its name take of the lane on a usual screen. */
const ENDS_PERCENT = 1.2
const CHARACTER_PERCENT = 0.85

export type Hues = ReadonlyMap<string, number>

/** A hue for each digest, far from those before and after it. */
export function huesOf({ channels, releases }: ImageAudit): Hues {
  const moves = channels.flatMap(({ history }) => history)
  const inTime = moves.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const others = [...channels, ...releases].flatMap(({ digest }) => digest ?? [])
  const digests = new Set([...inTime.map(({ digest }) => digest), ...others])
  return new Map([...digests].map((digest, index) => [digest, Math.round(index * 137.5) % 360]))
}

/** One chart of it all, and before it closer ones where they show something more. */
export function renderCharts(image: ImageAudit, { at }: AuditReport, hues: Hues): Html {
  const now = Date.parse(at)
  const charts = beginningsOf(image, now).map((from) => {
    const chart = renderChart(image, hues, { from, to: now })
    return html`<h3>Since ${formatMoment(from)}</h3>${chart}`
  })
  return html`${charts}`
}

/** The latest first: when the busiest channel has few stays, a month ago, the very first move. */
function beginningsOf({ channels }: ImageAudit, now: number): readonly number[] {
  const starts = channels.map(({ history }) => staysOf(history).map(({ from }) => from))
  const latest = (times: readonly number[]) => times.reduce((a, b) => Math.max(a, b), -Infinity)
  const first = -latest(starts.flat().map((start) => -start))
  if (!Number.isFinite(first)) return []
  const busiest = latest(starts.map((times) => times.at(-MAX_CLOSE_STAYS) ?? first))
  const beginnings = [busiest, now - RECENT_MS, Math.min(first, now - MINUTE_MS)]
  return beginnings.filter((from, index) =>
    beginnings.slice(index + 1).every((longer) => now - from <= (now - longer) / 2),
  )
}

interface Span {
  readonly from: number
  readonly to: number
}

function renderChart({ channels }: ImageAudit, hues: Hues, span: Span): Html {
  const lanes = channels.map((channel) => renderLane(channel, hues, span))
  return html`<div class="chart">${lanes.toReversed()}${renderAxis(span)}</div>`
}

function renderLane({ channel, history, drift }: ChannelAudit, hues: Hues, span: Span): Html {
  const stays = staysOf(history).filter(
    ({ to = span.to, from }) => to >= span.from && from <= span.to,
  )
  const bars = stays.map((stay) => renderStay(stay, hues, span))
  const mark = drift === null ? EMPTY : html`<i class="elsewhere" title="${drift}"></i>`
  const name = drift === null ? html`${channel}` : html`<b class="warn">⚠ ${channel}</b>`
  return html`<div class="lane"><span title="${channel}">${name}</span><div class="track">${bars}${mark}</div></div>
`
}

function renderStay(stay: Stay, hues: Hues, { from, to }: Span): Html {
  const { digest, version, move } = stay
  const start = Math.max(stay.from, from)
  const end = Math.min(stay.to ?? to, to)
  const percent = (milliseconds: number) => (100 * milliseconds) / (to - from)
  const name = `${signOf(move)}${version ?? shortDigest(digest).slice(0, 7)}`
  const isNarrow = percent(end - start) < ENDS_PERCENT + CHARACTER_PERCENT * name.length
  const until = stay.to === undefined ? 'now' : formatMoment(stay.to)
  const title = `${nameVersion(stay)} (${shortDigest(digest)}) from ${formatMoment(stay.from)} to ${until}, ${move.operation} by ${move.by}`
  const place = `left:${percent(start - from).toFixed(3)}%;width:${percent(end - start).toFixed(3)}%`
  const style = `--hue:${hues.get(digest) ?? 0};${place}`
  const kind = stay.to === undefined ? 'stay now' : 'stay'
  return html`<div class="${kind}" style="${style}" title="${title}">${isNarrow ? '' : name}</div>`
}

function signOf({ operation, forced }: Stay['move']): string {
  return `${operation === 'rollback' ? '↩ ' : ''}${forced ? '! ' : ''}`
}

function renderAxis({ from, to }: Span): Html {
  const length = to - from < 3 * DAY_MS ? 16 : 10
  const ticks = Array.from({ length: TICKS }, (_, index) => {
    const share = index / (TICKS - 1)
    const time = formatMoment(from + share * (to - from)).slice(0, length)
    return html`<span style="left:${(100 * share).toFixed(1)}%">${time}</span>`
  })
  return html`<div class="axis soft">${ticks}</div>`
}
