// Makes tags of any text: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`, whatever a branch was called.
import { digestOf } from '../oci/digest.ts'
import { MAX_TAG_CHARACTERS } from '../oci/tag.ts'

const HASH_CHARACTERS = 8

/** A tag with the variant behind it; without one, the tag. */
export function withVariant(tag: string, variant: string | undefined): string {
  return variant ? `${tag}-${variant}` : tag
}

/** Each run of characters no tag can hold becomes one `-`. The start may still be one. */
export function replaceForbidden(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-')
}

/**
 * The tag for a text, `ending` (the variant) kept whole. Leading `.` and `-` go; what is too long
 * is cut and gets a hash of the whole text, so that it stays unique and the same from run to run.
 * Empty when nothing is left of the text.
 */
export function tagName(text: string, ending = ''): string {
  const name = replaceForbidden(text).replace(/^[.-]+/, '')
  const room = MAX_TAG_CHARACTERS - ending.length
  if (name === '' || name.length <= room) return name && name + ending
  const [, hash = ''] = digestOf(new TextEncoder().encode(text)).split(':')
  return `${name.slice(0, room - HASH_CHARACTERS - 1)}-${hash.slice(0, HASH_CHARACTERS)}${ending}`
}
