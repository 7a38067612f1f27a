// Which tags may move. A floating tag stands for a line of versions (`1.4`, `1`, all of them), and
// moves only when no higher version of its line is published; a channel or branch tag only when it
// has no newer commit. What is published is read back from the repository's tag names, through the
// spelling the image's own full versions have. Where the rules give no full version there is no
// such spelling, and the version counts that our records name for the image the tag is on.
import { type Published, readPublished } from './published.ts'
import type { ResolvedTag } from './tag-set.ts'
import { compareVersions, isOnLine, readAnyVersion, readVersion, type Version } from './version.ts'

export interface HeldBack {
  readonly tag: ResolvedTag
  /** A sentence's end: `1.4.2 is published and higher`. */
  readonly reason: string
  /** The tag name of that higher version. */
  readonly higher?: string
}

export interface Movement {
  /** Everything that is to be pointed at the image, in the order given. */
  readonly move: readonly ResolvedTag[]
  readonly heldBack: readonly HeldBack[]
  /** Tags that move although nothing is known to compare them with. */
  readonly warnings: readonly string[]
}

/** Decides for one repository; `published` are its tag names. Prereleases hold no stable line. */
export function holdBack(facts: {
  tags: readonly ResolvedTag[]
  published: readonly string[]
  /** Channel and branch tags that have a descendant of our commit already, and that commit. */
  newer?: ReadonlyMap<string, string>
  /** Tags that `isUnlisted`, and the version our records name for the image each is on, if any. */
  recorded?: ReadonlyMap<string, string>
}): Movement {
  const higherThan = compareWith(facts.published)
  const heldBack = facts.tags.flatMap((tag): HeldBack[] => {
    const higher = higherThan(tag)
    if (higher) return [heldBackBy(tag, higher)]
    const recorded = isUnlisted(tag) ? facts.recorded?.get(tag.name) : undefined
    if (recorded !== undefined && isAbove(recorded, tag))
      return [{ tag, reason: `it is on ${recorded}, which is higher` }]
    const newer = follows(tag) ? facts.newer?.get(tag.name) : undefined
    return newer === undefined ? [] : [{ tag, reason: followedReason(newer) }]
  })
  const held = new Set(heldBack.map(({ tag }) => tag))
  const move = facts.tags.filter((tag) => !held.has(tag))
  const unchecked = move.filter(
    (tag) => isUnlisted(tag) && (tag.version === undefined || !facts.recorded?.has(tag.name)),
  )
  return { move, heldBack, warnings: unchecked.map(warningOf) }
}

/** Whether a tag moves, and the names of published tags do not tell how. */
export function isUnlisted(tag: ResolvedTag): boolean {
  return isFloating(tag) && (!tag.family || tag.version === undefined)
}

function isAbove(recorded: string, { version = '' }: ResolvedTag): boolean {
  const [there, own] = [readAnyVersion(recorded), readAnyVersion(version)]
  return there !== undefined && own !== undefined && compareVersions(there, own) > 0
}

/** Why a channel or branch tag stays. */
export function followedReason(newerCommit: string): string {
  return `it has the newer commit ${newerCommit.slice(0, 7)}`
}

export function isFloating({ role }: ResolvedTag): boolean {
  return role === 'floating' || role === 'latest'
}

export function heldBackBy(tag: ResolvedTag, { name, version }: Published): HeldBack {
  return { tag, reason: `${version.text} is published and higher`, higher: name }
}

/**
 * For any tag the highest published version above the tag's own, on the tag's line; none for tags
 * that do not float. Reads the names once for each way of spelling versions.
 */
export function compareWith(
  published: readonly string[],
): (tag: ResolvedTag) => Published | undefined {
  const read = new Map<string, readonly Published[]>()
  return (tag) => {
    const { family, version, line = [], prerelease } = tag
    const own = family && version !== undefined && readVersion(version, family.scheme)
    if (!isFloating(tag) || !family || !own) return undefined
    const key = JSON.stringify(family)
    const versions = read.get(key) ?? readPublished(published, family)
    read.set(key, versions)
    // a single number may be a date or a commit, unless our own version is one
    const numbers = Math.min(2, own.release.length)
    let highest: Published | undefined
    for (const other of versions) {
      const { stable, release } = other.version
      const competes = prerelease === undefined ? stable : isOf(other.version, prerelease)
      if (!competes || release.length < numbers || !isOnLine(other.version, line)) continue
      if (compareVersions(other.version, highest?.version ?? own) > 0) highest = other
    }
    return highest
  }
}

function follows({ role }: ResolvedTag): boolean {
  return role === 'channel' || role === 'branch'
}

function warningOf({ name }: ResolvedTag): string {
  return `${name} moves unchecked: no rule gives a full version to compare with, and no record tells the one it has`
}

/** `rc` has 2.0.0-rc.3, but not 2.0.0-rc.3-gpu, which is another variant's. */
function isOf({ channel, rank }: Version, prerelease: string): boolean {
  return channel === prerelease && rank.slice(1).every((part) => typeof part === 'number')
}
