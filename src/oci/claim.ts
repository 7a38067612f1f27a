// Fields of records that are read back from where others may write: whoever may edit a release or a
// deployment may forge one, so each field is looked at before it counts.
import { type Digest, isDigest } from './digest.ts'
import { formatRepository, parseRepository } from './reference.ts'
import { isTag, isVariant } from './tag.ts'

type Check<T> = (value: unknown) => value is T

/** A text of that grammar. */
export const matching =
  (grammar: RegExp): Check<string> =>
  (value): value is string =>
    typeof value === 'string' && grammar.test(value)

/** Of any kind, without prefix, `v` or variant. */
export const isVersion = matching(/^[A-Za-z0-9][A-Za-z0-9.+!_~-]{0,127}$/)

/** A run's web address; empty for one on the command line. */
export function isRun(value: unknown): value is string {
  if (typeof value !== 'string') return false
  return value === '' || (/^https?:\/\/[!-~]{1,2000}$/.test(value) && URL.canParse(value))
}

/** A full name without tag or digest, as we write it: `ghcr.io/acme/app`. */
export function isRepositoryName(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    return formatRepository(parseRepository(value)) === value
  } catch {
    return false
  }
}

export function isDigestText(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value)
}

export function isVariantText(value: unknown): value is string {
  return typeof value === 'string' && isVariant(value)
}

export function isTagText(value: unknown): value is string {
  return typeof value === 'string' && isTag(value)
}
