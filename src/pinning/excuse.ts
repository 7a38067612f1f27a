// Comments that excuse a reference from being checked or pinned:
//
//   excuse  "# image-release: ignore" reason     behind it on its line, or alone on the line above
//
// Of an image in several fields, the line of its name counts as that of its tag does.
import type { LineIndex } from './line-index.ts'
import type { Extent, Mention } from './mention.ts'

/** A comment is looked for at the end of a line, however long that is. */
const MAX_COMMENT_CHARACTERS = 1000

const BEHIND = /#[ \t]*image-release:[ \t]*ignore\b(.*)$/
const ALONE = /^[ \t]*#[ \t]*image-release:[ \t]*ignore\b(.*)$/

/** The mention with its excuse, if it has one. */
export function withExcuse(mention: Mention, lines: LineIndex): Mention {
  const { nameAt } = mention
  const name = nameAt === undefined ? [] : [{ start: nameAt, end: nameAt }]
  const excuse = [mention, ...name].map((place) => excuseAt(place, lines)).find(isFound)
  return excuse === undefined ? mention : { ...mention, excuse }
}

const isFound = (excuse: string | undefined) => excuse !== undefined

/** Behind the end of the place, or above its first line. */
function excuseAt({ start, end }: Extent, lines: LineIndex): string | undefined {
  const { line, column } = lines.positionOf(end)
  const rest = lines.lineText(line).slice(column - 1)
  const above = lines.lineText(lines.positionOf(start).line - 1)
  const found = BEHIND.exec(rest.slice(-MAX_COMMENT_CHARACTERS)) ?? ALONE.exec(above)
  return found ? (found[1] ?? '').trim() : undefined
}
