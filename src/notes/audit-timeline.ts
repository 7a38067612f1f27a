// Channels over time as a mermaid diagram (mermaid.js.org, "Gantt diagrams"). A task is
//
//   label ":" ( "done" | "active" | "crit" ) "," start "," end
//
// A label keeps no sign that means something to mermaid, and the letter before a version keeps one
// of a calendar from being read as a date.
import {
  type AuditReport,
  type ChannelAudit,
  type Stay,
  shortDigest,
  staysOf,
} from './audit-report.ts'
import { inert, renderMermaid } from './mermaid.ts'

/** More would be too thin to read. */
const MAX_STAYS = 12

/** Empty where nothing was ever recorded. `at`: where what is there still ends. */
export function renderTimeline(
  channels: readonly ChannelAudit[],
  { at }: Pick<AuditReport, 'at'>,
): string {
  const sections = channels.flatMap((channel) => renderSection(channel, Date.parse(at)))
  if (sections.length === 0) return ''
  const head = ['gantt', '  dateFormat YYYY-MM-DDTHH:mm:ss', '  axisFormat %Y-%m-%d']
  return renderMermaid([...head, ...sections])
}

function renderSection({ channel, history, drift }: ChannelAudit, now: number): readonly string[] {
  const stays = staysOf(history).slice(-MAX_STAYS)
  if (stays.length === 0) return []
  const tasks = stays.map((stay) => `  ${renderTask(stay, drift !== null, now)}`)
  return [`  section ${inert(channel)}`, ...tasks]
}

function renderTask({ version, digest, from, to }: Stay, hasDrift: boolean, now: number): string {
  const state = to !== undefined ? 'done' : hasDrift ? 'crit' : 'active'
  const label = inert(version === null ? shortDigest(digest) : `v${version}`)
  return `${label} :${state}, ${moment(from)}, ${moment(Math.max(to ?? now, from + 1000))}`
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19)
}
