// What we add to `cache-from` and `cache-to`. A cache export that fails must not fail a build whose
// image is already pushed (moby/buildkit#2276, #2804), and two jobs for different platforms must
// not overwrite each other's cache, as they do under the one default scope of GitHub's cache.
import { fieldOf, formatFields, parseFields } from './fields.ts'

const KINDS_THAT_LEAVE_THE_MACHINE = ['gha', 'registry']

/**
 * `ignore-error=true` for caches in a registry or at GitHub, and for GitHub's a scope, unless
 * given.
 */
export function cacheTo(entry: string, platforms: readonly string[]): readonly string[] {
  return entriesOf(entry).map((fields) => {
    const leaves = KINDS_THAT_LEAVE_THE_MACHINE.includes(fieldOf(fields, 'type') ?? '')
    const decided = !leaves || fieldOf(fields, 'ignore-error') !== undefined
    return formatFields(withScope(decided ? fields : [...fields, 'ignore-error=true'], platforms))
  })
}

/** The same scope as `cacheTo` gives, or nothing written there would be found again. */
export function cacheFrom(entry: string, platforms: readonly string[]): readonly string[] {
  return entriesOf(entry).map((fields) => formatFields(withScope(fields, platforms)))
}

/** buildx reads a record without `=` as references, each the short form of a registry cache. */
function entriesOf(entry: string): readonly (readonly string[])[] {
  const fields = parseFields(entry)
  if (entry.includes('=')) return [fields]
  return fields.map((reference) => ['type=registry', `ref=${reference}`])
}

/** `buildkit` is the default scope of buildx; without platforms that default stays. */
function withScope(fields: readonly string[], platforms: readonly string[]): readonly string[] {
  if (fieldOf(fields, 'type') !== 'gha' || fieldOf(fields, 'scope') !== undefined) return fields
  if (platforms.length === 0) return fields
  return [...fields, `scope=${['buildkit', ...platforms].join('-').replaceAll('/', '-')}`]
}
