// An audit as Markdown, as a timeline and as text.
import { describe, expect, test } from '@jest/globals'
import { type ImageAudit, type Move, staysOf } from '../../src/notes/audit-report.ts'
import { renderAuditSummary } from '../../src/notes/audit-summary.ts'
import { renderAuditText } from '../../src/notes/audit-text.ts'
import { renderTimeline } from '../../src/notes/audit-timeline.ts'
import { REPORT, withTexts } from './audit-samples.ts'
import { expectGolden } from './golden-file.ts'
import { holdsForHostileText } from './hostile-text.ts'
import { structureOf } from './markdown.ts'
import { digest } from './samples.ts'

test.each([
  ['audit-summary.md', renderAuditSummary(REPORT)],
  ['audit-text.txt', renderAuditText(REPORT)],
])('%s', (name, text) => {
  expectGolden(name, text)
})

// how many disagreements, the line that says so
test.each([
  [0, 'No drift.'],
  [1, 'Drift (1):'],
])('text: %i disagreements', (count, line) => {
  const text = renderAuditText({ ...REPORT, drift: REPORT.drift.slice(0, count) })
  expect(text.split('\n')).toContain(line)
})

test('summary: who moved a channel is a link where the record names both person and run', () => {
  const [image] = REPORT.images
  const [channel] = image?.channels ?? []
  if (!image || !channel) throw new Error('the sample has no channel')
  const of = (by: string | null, run: string | null) =>
    renderAuditSummary({ ...REPORT, images: [{ ...image, channels: [{ ...channel, by, run }] }] })
  expect(of('ann', 'https://example.com/1')).toContain('[ann](<https://example.com/1>)')
  expect(of('ann', null)).toContain('| ann |')
  expect(of(null, 'https://example.com/1')).not.toContain('example.com')
})

const CHANNELS = REPORT.images[0]?.channels ?? []

function moveAt(day: number, content: string): Move {
  const [move] = CHANNELS[0]?.history ?? []
  if (!move) throw new Error('the sample has no move')
  return {
    ...move,
    at: `2026-06-${String(day).padStart(2, '0')}T00:00:00Z`,
    digest: digest(content),
  }
}

describe('stays', () => {
  // name, days and contents of the moves, days from which and contents of the stays
  test.each<[string, [number, string][], [number, string][]]>([
    ['none', [], []],
    ['one', [[1, 'a']], [[1, 'a']]],
    [
      'the same again is one stay',
      [
        [1, 'a'],
        [2, 'a'],
        [3, 'b'],
      ],
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    [
      'back again is a new one',
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'a'],
      ],
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'a'],
      ],
    ],
  ])('%s', (_, moves, expected) => {
    const stays = staysOf(moves.map(([day, content]) => moveAt(day, content)).reverse())
    const from = (day: number) => Date.UTC(2026, 5, day)
    expect(stays.map((stay) => [stay.from, stay.digest])).toEqual(
      expected.map(([day, content]) => [from(day), digest(content)]),
    )
    expect(stays.map(({ to }) => to)).toEqual(
      expected.map((_, index) => {
        const next = expected[index + 1]
        return next && from(next[0])
      }),
    )
  })
})

describe('timeline', () => {
  test('no channel with a history, no diagram', () => {
    expect(
      renderTimeline(
        CHANNELS.map((channel) => ({ ...channel, history: [] })),
        REPORT,
      ),
    ).toBe('')
  })

  test('every line is one that mermaid reads', () => {
    const lines = renderTimeline(CHANNELS, REPORT).split('\n').slice(4, -2)
    const moment = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d'
    const task = new RegExp(`^  [\\w.+~-]+ :(?:done|active|crit), ${moment}, ${moment}$`)
    for (const line of lines)
      expect(line).toMatch(/^ {2}section /.test(line) ? /^ {2}section \w+$/ : task)
    expect(lines).toContain('  section prod')
  })
})

test('text: hostile text stays on its line and says nothing to a terminal', () =>
  holdsForHostileText(200, (text) => {
    const lines = renderAuditText(withTexts(text)).split('\n')
    expect(lines).toHaveLength(renderAuditText(withTexts('x')).split('\n').length)
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
  }))

test('summary: hostile text is no markup', () => {
  const structureWith = (text: string) => structureOf(renderAuditSummary(withTexts(text)))
  const harmless = structureWith('harmless')
  return holdsForHostileText(200, (text) => {
    expect(structureWith(text)).toEqual(harmless)
  })
})

function first<T>([item]: readonly T[]): T {
  if (item === undefined) throw new Error('the sample has none')
  return item
}

const IMAGE = first(REPORT.images)

// name, five more than are shown
test.each<[string, Partial<ImageAudit>]>([
  ['releases', { releases: Array.from({ length: 25 }, () => first(IMAGE.releases)) }],
  ['files', { files: Array.from({ length: 105 }, () => first(IMAGE.files)) }],
])('a long list of %s is cut, and says so', (_, long) => {
  const summary = renderAuditSummary({ ...REPORT, images: [{ ...IMAGE, ...long }] })
  expect(summary.match(/5 more are in the output `json`/g)).toHaveLength(1)
})
