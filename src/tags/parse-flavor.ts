// Reads the input `flavor`: what holds for all rules.
//
//   line   field { "," field }
//   field  "latest=" ("auto" | "true" | "false") | ("prefix=" | "suffix=") text | "onlatest=" flag
//
// `onlatest` speaks of the prefix or suffix before it on its line; alone on a line it means
// nothing, as in docker/metadata-action.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { FLAGS, parseWord } from './attribute.ts'
import { GLOBALS } from './expressions.ts'
import { readLines } from './lines.ts'
import { type Node, parseTemplate, remarkOn } from './template.ts'

interface Affix {
  text: readonly Node[]
  onLatest: boolean
}

interface Draft {
  latest: 'auto' | 'true' | 'false'
  readonly prefix: Affix
  readonly suffix: Affix
  readonly notices: string[]
}

export type Flavor = Readonly<Omit<Draft, 'notices'>> & { readonly notices: readonly string[] }

/** Mistakes go to the list, one line each. */
export function parseFlavor(input: string, mistakes: string[]): Flavor {
  const none = { text: [], onLatest: false }
  const flavor: Draft = { latest: 'false', prefix: { ...none }, suffix: { ...none }, notices: [] }
  for (const { fields, number, text } of readLines(input)) {
    let affix: 'prefix' | 'suffix' | undefined
    for (const field of fields)
      try {
        affix = readField(field, flavor, affix)
      } catch (error) {
        if (!isReleaseError(error, 'input')) throw error
        mistakes.push(`flavor, line ${number}: ${text}: ${error.message}`)
      }
  }
  return flavor
}

/** `affix`: which one the line spoke of last; what it speaks of now comes back. */
function readField(
  field: string,
  flavor: Draft,
  affix: 'prefix' | 'suffix' | undefined,
): 'prefix' | 'suffix' | undefined {
  const [name, value] = splitField(field)
  if (name === 'prefix' || name === 'suffix') {
    flavor[name].text = parseTemplate(value, GLOBALS)
    const remark = remarkOn(value)
    if (remark) flavor.notices.push(`flavor: ${remark}`)
    return name
  }
  if (name === 'latest') flavor.latest = parseWord(value, ['auto', 'true', 'false'])
  else if (name !== 'onlatest')
    throw new ReleaseError('input', `${name} is none of latest, prefix, suffix, onlatest`)
  else if (affix) flavor[affix].onLatest = parseWord(value, FLAGS) === 'true'
  else if (parseWord(value, FLAGS) === 'true') flavor.notices.push(LONELY_ONLATEST)
  return affix
}

const LONELY_ONLATEST =
  'flavor: onlatest does nothing on a line of its own; write it behind prefix= or suffix='

/** One name and one value; an `=` inside an expression belongs to it. */
function splitField(field: string): readonly [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(field) ?? []
  if (name !== undefined && value !== undefined && !value.replace(/\{\{.*?\}\}/g, '').includes('='))
    return [name.trim().toLowerCase(), value.trim()]
  throw new ReleaseError('input', `${field} is not one name=value; each goes on its own line`)
}
