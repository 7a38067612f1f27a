// Reads versions back from a repository's tag names, through the spelling an image's own full
// versions have: other variants, branches, commits and dates are not versions of it.
import type { VersionFamily } from './tag-set.ts'
import { readVersion, type Version } from './version.ts'

export interface Published {
  /** The tag. */
  readonly name: string
  readonly version: Version
}

/**
 * The full versions among tag names. A `v` before a version is never part of the prefix, so that
 * `v1.4.2` and `1.4.2` compete.
 */
export function readPublished(
  names: readonly string[],
  family: VersionFamily,
): readonly Published[] {
  const prefix = family.prefix.replace(/(^|[^A-Za-z0-9])v$/, '$1')
  const found: Published[] = []
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(family.suffix)) continue
    const text = name.slice(prefix.length, name.length - family.suffix.length)
    const version = readVersion(asWritten(text, family), family.scheme)
    if (version) found.push({ name, version })
  }
  return found
}

const PRERELEASE_WORD =
  /^(?:a|alpha|b|beta|c|canary|dev|m|next|nightly|pre|preview|rc|snapshot)(?![a-z])/i

/** Undoes what the grammar of tags did to a version's `+` and `!`. */
function asWritten(text: string, { scheme, build }: VersionFamily): string {
  if (scheme === 'pep440') return text.replace(/^(v?\d+)-(?=\d+\.)/, '$1!')
  if (!build) return text
  const [, release, tail = ''] = /^(v?[\d.]+)-(.+)$/.exec(text) ?? []
  return release && !PRERELEASE_WORD.test(tail) ? release : text
}
