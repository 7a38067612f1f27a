// What a tag rule is: one value with a type, its attributes, and `apply`, which says for one event
// either what tags the rule gives or why it gives none.
import { type Attributes, readAttributes, type Values } from './attribute.ts'
import type { ExpressionFacts } from './expressions.ts'
import type { MatchText } from './request.ts'
import type { Scheme, TagRole } from './tag-set.ts'

/** A tag before prefix, suffix and variant. */
export interface Candidate {
  readonly value: string
  readonly role: TagRole
  readonly line?: readonly number[]
  readonly prerelease?: string
  readonly version?: string
  readonly spelling?: Spelling
}

/** How a full version stands in the value of its rule. */
export interface Spelling {
  readonly scheme: Scheme
  readonly before: string
  readonly after: string
  /** Build metadata is part of it, behind a dash. */
  readonly build: boolean
}

export type Outcome =
  | {
      readonly candidates: readonly Candidate[]
      /** What `latest=auto` makes of it, when this is the first rule that gives a tag. */
      readonly latest: boolean
      /** In place of the flavor's prefix, where the rule's line has none. */
      readonly prefix?: string
      readonly notices?: readonly string[]
    }
  | Skipped

/** Why a rule gives no tag. `usual`: it is for other events, which nobody need be told. */
export interface Skipped {
  readonly skipped: string
  readonly usual?: boolean
}

/** What rules see of a run. */
export interface RuleContext extends ExpressionFacts {
  readonly channels: readonly string[]
  /** What version rules read: the input or the git tag less its prefix; absent: neither. */
  readonly versionText?: string
  readonly match: MatchText
}

export interface Rule {
  readonly type: string
  readonly summary: string
  /** Rules are applied from the highest to the lowest, equal ones in the order written. */
  readonly priority: number
  readonly attributes: Attributes
  /** Reads the attributes as written, then applies to any event. Throws ReleaseError `input`. */
  readonly read: (written: ReadonlyMap<string, string>) => (context: RuleContext) => Outcome
}

export function defineRule<A extends Attributes>(
  rule: Omit<Rule, 'read' | 'attributes'> & {
    readonly attributes: A
    /** What attributes must be to each other. Throws ReleaseError `input`. */
    readonly check?: (values: Values<A>) => void
    readonly apply: (values: Values<A>, context: RuleContext) => Outcome
  },
): Rule {
  const { apply, check, ...shown } = rule
  return {
    ...shown,
    read: (written) => {
      const values = readAttributes(rule.attributes, written)
      check?.(values)
      return (context) => apply(values, context)
    },
  }
}

/** The usual outcome: one tag that `latest=auto` does not follow. */
export function oneTag(candidate: Candidate, prefix?: string): Outcome {
  return { candidates: [candidate], latest: false, ...(prefix === undefined ? {} : { prefix }) }
}

/** Why the event is not of that branch, the default one where none is named; undefined: it is. */
export function notOfBranch(branch: string, { event }: RuleContext): Skipped | undefined {
  const wanted = branch || event.repository.defaultBranch
  if (wanted === undefined) return { skipped: 'the event does not name the default branch' }
  if (event.branch === wanted) return undefined
  return { skipped: `the event is not of branch ${wanted}`, usual: true }
}
