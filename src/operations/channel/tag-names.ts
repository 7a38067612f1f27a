// What people write for a tag, and the tags it can mean.
import { isTag } from '../../oci/tag.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { readAnyVersion, readVersion } from '../../tags/version.ts'

/** A full version names one image for ever; `1.4` and `1` float. */
const FULL_VERSION_NUMBERS = 3

/** The version of a full version's tag, without `v` and variant; undefined: it is no such tag. */
export function versionOfTag(tag: string, variant: string | undefined): string | undefined {
  const suffix = withVariant('', variant)
  if (!tag.endsWith(suffix)) return undefined
  const text = tag.slice(0, tag.length - suffix.length)
  const version = readAnyVersion(text)
  return version && version.release.length >= FULL_VERSION_NUMBERS ? version.text : undefined
}

/**
 * The tags a name can stand for, likeliest first: as written, a version also with or without `v`.
 */
export function tagsNamed(name: string, variant: string | undefined): readonly string[] {
  const suffix = withVariant('', variant)
  const bare = suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
  const isVersion = readVersion(bare, 'dotted') !== undefined
  const other = bare.startsWith('v') ? bare.slice(1) : `v${bare}`
  return [bare, ...(isVersion ? [other] : [])].map((text) => text + suffix).filter(isTag)
}

/** Whether two names mean the same version: `v2.0.0` and `2.0.0`. */
export function isSameVersion(a: string, b: string): boolean {
  return a.replace(/^v(?=\d)/, '') === b.replace(/^v(?=\d)/, '')
}
