// The expressions every rule, flavor and label may use: what each name means for one event.
// Meanings are docker/metadata-action's, also where they surprise (`is_default_branch` on
// `create`).
import type { WorkflowEvent } from '../event/event.ts'
import { textAt } from '../event/payload.ts'
import { formatDate } from './date-format.ts'
import type { TagRequest } from './request.ts'
import type { Call, Vocabulary } from './template.ts'

export const DATES: Vocabulary = { date: 'date', commit_date: 'date' }

export const GLOBALS: Vocabulary = {
  branch: 'text',
  tag: 'text',
  sha: 'text',
  base_ref: 'text',
  is_default_branch: 'text',
  is_not_default_branch: 'text',
  ...DATES,
}

/** What the values of expressions come from. */
export interface ExpressionFacts {
  readonly event: WorkflowEvent
  /** The commit `{{sha}}` means; empty when unknown. */
  readonly sha: string
  readonly shaLength: number
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly committedAt: number
}

export function expressionFacts(request: TagRequest): ExpressionFacts {
  const { event, shaLength, now, pullRequestSha, committedAt = event.committedAt } = request
  const head = pullRequestSha === 'head' ? event.pullRequest?.headSha : undefined
  const sha = head || event.workflowRun?.headSha || event.sha
  return { event, sha, shaLength, now, committedAt: committedAt ?? now }
}

/** The value of a call of GLOBALS; empty where the event has none. */
export function valueOfGlobal(facts: ExpressionFacts): (call: Call) => string {
  const { event, sha, shaLength, now, committedAt } = facts
  const texts: Readonly<Record<string, () => string>> = {
    branch: () => event.branch ?? '',
    tag: () => event.tag ?? '',
    sha: () => sha.slice(0, shaLength),
    base_ref: () => baseRef(facts),
    is_default_branch: () => String(isDefaultBranch(facts)),
    is_not_default_branch: () => String(!isDefaultBranch(facts)),
  }
  return ({ name, format, zone }) => {
    if (format === undefined) return texts[name]?.() ?? ''
    return formatDate(name === 'commit_date' ? committedAt : now, format, zone)
  }
}

function baseRef({ event }: ExpressionFacts): string {
  if (event.tag !== undefined)
    return textAt(event.payload, 'base_ref')?.replace(/^refs\/heads\//, '') ?? ''
  return event.pullRequest?.baseBranch ?? ''
}

/** Events that know no branch of their own count as the default branch's. */
function isDefaultBranch({ event }: ExpressionFacts): boolean {
  if (event.ref === '') return false
  if (/create|discussion|issues|schedule/.test(event.name)) return true
  const { defaultBranch } = event.repository
  return defaultBranch !== undefined && event.ref.replace(/^refs\/heads\//, '') === defaultBranch
}
