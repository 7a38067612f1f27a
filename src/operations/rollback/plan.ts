// The decision of a rollback: which digest the channel goes back to, and what is recorded. Pure.
import { ReleaseError } from '../../errors.ts'
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { candidatesOf, entryAt, previousOf } from '../../ledger/rollback-target.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { isChange, type Move, requireExpected } from '../channel/move.ts'
import { type ChannelState, recordingOf } from '../channel/state.ts'
import { isSameVersion } from '../channel/tag-names.ts'
import type { Goal } from './goal.ts'

export interface RollbackFacts {
  readonly image: Repository
  readonly state: ChannelState
  readonly named: NamedTarget
}

/** What the registry has under the name that `to` says; empty: no such tag, or not asked. */
export interface NamedTarget {
  readonly digest?: Digest
  /** Of a full version tag. */
  readonly version?: string | undefined
}

export interface RollbackChoices {
  readonly channel: Channel
  readonly variant: string | undefined
  readonly goal: Goal
  readonly force: boolean
  readonly expect: Digest | undefined
  readonly hasLedger: boolean
  readonly reason: string | undefined
}

/**
 * Throws `gate` with the candidates where the ledger knows no such thing of the channel, and
 * `tag-conflict` where the channel has not what was expected. That the digest is still there is the
 * caller's to check.
 */
export function planRollback(facts: RollbackFacts, choices: RollbackChoices): Move {
  const { image, state } = facts
  const { channel, hasLedger, reason, goal } = choices
  const target = interrupted(facts, choices) ?? findTarget(facts, choices)
  const previous = state.tagDigest
  const movesTag = previous !== target.digest
  const { version } = target
  const move: Move = {
    source: image,
    target: image,
    channel,
    tag: withVariant(channel.tag, choices.variant),
    digest: target.digest,
    ...(version ? { version } : {}),
    ...(previous ? { previous } : {}),
    operation: 'rollback',
    from: goal.text,
    ...(reason ? { reason } : {}),
    forced: target.isForced,
    movesTag,
    recording: recordingOf(state, target.digest, { hasLedger, movesTag }),
  }
  if (isChange(move)) requireExpected(move, choices.expect)
  return move
}

interface Target {
  readonly digest: Digest
  readonly version?: string | undefined
  readonly isForced: boolean
}

/** A rollback that moved the tag and could not say so is completed, and not gone on from. */
function interrupted({ state }: RollbackFacts, { goal }: RollbackChoices): Target | undefined {
  const { open, history } = state
  const top = history.stack.at(-1)
  const isNewest = open && (top === undefined || open.id > top.id)
  if (goal.kind !== 'previous' || !isNewest || open.record.operation !== 'rollback')
    return undefined
  return { ...open.record, isForced: open.record.forced }
}

/** Known: the channel has had it. Without a ledger whoever names a digest is believed. */
function findTarget(facts: RollbackFacts, choices: RollbackChoices): Target {
  const { state, named } = facts
  const { goal, force, hasLedger } = choices
  const entry = findEntry(state, goal, named.digest)
  if (entry) return { ...entry.record, isForced: false }
  const { version } = named
  const digest = goal.kind === 'digest' ? goal.digest : named.digest
  if (digest && (force || !hasLedger)) return { digest, version, isForced: hasLedger }
  throw unknown(facts, choices)
}

function findEntry(
  { history, tagDigest }: ChannelState,
  goal: Goal,
  named: Digest | undefined,
): LedgerEntry | undefined {
  const newest = (fits: (entry: LedgerEntry) => boolean) => history.entries.findLast(fits)
  if (goal.kind === 'previous') return previousOf(history, tagDigest)
  if (goal.kind === 'time') return entryAt(history, goal.milliseconds)
  if (goal.kind === 'digest') return newest(({ record }) => record.digest === goal.digest)
  const { text } = goal
  const byVersion = newest(({ record }) => isSameVersion(record.version ?? '', text))
  return byVersion ?? newest(({ record }) => record.digest === named)
}

function unknown({ image, state }: RollbackFacts, choices: RollbackChoices): ReleaseError {
  const { channel, goal, hasLedger } = choices
  const refused = (why: string, hint: string) => {
    const name = `${channel.tag} of ${formatRepository(image)}`
    return new ReleaseError('gate', `Cannot roll back ${name}: ${why}`, { hint })
  }
  if (!hasLedger)
    return goal.kind === 'name'
      ? refused(`the registry has no ${goal.text}`, 'Name another version, tag or digest in "to".')
      : refused(
          'without a ledger it is not known what it had',
          'Name a version, tag or digest in "to", or give github-token and "deployments: write".',
        )
  const candidates = listCandidates(state)
  const among = candidates === '' ? '' : 'one of the candidates in "to", or '
  const what = goal.kind === 'previous' ? 'what it had before' : `${goal.text} there`
  return refused(
    `the ledger does not know ${what}${candidates}`,
    `Name ${among}a version, tag or digest in "to" with force: true.`,
  )
}

const MAX_CANDIDATES = 10

/** A line for each, the newest first; empty where there is none. */
export function listCandidates({ history }: ChannelState): string {
  const lines = candidatesOf(history).map(({ record, at }) =>
    [record.digest, record.version, `since ${at}`].filter(Boolean).join(' '),
  )
  if (lines.length === 0) return ''
  const rest = lines.length - MAX_CANDIDATES
  const more = rest > 0 ? [`and ${rest} more`] : []
  return `. Candidates:\n${[...lines.slice(0, MAX_CANDIDATES), ...more].join('\n')}`
}
