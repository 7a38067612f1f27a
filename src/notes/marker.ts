// Where a body has markers of ours. A marker is a whole line,
//
//   <!-- image-release: KEY -->      opens
//   <!-- /image-release: KEY -->     closes
//
// from its first column and outside fenced code (CommonMark 4.5), where it would be a quotation.
// KEY is the key as the inside of a JSON string, see escapeComment.
import { escapeComment } from './escape.ts'

interface Marker {
  readonly key: string
  readonly closing: boolean
  /** Offset of the line in the body, and of the line's end without its line break. */
  readonly start: number
  readonly end: number
}

export function renderMarker(key: string, closing = false): string {
  return `<!-- ${closing ? '/' : ''}image-release: ${escapeComment(key).slice(1, -1)} -->`
}

interface Fence {
  readonly run: string
  /** Opened on a list item's first line: any text from the first column ends it. */
  readonly nested: boolean
}

interface Scan {
  readonly markers: readonly Marker[]
  /** The line that closes the fence the body leaves open at its end. */
  readonly openFence: string | undefined
}

export function scanMarkers(body: string): Scan {
  const markers: Marker[] = []
  let fence: Fence | undefined
  for (const match of body.matchAll(/[^\r\n]+/g)) {
    const [line] = match
    if (fence?.nested && /^\S/.test(line)) fence = undefined
    const marker = fence ? undefined : readMarker(line)
    if (marker) markers.push({ ...marker, start: match.index, end: match.index + line.length })
    fence = fence ? stillOpen(fence, line) : opening(line)
  }
  return { markers, openFence: fence?.nested ? undefined : fence?.run }
}

const OPENING = /^ {0,3}((?:(?:[-+*]|\d{1,9}[.)]) +)*)(`{3,}(?!.*`)|~{3,})/

function opening(line: string): Fence | undefined {
  const [, items, run] = OPENING.exec(line) ?? []
  return run ? { run, nested: items !== '' } : undefined
}

function stillOpen(fence: Fence, line: string): Fence | undefined {
  const run = (fence.nested ? /^ *(`+|~+)[ \t]*$/ : /^ {0,3}(`+|~+)[ \t]*$/).exec(line)?.[1]
  return run?.startsWith(fence.run) ? undefined : fence
}

const MARKER = /^<!-- (\/?)image-release: (.+) -->[ \t]*$/

function readMarker(line: string): Pick<Marker, 'key' | 'closing'> | undefined {
  const [, slash, text = ''] = MARKER.exec(line) ?? []
  if (slash === undefined) return undefined
  try {
    return { key: String(JSON.parse(`"${text}"`)), closing: slash === '/' }
  } catch {
    return undefined
  }
}
