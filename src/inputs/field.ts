// Fields: the kinds of input an operation can have. A field says how its text is read and what
// people are told of it; action.yml, the README tables and the CLI are generated from it.
import { ReleaseError } from '../errors.ts'
import { type ListItem, parseList } from './list.ts'

export interface Field<T> {
  /** One or two sentences for the tables, without the default. */
  readonly summary: string
  readonly kind: 'text' | 'list' | 'flag' | 'choice' | 'number'
  /** Text that is read when nobody says anything. Default: empty. */
  readonly default?: string
  /** How the tables name a default that is computed. */
  readonly defaultSaid?: string
  /** Never taken from the defaults file. */
  readonly workflowOnly?: boolean
  /**
   * Given but empty is a mistake: an expression that came out empty must not choose for the user.
   */
  readonly refuseEmpty?: boolean
  /** The runner fills this in itself from action.yml, such as `${{ github.token }}`. */
  readonly runnerDefault?: string
  /** White space at the ends belongs to the value. */
  readonly verbatim?: boolean
  /** Masked as soon as it is read, and never shown. */
  readonly secret?: boolean
  /** What people are told of a value that is not taken as it was written. */
  notices?(value: T): readonly string[]
  /** Throws `input` with what is wrong with the text; the input's name is added by the reader. */
  parse(text: string): T
}

export type Fields = Readonly<Record<string, Field<unknown>>>

export type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never
}

type Said = Omit<Field<unknown>, 'kind' | 'parse'>

/** Free text, trimmed by whoever hands it in; undefined when empty. */
export function text(said: Said): Field<string | undefined> {
  return { ...said, kind: 'text', parse: (value) => value || undefined }
}

/** Text that is read by a parser of its own; undefined when empty. */
export function parsed<T>(said: Said, parse: (value: string) => T): Field<T | undefined> {
  return { ...said, kind: 'text', parse: (value) => (value ? parse(value) : undefined) }
}

/** One item a line; commas separate too only where an item can hold none. */
export function list<T = string>(
  said: Said & { readonly commas?: boolean },
  parseItem: (item: ListItem) => T,
): Field<readonly T[]> {
  const { commas = false, ...rest } = said
  return {
    ...rest,
    kind: 'list',
    parse: (value) => collect(parseList(value, { commas }), parseItem),
  }
}

/** Lines that are read later by rules of their own; only kept as text. */
export function lines(said: Said): Field<string> {
  return { ...said, kind: 'list', parse: (value) => value }
}

export function flag(said: Said & { readonly default: 'true' | 'false' }): Field<boolean> {
  return {
    ...said,
    kind: 'flag',
    parse: (value) => parseChoice(value, ['true', 'false']) === 'true',
  }
}

/** One of a few words, in any case; the first is the default. */
export function choice<const W extends readonly string[]>(
  said: Said,
  ...words: W
): Field<W[number]> {
  return {
    ...said,
    kind: 'choice',
    default: said.default ?? words[0] ?? '',
    parse: (value) => parseChoice(value, words),
  }
}

/** A whole number within bounds, both included. */
export function number(
  said: Said & { readonly default: string; readonly min: number; readonly max: number },
): Field<number> {
  const { min, max, ...rest } = said
  return {
    ...rest,
    kind: 'number',
    parse(value) {
      const parsedNumber = Number(value)
      if (/^\d+$/.test(value) && parsedNumber >= min && parsedNumber <= max) return parsedNumber
      throw mistake(`${JSON.stringify(value)} is not a whole number from ${min} to ${max}`)
    },
  }
}

/** A mistake in one input, to be thrown by a parser; the reader adds the input's name. */
export function mistake(message: string): ReleaseError {
  return new ReleaseError('input', message)
}

function parseChoice<W extends string>(value: string, words: readonly W[]): W {
  const found = words.find((word) => word === value.toLowerCase())
  if (found !== undefined) return found
  throw mistake(`${JSON.stringify(value)} is none of ${words.join(', ')}`)
}

/** Reads every item, so that all wrong ones are told together, and what is right once. */
function collect<T>(items: readonly ListItem[], parseItem: (item: ListItem) => T): readonly T[] {
  const wrong: string[] = []
  const hints = new Set<string>()
  const values = items.flatMap((item) => {
    try {
      return [parseItem(item)]
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error
      wrong.push(error.message)
      if (error.hint) hints.add(error.hint)
      return []
    }
  })
  if (wrong.length > 0) throw mistake([wrong.join('; '), ...hints].join('. '))
  return values
}
