// What a promotion does by the state of the channel, and where it stops.
import { expect, test } from '@jest/globals'
import { parseRepository } from '../../../src/oci/reference.ts'
import { readState } from '../../../src/operations/channel/state.ts'
import { type PromotionChoices, planPromotion } from '../../../src/operations/promote/plan.ts'
import { digest, entries, IMAGE } from '../../ledger/entries.ts'

const CHANNELS = ['dev', 'staging', 'prod'].map((tag) => ({ tag, environment: tag }))
const A = digest('a')

interface Row {
  /** What the ledger has of staging, as words; promoted is digest a. */
  readonly staging?: string
  /** What the tag of staging is on. */
  readonly tag?: string
  readonly choices?: Partial<PromotionChoices>
}

function plan({ staging = '', tag, choices = {} }: Row) {
  const image = parseRepository(IMAGE)
  const named = (channel: string) => ({ images: [IMAGE], variant: undefined, channel })
  const dev = readState(entries('a', 'dev'), named('dev'), undefined)
  const tagDigest = tag === undefined ? undefined : digest(tag)
  const state = readState(entries(staging, 'staging').reverse(), named('staging'), tagDigest)
  const facts = {
    source: image,
    target: image,
    digest: A,
    version: '2.0.1',
    isReleased: false,
    states: new Map([
      ['dev', dev],
      ['staging', state],
    ]),
    marked: new Map(),
  }
  return planPromotion([facts], {
    channels: CHANNELS,
    to: CHANNELS.slice(1, 2),
    variant: undefined,
    gate: 'ledger',
    force: false,
    expect: undefined,
    usesTags: true,
    hasLedger: true,
    marks: [],
    from: '2.0.1',
    reason: undefined,
    ...choices,
  })
}

const done = { movesTag: false, recording: { kind: 'none' } }
const moved = { movesTag: true, recording: { kind: 'new' }, forced: false }
const recorded = { movesTag: false, recording: { kind: 'new' } }

// name, the state of staging, what is done
test.each<[string, Row, object]>([
  ['a channel without anything', {}, moved],
  [
    'a channel with another digest',
    { staging: 'b', tag: 'b' },
    { ...moved, previous: digest('b') },
  ],
  ['already there, and recorded', { staging: 'b a', tag: 'a' }, done],
  ['already there, and nothing was ever recorded', { tag: 'a' }, done],
  ['already there by hand, and the ledger says else', { staging: 'b', tag: 'a' }, recorded],
  [
    'already there by a run that could not say so',
    { staging: 'b a?', tag: 'a' },
    { movesTag: false, recording: { kind: 'complete', deployment: 2 } },
  ],
  ['recorded, but its tag is elsewhere', { staging: 'a', tag: 'b' }, moved],
  [
    'without a ledger',
    { tag: 'b', choices: { hasLedger: false } },
    { movesTag: true, recording: { kind: 'none' } },
  ],
  [
    'without tags',
    { staging: 'b', choices: { usesTags: false } },
    { ...recorded, previous: digest('b') },
  ],
  ['without tags, already there', { staging: 'a', choices: { usesTags: false } }, done],
  ['with a variant', { choices: { variant: 'gpu' } }, { ...moved, tag: 'staging-gpu' }],
  ['what was expected', { tag: 'b', choices: { expect: digest('b') } }, moved],
  [
    'already there, whatever was expected',
    { staging: 'a', tag: 'a', choices: { expect: digest('b') } },
    done,
  ],
  [
    'forced through a closed gate',
    { staging: 'b a <b', tag: 'b', choices: { force: true } },
    { ...moved, forced: true },
  ],
  ['force is not told where the gate is open', { choices: { force: true } }, moved],
])('%s', (_, row, expected) => {
  expect(plan(row).moves).toMatchObject([{ digest: A, operation: 'promote', ...expected }])
})

// name, the state of staging, the code
test.each<[string, Row, string]>([
  ['a closed gate', { staging: 'b a <b', tag: 'b' }, 'gate'],
  [
    'a closed gate on the ledger alone',
    { staging: 'b a <b', choices: { usesTags: false } },
    'gate',
  ],
  ['something unexpected', { tag: 'b', choices: { expect: digest('c') } }, 'tag-conflict'],
  ['nothing where something was expected', { choices: { expect: digest('c') } }, 'tag-conflict'],
])('%s stops', (_, row, code) => {
  expect(() => plan(row)).toThrow(expect.objectContaining({ code }))
})
