// Tags: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}` (distribution-spec, "Pulling manifests").
import { ReleaseError } from '../errors.ts'

export const MAX_TAG_CHARACTERS = 128

/** For people, in hints. */
export const TAG_RULE = `A tag is 1 to ${MAX_TAG_CHARACTERS} letters, digits, "_", "." or "-", and begins with neither of the last two.`

const GRAMMAR = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

export function isTag(text: string): boolean {
  return GRAMMAR.test(text)
}

/** Whether it may follow tags behind a dash, as the variant of an image: `gpu`. */
export function isVariant(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(text)
}

/** Throws `invalid-reference` unless the text is a whole tag. */
export function parseTag(text: string): string {
  if (isTag(text)) return text
  throw new ReleaseError('invalid-reference', `${JSON.stringify(text)} is not a tag`, {
    hint: TAG_RULE,
  })
}
