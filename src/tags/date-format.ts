// Dates in the letters of moment (momentjs.com/docs, "Format"), with English names, in the zones of
// Intl. `[text]` and what stands behind a backslash is text, and so is what is no letter of theirs.
import { LETTERS, type Moment } from './date-letters.ts'

/** The instant, in milliseconds, by moment's letters; UTC unless a zone is named. */
export function formatDate(time: number, format: string, zone = 'UTC'): string {
  const moment = momentAt(time, zone)
  const wanted = format || `YYYY-MM-DDTHH:mm:ss${moment.offset === 0 ? '[Z]' : 'Z'}`
  return expand(wanted).replace(TOKENS, (token, bracketed, escaped) => {
    if (bracketed !== undefined) return token.replace(/^\[|\]$/g, '')
    if (escaped !== undefined) return token.slice(1)
    return LETTERS[token]?.(moment) ?? token
  })
}

/** A name of the time zone database, such as `Europe/Paris`, in any case. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function momentAt(time: number, zone: string): Moment {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = format.formatToParts(time)
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value)
  const day = Date.UTC(part('year'), part('month') - 1, part('day'))
  const whole = day + ((part('hour') * 60 + part('minute')) * 60 + part('second')) * SECOND
  const milliseconds = ((time % SECOND) + SECOND) % SECOND
  const local = new Date(whole + milliseconds)
  return { time, local, offset: Math.round((local.getTime() - time) / (60 * SECOND)), zone }
}

const SECOND = 1000

const TOKENS =
  /(\[[^[]*\])|(\\)?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[o|w]?|W[o|W]?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|.)/g

const SHORTCUTS: Readonly<Record<string, string>> = {
  LTS: 'h:mm:ss A',
  LT: 'h:mm A',
  L: 'MM/DD/YYYY',
  LL: 'MMMM D, YYYY',
  LLL: 'MMMM D, YYYY h:mm A',
  LLLL: 'dddd, MMMM D, YYYY h:mm A',
  l: 'M/D/YYYY',
  ll: 'MMM D, YYYY',
  lll: 'MMM D, YYYY h:mm A',
  llll: 'ddd, MMM D, YYYY h:mm A',
}

/** `L` and its like stand for other letters. */
function expand(format: string): string {
  return format.replace(
    /\[[^[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})/g,
    (found) => SHORTCUTS[found] ?? found,
  )
}
