// The attributes of rules: what may stand behind `type=`, how each text becomes a value, and what
// people are told of it. Words are case-sensitive, as in docker/metadata-action.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { GLOBALS } from './expressions.ts'
import { type Node, parseTemplate, type Vocabulary } from './template.ts'

export interface Attribute<T> {
  readonly summary: string
  /** As a user would write it; absent: the attribute is required. */
  readonly default?: string
  /** Throws ReleaseError `input`; whoever reads adds the attribute's name. */
  readonly parse: (text: string) => T
}

export type Attributes = Readonly<Record<string, Attribute<unknown>>>

export type Values<A extends Attributes> = {
  readonly [Name in keyof A]: A[Name] extends Attribute<infer T> ? T : never
}

export const FLAGS = ['true', 'false'] as const

type Said = Omit<Attribute<unknown>, 'parse'>

export function text(said: Said): Attribute<string> {
  return { ...said, parse: (written) => written }
}

/** Text with expressions: the global ones, unless a vocabulary is named. */
export function template(said: Said, vocabulary: Vocabulary = GLOBALS): Attribute<readonly Node[]> {
  return { ...said, parse: (written) => parseTemplate(written, vocabulary) }
}

export function flag(summary: string): Attribute<boolean> {
  const parse = (written: string) => parseWord(written, FLAGS) === 'true'
  return { summary, default: 'false', parse }
}

/** Any finite number. */
export function number(said: Said): Attribute<number> {
  return {
    ...said,
    parse: (written) => {
      const value = Number(written)
      if (written !== '' && Number.isFinite(value)) return value
      throw new ReleaseError('input', `${JSON.stringify(written)} is no number`)
    },
  }
}

export function notEmpty<T>(attribute: Attribute<T>): Attribute<T> {
  return {
    ...attribute,
    parse: (written) => {
      if (written === '') throw new ReleaseError('input', 'given but empty')
      return attribute.parse(written)
    },
  }
}

export function parseWord<W extends string>(written: string, words: readonly W[]): W {
  const found = words.find((word) => word === written)
  if (found !== undefined) return found
  throw new ReleaseError('input', `${JSON.stringify(written)} is none of ${words.join(', ')}`)
}

/** Every attribute's value. Throws ReleaseError `input` with a line per mistake. */
export function readAttributes<A extends Attributes>(
  attributes: A,
  written: ReadonlyMap<string, string>,
): Values<A> {
  const values: Record<string, unknown> = {}
  const mistakes: string[] = []
  for (const [name, attribute] of Object.entries(attributes)) {
    const given = written.get(name) ?? attribute.default
    try {
      if (given === undefined) throw new ReleaseError('input', 'it is missing')
      values[name] = attribute.parse(given)
    } catch (error) {
      if (!isReleaseError(error, 'input')) throw error
      mistakes.push(`${name}: ${error.message}`)
    }
  }
  if (mistakes.length > 0) throw new ReleaseError('input', mistakes.join('\n'))
  return values as Values<A>
}
