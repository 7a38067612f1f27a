// The letters of date formats: what each shows of a moment. Names are English; weeks begin on
// Sunday (`w`, `g`), by ISO 8601 on Monday (`W`, `G`).

/** An instant, with the date and time of its zone in the UTC fields of `local`. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly local: Date
  /** Minutes ahead of UTC. */
  readonly offset: number
  readonly zone: string
}

const DAY = 24 * 60 * 60 * 1000

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

type Show = (moment: Moment) => string
type Numeral = (moment: Moment) => number

const year: Numeral = ({ local }) => local.getUTCFullYear()
const month: Numeral = ({ local }) => local.getUTCMonth() + 1
const quarter: Numeral = (moment) => Math.ceil(month(moment) / 3)
const date: Numeral = ({ local }) => local.getUTCDate()
const dayOfYear: Numeral = ({ local }) =>
  Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY) + 1
const weekday: Numeral = ({ local }) => local.getUTCDay()
const hour: Numeral = ({ local }) => local.getUTCHours()
const hourOf12: Numeral = (moment) => hour(moment) % 12 || 12
const hourOf24: Numeral = (moment) => hour(moment) || 24
const minute: Numeral = ({ local }) => local.getUTCMinutes()
const second: Numeral = ({ local }) => local.getUTCSeconds()

/** The day that decides which year a week belongs to: its Saturday, or by ISO 8601 its Thursday. */
const decisive = ({ local, ...moment }: Moment, firstDay: number, ahead: number): Moment => {
  const sinceFirst = (local.getUTCDay() - firstDay + 7) % 7
  return { ...moment, local: new Date(local.getTime() + (ahead - sinceFirst) * DAY) }
}
const week: Numeral = (moment) => Math.ceil(dayOfYear(decisive(moment, 0, 6)) / 7)
const weekYear: Numeral = (moment) => year(decisive(moment, 0, 6))
const isoWeek: Numeral = (moment) => Math.ceil(dayOfYear(decisive(moment, 1, 3)) / 7)
const isoWeekYear: Numeral = (moment) => year(decisive(moment, 1, 3))

const plain =
  (numeral: Numeral, digits = 1): Show =>
  (moment) =>
    String(numeral(moment)).padStart(digits, '0')

const ordinal =
  (numeral: Numeral): Show =>
  (moment) => {
    const value = numeral(moment)
    const isTeen = Math.floor((value % 100) / 10) === 1
    return `${value}${(isTeen ? undefined : ['', 'st', 'nd', 'rd'][value % 10]) || 'th'}`
  }

const meridiem: Show = (moment) => (hour(moment) < 12 ? 'AM' : 'PM')

const offsetBy =
  (separator: string): Show =>
  ({ offset }) => {
    const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
    const [shownHours, shownMinutes] = [hours, minutes].map((part) => String(part).padStart(2, '0'))
    return `${offset < 0 ? '-' : '+'}${shownHours}${separator}${shownMinutes}`
  }

// the first of these languages that has a name of its own for the zone
const LANGUAGES = ['en-US', 'en-GB', 'en-CA', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'en-KE', 'ja-JP']
const UNKNOWN_TO_INTL: Readonly<Record<string, string>> = {
  GMT: 'GMT',
  'Asia/Jakarta': 'WIB',
  'Asia/Karachi': 'PKT',
  'Asia/Manila': 'PST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Taipei': 'CST',
  'Europe/Moscow': 'MSK',
}

/** `CEST`, or as the zone database does for zones without a name, `+03`. */
const abbreviation: Show = ({ time, zone, offset }) => {
  const names = LANGUAGES.map((language) => {
    const format = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'short' })
    return format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  })
  const name = UNKNOWN_TO_INTL[zone] ?? names.find((known) => /^[A-Z]{2,5}$/.test(known))
  return name ?? offsetBy('')({ time, zone, offset, local: new Date(time) }).replace(/00$/, '')
}

const fraction =
  (digits: number): Show =>
  ({ local }) =>
    String(local.getUTCMilliseconds()).padStart(3, '0').padEnd(digits, '0').slice(0, digits)

/** What each token shows; whatever is not here stands for itself. */
export const LETTERS: Readonly<Record<string, Show>> = {
  M: plain(month),
  MM: plain(month, 2),
  Mo: ordinal(month),
  MMM: (moment) => MONTHS[month(moment) - 1]?.slice(0, 3) ?? '',
  MMMM: (moment) => MONTHS[month(moment) - 1] ?? '',
  Q: plain(quarter),
  Qo: ordinal(quarter),
  D: plain(date),
  DD: plain(date, 2),
  Do: ordinal(date),
  DDD: plain(dayOfYear),
  DDDD: plain(dayOfYear, 3),
  DDDo: ordinal(dayOfYear),
  d: plain(weekday),
  do: ordinal(weekday),
  dd: (moment) => WEEKDAYS[weekday(moment)]?.slice(0, 2) ?? '',
  ddd: (moment) => WEEKDAYS[weekday(moment)]?.slice(0, 3) ?? '',
  dddd: (moment) => WEEKDAYS[weekday(moment)] ?? '',
  e: plain(weekday),
  E: plain((moment) => weekday(moment) || 7),
  w: plain(week),
  ww: plain(week, 2),
  wo: ordinal(week),
  W: plain(isoWeek),
  WW: plain(isoWeek, 2),
  Wo: ordinal(isoWeek),
  Y: plain(year, 4),
  YY: plain((moment) => year(moment) % 100, 2),
  YYYY: plain(year, 4),
  YYYYY: plain(year, 5),
  YYYYYY: (moment) => `+${plain(year, 6)(moment)}`,
  y: plain(year),
  yo: ordinal(year),
  yy: plain(year, 2),
  yyy: plain(year, 3),
  yyyy: plain(year, 4),
  N: () => 'AD',
  NN: () => 'AD',
  NNN: () => 'AD',
  NNNN: () => 'Anno Domini',
  NNNNN: () => 'AD',
  gg: plain((moment) => weekYear(moment) % 100, 2),
  gggg: plain(weekYear, 4),
  ggggg: plain(weekYear, 5),
  GG: plain((moment) => isoWeekYear(moment) % 100, 2),
  GGGG: plain(isoWeekYear, 4),
  GGGGG: plain(isoWeekYear, 5),
  A: meridiem,
  a: (moment) => meridiem(moment).toLowerCase(),
  H: plain(hour),
  HH: plain(hour, 2),
  h: plain(hourOf12),
  hh: plain(hourOf12, 2),
  k: plain(hourOf24),
  kk: plain(hourOf24, 2),
  m: plain(minute),
  mm: plain(minute, 2),
  s: plain(second),
  ss: plain(second, 2),
  Hmm: (moment) => plain(hour)(moment) + plain(minute, 2)(moment),
  Hmmss: (moment) => plain(hour)(moment) + plain(minute, 2)(moment) + plain(second, 2)(moment),
  hmm: (moment) => plain(hourOf12)(moment) + plain(minute, 2)(moment),
  hmmss: (moment) => plain(hourOf12)(moment) + plain(minute, 2)(moment) + plain(second, 2)(moment),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ['S'.repeat(n), fraction(n)])),
  z: abbreviation,
  zz: abbreviation,
  Z: offsetBy(':'),
  ZZ: offsetBy(''),
  X: ({ time }) => String(Math.floor(time / 1000)),
  x: ({ time }) => String(time),
}
