// Users' regular expressions: checked before any event, run through the port that can stop them.
import { messageOf, ReleaseError } from '../errors.ts'
import type { MatchText, UserRegex } from './request.ts'

/** Throws ReleaseError `input` when it is broken or has no such group; 0 is the whole match. */
export function parseRegex(regex: UserRegex, group: number): UserRegex {
  const { source, flags } = regex
  const found = groupsOf(regex)
  if (group <= found) return regex
  throw new ReleaseError(
    'input',
    `/${source}/${flags} has ${found} groups, but group ${group} is asked for`,
  )
}

function groupsOf({ source, flags }: UserRegex): number {
  try {
    new RegExp(source, flags)
    // the empty alternative matches at once, so that the groups are counted and nothing else is
    // tried
    return (new RegExp(`|${source}`, flags).exec('')?.length ?? 1) - 1
  } catch (cause) {
    throw new ReleaseError('input', messageOf(cause), { cause })
  }
}

/** Throws ReleaseError `input`, naming the regex, when it had to be stopped. */
export function runRegex(
  regex: UserRegex,
  text: string,
  { match }: { readonly match: MatchText },
): readonly (string | undefined)[] | undefined {
  try {
    return match(regex, text)
  } catch (cause) {
    const shown = `/${regex.source}/${regex.flags}`
    const why = messageOf(cause)
    throw new ReleaseError('input', `${shown} could not be matched with ${text}: ${why}`, { cause })
  }
}
