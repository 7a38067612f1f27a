// The channels of an image in promotion order as a picture, each with what it has; where it moved,
// with what it had before (mermaid.js.org, "Flowcharts").
import { shortDigest } from './audit-report.ts'
import { inert, renderMermaid } from './mermaid.ts'

export interface Lane {
  readonly tag: string
  readonly before?: LaneImage
  /** Left out where the channel stays as it is. */
  readonly after?: LaneImage
}

export interface LaneImage {
  readonly digest: string
  readonly version?: string
}

/** Empty without lanes. */
export function renderLanes(lanes: readonly Lane[]): string {
  if (lanes.length === 0) return ''
  const nodes = lanes.map(
    (lane, index) => `  c${index}["${inert(lane.tag)}<br/>${contentOf(lane)}"]`,
  )
  const arrows = lanes.slice(1).map((_, index) => `  c${index} --> c${index + 1}`)
  const moved = lanes.flatMap(({ after }, index) => (after ? [`c${index}`] : []))
  const style = ['  classDef moved stroke-width:3px', `  class ${moved.join(',')} moved`]
  return renderMermaid(['flowchart LR', ...nodes, ...arrows, ...(moved.length > 0 ? style : [])])
}

function contentOf({ before, after }: Lane): string {
  const had = before ? nameOf(before) : 'nothing'
  return after ? `${had} → ${nameOf(after)}` : had
}

function nameOf({ version, digest }: LaneImage): string {
  return inert(version ?? shortDigest(digest))
}
