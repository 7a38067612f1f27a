// Everything the tags of one run depend on, as values.
import type { WorkflowEvent } from '../event/event.ts'

/** A regular expression as a user wrote it. */
export interface UserRegex {
  readonly source: string
  readonly flags: string
}

/**
 * Runs a user's regular expression: the whole match and its groups, or undefined. Throws when it
 * had to be stopped; JavaScript cannot stop one from within, so the shell hands this in.
 */
export type MatchText = (
  regex: UserRegex,
  text: string,
) => readonly (string | undefined)[] | undefined

export interface TagRequest {
  readonly event: WorkflowEvent
  /** Input `tags`: rule lines. Empty: the default rules. */
  readonly rules: string
  /**
   * `standard`: our set. `metadata`: docker/metadata-action's four, and as there no release event
   * is skipped for its action.
   */
  readonly defaultRules: 'standard' | 'metadata'
  /** Input `flavor`. */
  readonly flavor: string
  /** In promotion order; the first is the default branch's. */
  readonly channels: readonly string[]
  /** Suffix of every tag, without the dash; empty: none. */
  readonly variant: string
  readonly version?: string
  readonly versionFrom?: 'input' | 'version-file'
  /** Git tags begin with this; versions of others are not ours. */
  readonly tagPrefix: string
  /** false: no tag of role `floating` or `latest`. */
  readonly floating: boolean
  readonly allowLatest: boolean
  /** A tag push that no rule reads gives an empty set instead of an error. */
  readonly allowEmpty: boolean
  /** Characters of a short commit; 7 unless told. */
  readonly shaLength: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** When the commit was made, in milliseconds; default: what the event says, then `now`. */
  readonly committedAt?: number
  /** Which commit `type=sha` and `{{sha}}` mean on a pull request. Default `merge`. */
  readonly pullRequestSha?: 'merge' | 'head'
  /** Default: JavaScript's own engine, which a catastrophic regex can stall. */
  readonly match?: MatchText
}
