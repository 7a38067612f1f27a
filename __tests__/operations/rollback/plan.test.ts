// Where a rollback goes by what the ledger has of the channel, and where it stops.
import { expect, test } from '@jest/globals'
import { parseRepository } from '../../../src/oci/reference.ts'
import { readState } from '../../../src/operations/channel/state.ts'
import { parseGoal } from '../../../src/operations/rollback/goal.ts'
import { planRollback, type RollbackChoices } from '../../../src/operations/rollback/plan.ts'
import { digest, entries, IMAGE } from '../../ledger/entries.ts'

interface Row {
  /** What the ledger has of prod, as words. */
  readonly prod: string
  /** What the tag of prod is on. */
  readonly tag?: string
  readonly to?: string
  /** What the registry has under the name that `to` says. */
  readonly named?: string
  readonly choices?: Partial<RollbackChoices>
}

function plan({ prod, tag, to = 'previous', named, choices = {} }: Row) {
  const name = { images: [IMAGE], variant: undefined, channel: 'prod' }
  const tagDigest = tag === undefined ? undefined : digest(tag)
  const state = readState(entries(prod).reverse(), name, tagDigest)
  const image = parseRepository(IMAGE)
  return planRollback(
    { image, state, named: named === undefined ? {} : { digest: digest(named) } },
    {
      channel: { tag: 'prod', environment: 'production' },
      variant: undefined,
      goal: parseGoal(to),
      force: false,
      expect: undefined,
      hasLedger: true,
      reason: undefined,
      ...choices,
    },
  )
}

const moved = { movesTag: true, recording: { kind: 'new' }, forced: false }
const done = { movesTag: false, recording: { kind: 'none' } }

// name, the state of prod, the digest it goes to, what is done
test.each<[string, Row, string, object]>([
  ['one back', { prod: 'a b', tag: 'b' }, 'a', { ...moved, previous: digest('b') }],
  ['two back', { prod: 'a b c <b', tag: 'b' }, 'a', moved],
  ['back to the top', { prod: 'a b', tag: 'c' }, 'b', moved],
  ['a tag that is gone', { prod: 'a b' }, 'b', moved],
  ['a digest it has had', { prod: 'a b c', tag: 'c', to: digest('a') }, 'a', moved],
  ['where it is', { prod: 'a b', tag: 'b', to: digest('b') }, 'b', done],
  ['a tag the channel has had', { prod: 'a b', tag: 'b', to: 'git-abc', named: 'a' }, 'a', moved],
  ['a time', { prod: 'a b c', tag: 'c', to: '2026-01-01T00:00:01Z' }, 'b', moved],
  [
    'interrupted: completed, not gone on from',
    { prod: 'a b c <b?', tag: 'b' },
    'b',
    { movesTag: false, recording: { kind: 'complete', deployment: 4 } },
  ],
  [
    'a digest it never had, by force',
    { prod: 'a b', tag: 'b', to: digest('c'), choices: { force: true } },
    'c',
    { ...moved, forced: true },
  ],
  [
    'a digest, without a ledger',
    { prod: '', tag: 'b', to: digest('c'), choices: { hasLedger: false } },
    'c',
    { movesTag: true, recording: { kind: 'none' }, forced: false },
  ],
])('%s', (_, row, letter, expected) => {
  expect(plan(row)).toMatchObject({ digest: digest(letter), operation: 'rollback', ...expected })
})

// name, the state of prod, the code
test.each<[string, Row, string]>([
  ['nothing before', { prod: 'a', tag: 'a' }, 'gate'],
  ['no records', { prod: '', tag: 'a' }, 'gate'],
  ['a digest it never had', { prod: 'a b', tag: 'b', to: digest('c') }, 'gate'],
  ['a tag it never had', { prod: 'a b', tag: 'b', to: 'x', named: 'c' }, 'gate'],
  ['a tag that is not there', { prod: 'a b', to: 'x', choices: { force: true } }, 'gate'],
  ['no ledger and no word', { prod: '', choices: { hasLedger: false } }, 'gate'],
  [
    'something unexpected',
    { prod: 'a b', tag: 'b', choices: { expect: digest('c') } },
    'tag-conflict',
  ],
])('%s stops', (_, row, code) => {
  expect(() => plan(row)).toThrow(expect.objectContaining({ code }))
})
