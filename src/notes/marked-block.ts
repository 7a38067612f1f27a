// Blocks of ours in a text that belongs to others: found between their markers, replaced in place,
// else put at the end. Not one byte outside them changes.
import { ReleaseError } from '../errors.ts'
import { foldBlock } from './fold.ts'
import { renderMarker, scanMarkers } from './marker.ts'

/** What GitHub takes as the body of a release ("body is too long", 422). */
export const MAX_BODY_CHARACTERS = 125_000

export interface MarkedBlock {
  readonly key: string
  /** Between the markers, with `\n` as line break. */
  readonly content: string
  /** Offsets in the body: of the opening marker, and behind the closing one. */
  readonly start: number
  readonly end: number
}

/**
 * In the order of the body. A block reaches from an opening marker to the next closing one of its
 * key, with no other opening one between; whatever else looks like a marker is the user's text.
 */
export function findBlocks(body: string): readonly MarkedBlock[] {
  const blocks: MarkedBlock[] = []
  let open: { key: string; start: number; end: number } | undefined
  for (const { key, closing, start, end } of scanMarkers(body).markers) {
    if (!closing) open = { key, start, end }
    else if (open?.key === key) {
      const content = unbreak(body.slice(open.end, start)).replace(/^\n|\n$/g, '')
      blocks.push({ key, content, start: open.start, end })
      open = undefined
    }
  }
  return blocks
}

/**
 * The body with this content under this key, once. The same body when it says so already, whatever
 * its line breaks. A body that grows too long has its other blocks folded, the foremost first;
 * throws `no-room` when even that leaves no room.
 */
export function replaceBlock(body: string, key: string, content: string): string {
  const wanted = unbreak(content).replace(/\n+$/, '')
  const [first, copy] = findBlocks(body).filter((block) => block.key === key)
  if (copy) return replaceBlock(splice(body, copy, ''), key, content)
  if (first?.content === wanted) return body
  const eol = body.includes('\r\n') ? '\r\n' : '\n'
  const block = [renderMarker(key), wanted, renderMarker(key, true)]
    .join('\n')
    .replaceAll('\n', eol)
  const replaced = first ? splice(body, first, block) : append(body, block, eol)
  if (!findBlocks(replaced).some((found) => found.key === key && found.content === wanted))
    throw new ReleaseError('internal', `The block of ${key} would not be found again`)
  return shortenBody(replaced, key, MAX_BODY_CHARACTERS)
}

function append(body: string, block: string, eol: string): string {
  if (body === '') return block
  const { openFence } = scanMarkers(body)
  const text = openFence ? endLine(body, eol) + openFence + eol : endLine(body, eol)
  return (unbreak(text).endsWith('\n\n') ? text : text + eol) + block
}

function endLine(body: string, eol: string): string {
  return /[\r\n]$/.test(body) ? body : body + eol
}

/**
 * Folds blocks other than that of the key, the foremost first, as long as the body is longer.
 * Throws `no-room`.
 */
export function shortenBody(body: string, key: string, maxCharacters: number): string {
  if (body.length <= maxCharacters) return body
  let text = body
  for (const block of findBlocks(body)) {
    const shift = text.length - body.length
    const shifted = { ...block, start: block.start + shift, end: block.end + shift }
    if (block.key !== key) text = fold(text, shifted)
    if (text.length <= maxCharacters) return text
  }
  throw new ReleaseError('no-room', `Cannot write the block of ${key}: the text leaves no room`, {
    hint: `Shorten the text by ${text.length - maxCharacters} characters; GitHub takes ${maxCharacters}.`,
  })
}

function fold(body: string, block: MarkedBlock): string {
  const folded = foldBlock(block.content)
  if (folded.length >= block.content.length) return body
  const lines = [renderMarker(block.key), folded, renderMarker(block.key, true)]
  return splice(body, block, lines.join('\n'))
}

function splice(body: string, { start, end }: MarkedBlock, text: string): string {
  return body.slice(0, start) + text + body.slice(end)
}

function unbreak(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
