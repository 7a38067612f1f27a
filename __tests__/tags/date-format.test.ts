// Dates as moment shows them, and the time zones that have a name.
import { describe, expect, test } from '@jest/globals'
import { formatDate, isTimeZone } from '../../src/tags/date-format.ts'

const JULY = Date.UTC(2026, 6, 24, 22, 5, 9, 7)
const NOON = Date.UTC(2026, 0, 2, 12, 30)
const NEW_YEAR = Date.UTC(2027, 0, 1, 0, 30)

describe('formatDate', () => {
  // the instant, format, zone, what moment 2.30 shows
  test.each<[number, string, string | undefined, string]>([
    [JULY, 'YYYYMMDD', undefined, '20260724'],
    [JULY, 'YYYY-MM-DD HH:mm:ss.SSS', undefined, '2026-07-24 22:05:09.007'],
    [JULY, 'YYYYMMDD-HHmmss', 'Asia/Tokyo', '20260725-070509'],
    [JULY, 'YYYY-MM-DDTHH:mm:ssZ', 'America/New_York', '2026-07-24T18:05:09-04:00'],
    [JULY, 'ZZ', 'Asia/Kolkata', '+0530'],
    [JULY, 'z', 'Europe/Paris', 'CEST'],
    [NEW_YEAR, 'z', 'America/New_York', 'EST'],
    [JULY, 'z', 'America/Sao_Paulo', '-03'],
    [JULY, 'z', undefined, 'UTC'],
    [JULY, 'Z z', 'utc', '+00:00 UTC'],
    [JULY, '', undefined, '2026-07-24T22:05:09Z'],
    [JULY, '', 'Europe/Paris', '2026-07-25T00:05:09+02:00'],
    [JULY, 'dddd, MMMM Do YYYY', undefined, 'Friday, July 24th 2026'],
    [JULY, 'ddd dd d do e E', undefined, 'Fri Fr 5 5th 5 5'],
    [NEW_YEAR, 'w wo ww W Wo WW gg gggg GG GGGG', undefined, '1 1st 01 53 53rd 53 27 2027 26 2026'],
    [NEW_YEAR, 'w W gggg GGGG', 'Pacific/Auckland', '1 53 2027 2026'],
    [JULY, 'Q Qo M Mo MMM DDD DDDo DDDD', undefined, '3 3rd 7 7th Jul 205 205th 205'],
    [NEW_YEAR, 'DDDD D Do', undefined, '001 1 1st'],
    [Date.UTC(2026, 6, 30), 'DDDo', undefined, '211th'],
    [Date.UTC(2023, 0, 5), 'w', undefined, '1'],
    [JULY, 'h hh H HH k kk a A', undefined, '10 10 22 22 22 22 pm PM'],
    [NOON, 'h hh H k a A', undefined, '12 12 12 12 pm PM'],
    [NEW_YEAR, 'h hh H HH k kk a A', undefined, '12 12 0 00 24 24 am AM'],
    [JULY, 'S SS SSS SSSS SSSSSSSSS', undefined, '0 00 007 0070 007000000'],
    [JULY, 'X x', undefined, '1784930709 1784930709007'],
    [
      JULY,
      'Y YY YYYYY YYYYYY y yo N NNNN',
      undefined,
      '2026 26 02026 +002026 2026 2026th AD Anno Domini',
    ],
    [
      JULY,
      'LTS|LT|L|LL|LLL|LLLL|l|ll|lll|llll',
      undefined,
      '10:05:09 PM|10:05 PM|07/24/2026|July 24, 2026|July 24, 2026 10:05 PM|Friday, July 24, 2026 10:05 PM|7/24/2026|Jul 24, 2026|Jul 24, 2026 10:05 PM|Fri, Jul 24, 2026 10:05 PM',
    ],
    [JULY, 'hmm hmmss Hmm Hmmss', undefined, '1005 100509 2205 220509'],
    [JULY, '[T]YYYY [at] \\M\\M [[x] ]', undefined, 'T2026 at MM [x] '],
    [JULY, 'foo-b-c_.', undefined, 'foo-b-c_.'],
    [JULY, 'YYYY.ww', undefined, '2026.30'],
    [JULY, 'v1.YYYY', undefined, 'v1.2026'],
  ])('%d in %s of %s', (time, format, zone, shown) => {
    expect(formatDate(time, format, zone)).toBe(shown)
  })

  // the instant before and after a change of clocks
  test.each([
    [Date.UTC(2026, 2, 29, 0, 59, 59), '01:59:59+01:00'],
    [Date.UTC(2026, 2, 29, 1), '03:00:00+02:00'],
    [Date.UTC(2026, 9, 25, 0, 59, 59), '02:59:59+02:00'],
    [Date.UTC(2026, 9, 25, 1), '02:00:00+01:00'],
  ])('%d where clocks change', (time, shown) => {
    expect(formatDate(time, 'HH:mm:ssZ', 'Europe/Paris')).toBe(shown)
  })
})

test.each([
  ['Europe/Paris', true],
  ['europe/paris', true],
  ['UTC', true],
  ['EST', true],
  ['Mars/Phobos', false],
  ['+01:00', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})
