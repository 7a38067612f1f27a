// A mention: one place in a file that names an image, and how that place is rewritten to a digest.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { parseReference, type Reference } from '../oci/reference.ts'

/** A piece of the text replaced; offsets are UTF-16 units, the end is not included. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
  /** A further field is added, so that there is more to read than before. */
  readonly adds?: true
}

/** What an image is pinned to; the tag must be one that belongs to the digest. */
export interface Pin {
  readonly digest: Digest
  readonly tag?: string | undefined
}

/**
 * Why a place is only reported: it holds a variable, lies inside a text, is no reference, or begins
 * a document that cannot be read.
 */
export type Obstacle = 'variable' | 'embedded' | 'invalid' | 'broken'

export interface Mention {
  /** Where it stands in the file. */
  readonly start: number
  readonly end: number
  /** As its tool reads it: variables with their defaults, fields of a mapping joined. */
  readonly text: string
  /** Absent where there is an obstacle. */
  readonly reference?: Reference
  readonly obstacle?: Obstacle
  /** Neither tag nor digest stand here: the tool takes them from what this is applied to. */
  readonly tagFrom?: 'chart' | 'resource'
  /** Where its name stands, if that is another place: a comment there counts, too. */
  readonly nameAt?: number
  /** The reason that a comment gives for leaving it as it is. */
  readonly excuse?: string
  /** Empty: it is so already. A string says why it is left alone. */
  readonly rewrite: (pin: Pin) => readonly Edit[] | string
}

/** More in one file are an attack on time and memory. */
const MAX_MENTIONS = 20_000

/** Throws `too-large`; to be called before so many are kept. */
export function refuseTooMany(count: number): void {
  if (count > MAX_MENTIONS)
    throw new ReleaseError('too-large', `it names more than ${MAX_MENTIONS} images`)
}

/** A text, and where each unit of it stands in the file. */
export interface Slice {
  readonly text: string
  readonly offsetOf: (index: number) => number
}

export function sliceAt(text: string, start: number): Slice {
  return { text, offsetOf: (index) => start + index }
}

/** undefined: the part is spread over several places of the file. */
function replaceIn(
  slice: Slice,
  [from, to]: readonly [number, number],
  text: string,
): Edit | undefined {
  const end = to === 0 ? slice.offsetOf(0) : slice.offsetOf(to - 1) + 1
  const start = from === to ? end : slice.offsetOf(from)
  return end - start === to - from ? { start, end, text } : undefined
}

/** undefined: it breaks the grammar of references. */
export function readReference(text: string): Reference | undefined {
  try {
    return parseReference(text)
  } catch (error) {
    if (isReleaseError(error, 'invalid-reference')) return undefined
    throw error
  }
}

export interface Extent {
  readonly start: number
  readonly end: number
}

/** A whole reference as one text, `name[:tag][@digest]`. */
export function wholeMention(slice: Slice, extent: Extent): Mention {
  const { text } = slice
  const reference = readReference(text)
  if (!reference) return obstructed(text, extent, 'invalid')
  return { ...extent, text, reference, rewrite: (pin) => rewriteWhole(slice, reference, pin) }
}

/** As the end of a sentence: it is left alone, because … */
export const REASONS: Readonly<Record<Obstacle, string>> = {
  variable: 'it holds a variable',
  embedded: 'it is part of a text',
  invalid: 'it is no image reference',
  broken: 'it is no YAML',
}

export function obstructed(text: string, { start, end }: Extent, obstacle: Obstacle): Mention {
  return { start, end, text, obstacle, rewrite: () => REASONS[obstacle] }
}

/** The same mention where rewriting it would change what is not it. */
export function untouchable(mention: Mention, why: string): Mention {
  return { ...mention, rewrite: () => why }
}

function rewriteWhole(
  slice: Slice,
  { tag, digest }: Reference,
  pin: Pin,
): readonly Edit[] | string {
  if (tag === pin.tag && digest === pin.digest) return []
  const { text } = slice
  const tagEnd = text.length - (digest ? digest.length + 1 : 0)
  const nameEnd = tagEnd - (tag ? tag.length + 1 : 0)
  if (tag === pin.tag) return oneEdit(slice, tagEnd, `@${pin.digest}`)
  // The colon stays where it is: in Compose the tag alone may be a variable's default.
  if (tag && pin.tag) return oneEdit(slice, nameEnd + 1, `${pin.tag}@${pin.digest}`)
  return oneEdit(slice, nameEnd, `${pin.tag ? `:${pin.tag}` : ''}@${pin.digest}`)
}

/** Everything from there on replaced. */
function oneEdit(slice: Slice, from: number, text: string): readonly Edit[] | string {
  const edit = replaceIn(slice, [from, slice.text.length], text)
  return edit ? [edit] : 'its parts come from several variables'
}
