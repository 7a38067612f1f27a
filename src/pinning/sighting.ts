// A mention as people are told of it: with line and column.
import type { Reference } from '../oci/reference.ts'
import { LineIndex, type Range } from './line-index.ts'
import type { Obstacle } from './mention.ts'
import type { Scan } from './scan.ts'

export interface Sighting extends Range {
  readonly path: string
  readonly text: string
  readonly reference?: Reference
  readonly obstacle?: Obstacle
  readonly tagFrom?: 'chart' | 'resource'
  /** The reason that a comment gives. */
  readonly excuse?: string
}

/** No reference is longer, and what is none need not be told whole. */
const MAX_TEXT_CHARACTERS = 500

/** One for each mention, in the same order. */
export function sightingsOf(scan: Scan): readonly Sighting[] {
  const lines = new LineIndex(scan.text)
  return scan.mentions.map(({ start, end, rewrite: _, ...told }) => {
    const isLong = told.text.length > MAX_TEXT_CHARACTERS
    const text = isLong ? `${told.text.slice(0, MAX_TEXT_CHARACTERS)}…` : told.text
    return { ...told, text, path: scan.path, ...lines.rangeOf({ start, end }) }
  })
}
