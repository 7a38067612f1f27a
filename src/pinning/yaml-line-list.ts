// The lines of one YAML document, as the quick reading goes through them.
import { ReleaseError } from '../errors.ts'

export interface Line {
  indent: number
  /** Where its content begins in the text. */
  start: number
  readonly end: number
}

/** More in one document are an attack on memory. */
const MAX_LINES = 120_000

/** The document holds something that is not read by lines. */
export class Unusual extends Error {}

/**
 * Every line but the marker of the document and the empty ones; comments are among them. Throws
 * `too-large`, and Unusual where a line may be another one than it seems.
 */
export function cutLines(text: string): Line[] {
  if (/[\t\uFEFF]|\r(?!\n)/.test(text)) throw new Unusual()
  const lines: Line[] = []
  let position = 0
  if (text.startsWith('---')) {
    const end = text.indexOf('\n')
    if (end < 0 || !/^---(?: *| +#.*)\r?$/.test(text.slice(0, end))) throw new Unusual()
    position = end + 1
  }
  while (position < text.length) {
    const found = text.indexOf('\n', position)
    const end = found < 0 ? text.length : found
    let start = position
    while (text[start] === ' ') start += 1
    const stop = end > start && text[end - 1] === '\r' ? end - 1 : end
    if (stop > start) lines.push({ indent: start - position, start, end: stop })
    if (lines.length > MAX_LINES)
      throw new ReleaseError('too-large', `a document has more than ${MAX_LINES} lines`)
    position = end + 1
  }
  return lines
}
