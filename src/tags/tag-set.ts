// What the tag rules give for one event: an ordered set of tags, each with its role, which decides
// later whether it may move.

/**
 * - `version`: a full version; names one image for ever
 * - `commit`: `git-<sha>`; names a commit's first image for ever
 * - `floating`: a shorter version (`1.4`, `1`); moves forward along its line
 * - `latest`: moves forward along all versions
 * - `channel`, `branch`: follow a branch; do not move to an ancestor of the commit they have
 * - `preview`: of a pull request; moves always
 * - `part`: the image of one platform, for merge to join; moves always
 * - `free`: everything else (`nightly`, raw values); moves always
 */
export type TagRole =
  | 'version'
  | 'commit'
  | 'floating'
  | 'latest'
  | 'channel'
  | 'branch'
  | 'preview'
  | 'part'
  | 'free'

/**
 * How versions are written: semantic versions; PEP 440; or any numbers with dots (`1.4`, `1.2.3.4`,
 * `2024.01.05`), of which semantic versions are a part.
 */
export type Scheme = 'semver' | 'pep440' | 'dotted'

/** How an image's full versions are spelled as tags: prefix, version, suffix (variant included). */
export interface VersionFamily {
  readonly scheme: Scheme
  readonly prefix: string
  readonly suffix: string
  /** Build metadata follows the version behind a dash: `1.4.2-7`. */
  readonly build: boolean
}

export interface ResolvedTag {
  /** A valid tag, variant included. */
  readonly name: string
  readonly role: TagRole
  /** The rule that gave it, for the log: `type=standard`, `line 2: type=semver,…`. */
  readonly rule: string
  /** `floating`: the version line it stands for, as numbers: `[1, 4]`; empty: all versions. */
  readonly line?: readonly number[]
  /** `floating`: a line of prereleases only, of this kind: `rc` of `2.0.0-rc.1`. */
  readonly prerelease?: string
  /** `version`, `floating`, `latest`: the version it stands for, where that is known. */
  readonly version?: string
  /** `floating`, `latest`: where to find the versions it competes with; absent when unknown. */
  readonly family?: VersionFamily
}

export interface TagSet {
  /** Most specific first, each name once. Empty only when `skipped` says why. */
  readonly tags: readonly ResolvedTag[]
  /** The version without prefix, `v` or variant; undefined where the event is no version's. */
  readonly version?: string
  readonly prerelease: boolean
  /** The first tag a rule gave, what docker/metadata-action's output `version` holds. */
  readonly main?: string
  /** Set: this event is not for us; the run ends green with this one line. */
  readonly skipped?: string
  /** Sentences for people: rules that failed to give a tag, names that had to be changed. */
  readonly notices: readonly string[]
  /** Rules that are for other events, each with why, for those who look for a missing tag. */
  readonly unused?: readonly string[]
}
