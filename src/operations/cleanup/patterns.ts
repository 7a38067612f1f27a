// Which tags a clean-up is meant for, and which it must never touch.
//
//   pattern  literal { "*" | literal }     the first literal has three characters or more
//   "*"      any characters, also none
import { ReleaseError } from '../../errors.ts'
import { mistake } from '../../inputs/field.ts'
import { isTag } from '../../oci/tag.ts'
import { parseNamePattern } from '../../pinning/glob.ts'
import { withVariant } from '../../tags/tag-name.ts'

/** Stands for the tags of the event's pull request. */
export const PULL_REQUEST = 'pull-request'

const MIN_LITERAL_CHARACTERS = 3

/** Names of commits and, where a registry has no API for them, of what refers to a digest. */
const PROTECTED_PREFIXES = ['git-', 'sha256-', 'sha512-']

/** What begins like this may be a version. */
const VERSION_START = /^v?\d/i

/** Throws `input` unless the pattern could be a tag's and begins with a literal. */
export function parsePattern(text: string): string {
  const literal = literalOf(text)
  if (!isTag(text.replaceAll('*', 'x'))) throw mistake(`${JSON.stringify(text)} matches no tag`)
  if (literal.length >= MIN_LITERAL_CHARACTERS) return text
  throw mistake(
    `${JSON.stringify(text)} begins with fewer than ${MIN_LITERAL_CHARACTERS} characters before the "*"`,
  )
}

/** `pr-7` and all below it; of a variant, only that variant's. */
export function pullRequestPatterns(number: number, variant: string | undefined): string[] {
  return [`pr-${number}`, `pr-${number}-*`].map((tag) => withVariant(tag, variant))
}

/** Throws `input` naming every pattern that could match a channel, a version or `git-…`. */
export function refuseProtected(patterns: readonly string[], channels: readonly string[]): void {
  const wrong = patterns.flatMap((pattern) => {
    const what = protectedBy(pattern, channels)
    return what ? [`tags: ${JSON.stringify(pattern)} could match ${what}`] : []
  })
  if (wrong.length === 0) return
  throw new ReleaseError('input', wrong.join('\n'), {
    hint: 'Name previews only, such as pr-7-* or preview-*.',
  })
}

/** A channel's tag may go on with a variant, so all that begins like it is protected. */
function protectedBy(pattern: string, channels: readonly string[]): string | undefined {
  const literal = literalOf(pattern)
  const isExact = literal === pattern
  const reaches = (start: string) =>
    literal.startsWith(start) || (!isExact && start.startsWith(literal))
  if (VERSION_START.test(literal)) return 'a version'
  const prefix = PROTECTED_PREFIXES.find(reaches)
  if (prefix) return `${prefix}…`
  const names = [...channels, 'latest']
  const name = names.find((tag) => matchesAny([pattern], tag) || reaches(`${tag}-`))
  return name && (name === 'latest' ? 'latest' : `the channel ${name}`)
}

/** Whether one of the patterns matches the whole tag. */
export function matchesAny(patterns: readonly string[], tag: string): boolean {
  return patterns.some((pattern) => parseNamePattern(pattern)(tag))
}

function literalOf(pattern: string): string {
  return pattern.split('*', 1)[0] ?? ''
}
