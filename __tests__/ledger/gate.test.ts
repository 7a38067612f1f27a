// Whether a digest may come into a channel, and the words for why not.
import { expect, test } from '@jest/globals'
import { type GateKind, whyClosed } from '../../src/ledger/gate.ts'
import { entriesOf, replay } from '../../src/ledger/replay.ts'
import { digest, entries, IMAGE } from './entries.ts'

interface Row {
  readonly gate?: GateKind
  readonly to?: string
  /** What happened in the channels, as words. */
  readonly dev?: string
  readonly staging?: string
  readonly prod?: string
  /** What their tags are on. */
  readonly tags?: Readonly<Record<string, string>>
  readonly released?: boolean
}

// name, the state, why digest a may not come in; undefined: it may
test.each<[string, Row, string | undefined]>([
  ['the first channel is open', { to: 'dev' }, undefined],
  ['the ledger knows it', { dev: 'a b' }, undefined],
  ['the ledger knows others', { dev: 'b c' }, 'the ledger does not know it in dev'],
  ['its record failed', { dev: 'b a!' }, 'the ledger does not know it in dev'],
  ['its record is open', { dev: 'b a?' }, 'the ledger does not know it in dev'],
  [
    'records count, not the tag',
    { dev: 'b', tags: { dev: 'a' } },
    'the ledger does not know it in dev',
  ],
  ['no records, its tag', { tags: { dev: 'a' } }, undefined],
  [
    'no records, another tag',
    { tags: { dev: 'b' } },
    `dev has no records, and its tag is on ${digest('b')}`,
  ],
  ['no records, no tag', {}, 'dev has no records, and its tag is on nothing'],
  ['a version has been in the first', { dev: 'b', released: true }, undefined],
  [
    'but not in the second',
    { to: 'prod', released: true },
    'staging has no records, and its tag is on nothing',
  ],
  ['rolled back there', { dev: 'b a <b' }, 'it was rolled back from dev'],
  [
    'rolled back there, though a version',
    { dev: 'b a <b', released: true },
    'it was rolled back from dev',
  ],
  [
    'rolled back from where it goes',
    { dev: 'a', staging: 'b a <b' },
    'it was rolled back from staging',
  ],
  ['rolled back and returned', { dev: 'b a <b a' }, undefined],
  ['rolled back from the first', { to: 'dev', dev: 'b a <b' }, 'it was rolled back from dev'],
  ['tag: on it', { gate: 'tag', dev: 'a b', tags: { dev: 'a' } }, undefined],
  [
    'tag: no more on it',
    { gate: 'tag', dev: 'a b', tags: { dev: 'b' } },
    `the tag of dev is on ${digest('b')}`,
  ],
  ['off', { gate: 'off', to: 'prod' }, undefined],
  ['off, but rolled back', { gate: 'off', staging: 'b a <b' }, 'it was rolled back from staging'],
])('%s', (_, row, expected) => {
  const channels = ['dev', 'staging', 'prod'] as const
  const states = channels.map((channel) => {
    const name = { images: [IMAGE], variant: undefined, channel }
    const history = replay(entriesOf(entries(row[channel] ?? '', channel), name))
    const letter = row.tags?.[channel]
    return [channel, { history, tagDigest: letter ? digest(letter) : undefined }] as const
  })
  const why = whyClosed({
    gate: row.gate ?? 'ledger',
    digest: digest('a'),
    channels,
    to: row.to ?? 'staging',
    states: new Map(states),
    isReleased: row.released ?? false,
  })
  expect(why).toBe(expected)
})
