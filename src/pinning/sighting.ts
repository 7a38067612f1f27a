// A mention as people are told of it: with line and column.
import type { Reference } from '../oci/reference.ts'
import { LineIndex, type Position } from './line-index.ts'
import type { Obstacle } from './mention.ts'
import type { Scan } from './scan.ts'

export interface Sighting extends Position {
  readonly path: string
  /** Counted as `column` is, and not included. */
  readonly endColumn: number
  readonly text: string
  readonly reference?: Reference
  readonly obstacle?: Obstacle
  /** The reason that a comment gives. */
  readonly excuse?: string
}

/** One for each mention, in the same order. */
export function sightingsOf(scan: Scan): readonly Sighting[] {
  const lines = new LineIndex(scan.text)
  return scan.mentions.map(({ start, end, rewrite: _, ...told }) => {
    const position = lines.positionOf(start)
    return { ...told, path: scan.path, ...position, endColumn: position.column + end - start }
  })
}
