// Comments that excuse a reference from being checked or pinned:
//
//   excuse  "# image-release: ignore" reason     behind it on its line, or alone on the line above
import type { LineIndex } from './line-index.ts'
import type { Mention } from './mention.ts'

/** A comment is looked for at the end of a line, however long that is. */
const MAX_COMMENT_CHARACTERS = 1000

const BEHIND = /#[ \t]*image-release:[ \t]*ignore\b(.*)$/
const ALONE = /^[ \t]*#[ \t]*image-release:[ \t]*ignore\b(.*)$/

/** The mention with its excuse, if it has one. */
export function withExcuse(mention: Mention, lines: LineIndex): Mention {
  const { line, column } = lines.positionOf(mention.start)
  const rest = lines.lineText(line).slice(column - 1 + mention.end - mention.start)
  const found =
    BEHIND.exec(rest.slice(-MAX_COMMENT_CHARACTERS)) ?? ALONE.exec(lines.lineText(line - 1))
  return found ? { ...mention, excuse: (found[1] ?? '').trim() } : mention
}
