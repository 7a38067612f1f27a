// What a channel has, had and was rolled back from, and where a rollback goes.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { entriesOf, replay, stateAt, topOf } from '../../src/ledger/replay.ts'
import { candidatesOf, parseTime, previousOf } from '../../src/ledger/rollback-target.ts'
import { digest, entries, IMAGE, letterOf } from './entries.ts'

const NAME = { images: [IMAGE], variant: undefined, channel: 'prod' }

function replayed(words: string) {
  return replay(entriesOf(entries(words), NAME))
}

const letters = (digests: Iterable<string>) => [...digests].map(letterOf).join('')

// what happened, the stack, what was rolled back and has not come back
test.each([
  ['', '', ''],
  ['a', 'a', ''],
  ['a b c', 'abc', ''],
  ['a b c <b', 'ab', 'c'],
  ['a b c <b <a', 'a', 'cb'],
  ['a b c <a', 'a', 'bc'],
  ['a b <a c', 'ac', 'b'],
  ['a b <a c <a', 'a', 'bc'],
  ['a b <a b', 'ab', ''],
  ['a b a', 'aba', ''],
  ['a b a <b', 'ab', 'a'],
  ['a b a <b <a', 'a', 'b'],
  ['a a a', 'a', ''],
  ['a b! c', 'ac', ''],
  ['a b? c', 'ac', ''],
  ['a b <b', 'ab', ''],
  ['a b <c', 'ac', 'b'],
  ['<a', 'a', ''],
])('%s', (words, stack, rolledBack) => {
  const history = replayed(words)
  expect(letters(history.stack.map(({ record }) => record.digest))).toBe(stack)
  expect(letters(history.rolledBack)).toBe(rolledBack)
})

test('order is that of success, and of creation within a second', () => {
  const [a, b, c] = entries('a b c')
  if (!a || !b || !c) throw new Error('three entries')
  const shuffled = [{ ...c, at: b.at }, { ...a, at: c.at }, b]
  const order = entriesOf(shuffled, NAME).map(({ record }) => letterOf(record.digest))
  expect(order).toEqual(['b', 'c', 'a'])
})

test('other images, variants and channels are other histories', () => {
  const [entry] = entries('a')
  if (!entry) throw new Error('an entry')
  const others = [{ image: 'ghcr.io/acme/web' }, { variant: 'gpu' }, { channel: 'dev' }]
  const all = others.map((other) => ({ ...entry, record: { ...entry.record, ...other } }))
  expect(entriesOf(all, NAME)).toEqual([])
  expect(entriesOf(all, { ...NAME, variant: 'gpu' })).toHaveLength(1)
})

describe('previous', () => {
  // what happened, where the tag is, where it goes
  test.each([
    ['a b c', 'c', 'b'],
    ['a b c <b', 'b', 'a'],
    ['a b c <b d', 'd', 'b'],
    ['a b c', 'e', 'c'],
    ['a b c', undefined, 'c'],
    ['a', 'a', undefined],
    ['', 'a', undefined],
  ])('%s with the tag on %s: %s', (words, tag, expected) => {
    const target = previousOf(replayed(words), tag === undefined ? undefined : digest(tag))
    expect(letterOf(target?.record.digest)).toBe(expected)
  })

  test('going back again and again never visits an entry twice, and ends', () => {
    return fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', '<a', '<b')), (words) => {
        const visited: string[] = []
        for (let history = replayed(words.join(' ')); ; ) {
          const top = topOf(history)
          const target = previousOf(history, top?.record.digest)
          if (!top || !target) break
          visited.push(String(target.id))
          const { at } = history.entries.at(-1) ?? top
          const back = {
            ...target,
            at,
            record: { ...target.record, operation: 'rollback' as const },
          }
          const next = replay([...history.entries, back])
          expect(topOf(next)?.record.digest).toBe(target.record.digest)
          expect(next.stack).toHaveLength(history.stack.length - 1)
          history = next
        }
        expect(new Set(visited).size).toBe(visited.length)
      }),
    )
  })
})

test('the state at a time is what had come by then', () => {
  const { entries: all } = replayed('a b c')
  const at = (time: string) => letterOf(stateAt(all, parseTime(time) ?? 0)?.record.digest)
  expect(at('2025-12-31T23:59:59Z')).toBeUndefined()
  expect(at('2026-01-01T00:00:01Z')).toBe('b')
  expect(at('2027-01-01T00:00:00+02:00')).toBe('c')
})

test('candidates are the newest first, each once, without what is there', () => {
  const found = candidatesOf(replayed('a b a c'))
  expect(letters(found.map(({ record }) => record.digest))).toBe('ab')
})

test.each([
  '2026-01-01',
  '2026-01-01T00:00:00',
  'yesterday',
  '2026-13-01T00:00:00Z',
  '2026-02-31T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '1.0.0',
])('%s is no RFC 3339 time', (text) => {
  expect(parseTime(text)).toBeUndefined()
})

test.each([
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ['2026-01-31T23:30:00.5-01:00', Date.UTC(2026, 1, 1, 0, 30, 0, 500)],
  ['2026-01-31t12:00z', Date.UTC(2026, 0, 31, 12)],
])('%s is a time', (text, milliseconds) => {
  expect(parseTime(text)).toBe(milliseconds)
})
