// Expressions in rules and labels: the part of Handlebars that docker/metadata-action's users
// write.
//
//   template  { text | "\{{" | mustache | block }
//   mustache  "{{" call "}}" | "{{{" call "}}}"          both without HTML escaping
//   block     "{{#if " call "}}" template [ "{{else}}" template ] "{{/if}}"     and "unless"
//   call      name | name format [ "tz=" quoted ]        the latter for names that take a format
//   format    quoted | word                              a word is none: the date by ISO 8601
//
// As there, `\{{` is a literal `{{`, and a block is on for every text but the empty one, also for
// `false`.
import { ReleaseError } from '../errors.ts'
import { ownValue } from '../oci/json.ts'
import { isTimeZone } from './date-format.ts'

/** What may be called: `text` has no argument, `date` takes a format and perhaps a time zone. */
export type Vocabulary = Readonly<Record<string, 'text' | 'date'>>

export interface Call {
  readonly name: string
  /** Of names that take one; empty: ISO 8601. */
  readonly format?: string
  readonly zone?: string
}

export type Node =
  | { readonly text: string }
  | { readonly call: Call }
  | {
      readonly test: Call
      readonly positive: boolean
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }

export interface Rendered {
  readonly text: string
  /** Names of the expressions that gave nothing, in order. */
  readonly empty: readonly string[]
}

/** Throws ReleaseError `input` for broken syntax, an unknown name, argument or time zone. */
export function parseTemplate(text: string, vocabulary: Vocabulary): readonly Node[] {
  const reader = { tokens: tokens(text), at: 0, depth: 0, vocabulary }
  const nodes = readNodes(reader, undefined)
  const left = reader.tokens[reader.at]
  if (left) throw new ReleaseError('input', `${left.shown} closes nothing`)
  return nodes
}

export function renderTemplate(nodes: readonly Node[], evaluate: (call: Call) => string): Rendered {
  const parts = nodes.map((node): Rendered => {
    if ('text' in node) return { text: node.text, empty: [] }
    if ('test' in node) {
      const on = (evaluate(node.test) !== '') === node.positive
      return renderTemplate(on ? node.body : node.otherwise, evaluate)
    }
    const text = evaluate(node.call)
    return { text, empty: text === '' ? [node.call.name] : [] }
  })
  return {
    text: parts.map((part) => part.text).join(''),
    empty: parts.flatMap((part) => part.empty),
  }
}

/** What to say of a text whose dates are not by the format that stands there; empty: nothing. */
export function remarkOn(text: string): string {
  const [shown] = /\{\{\{?\s*(?:commit_)?date\s+[A-Za-z_][^{}]*\}\}/.exec(text) ?? []
  return shown ? `${shown} has no quotes around its format, so the date is by ISO 8601` : ''
}

type Token = { readonly shown: string; readonly inner?: string }

interface Reader {
  readonly tokens: readonly Token[]
  at: number
  depth: number
  readonly vocabulary: Vocabulary
}

const MAX_DEPTH = 50

const TOKEN = /\\\{\{|\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}|\{\{|[^\\{]+|[\\{]/g

function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(([shown, triple, double]) => {
    if (shown === '{{')
      throw new ReleaseError('input', `${text} has {{ without }}; quotes keep a comma inside`)
    const inner = triple ?? double
    if (inner === undefined) return { shown: shown === '\\{{' ? '{{' : shown }
    return { shown, inner: inner.trim() }
  })
}

/** Reads up to `{{else}}` or `{{/…}}`, which is left in place, or to the end. */
function readNodes(reader: Reader, block: string | undefined): readonly Node[] {
  const nodes: Node[] = []
  while (true) {
    const token = reader.tokens[reader.at]
    if (!token) {
      if (block) throw new ReleaseError('input', `{{#${block}}} is never closed by {{/${block}}}`)
      return nodes
    }
    if (token.inner === 'else' || token.inner?.startsWith('/')) return nodes
    reader.at += 1
    nodes.push(
      token.inner === undefined ? { text: token.shown } : readMustache(reader, token.inner),
    )
  }
}

function readMustache(reader: Reader, inner: string): Node {
  const [, block, test = ''] = /^#\s*(if|unless)\s+(.*)$/.exec(inner) ?? []
  if (!block) return { call: readCall(inner, reader.vocabulary) }
  if (reader.depth === MAX_DEPTH)
    throw new ReleaseError('input', `there are more than ${MAX_DEPTH} blocks inside each other`)
  reader.depth += 1
  const call = readCall(test, reader.vocabulary)
  const body = readNodes(reader, block)
  const hasElse = reader.tokens[reader.at]?.inner === 'else'
  if (hasElse) reader.at += 1
  const otherwise = hasElse ? readNodes(reader, block) : []
  const end = reader.tokens[reader.at]
  if (end?.inner !== `/${block}`)
    throw new ReleaseError('input', `{{#${block}}} is closed by ${end?.shown ?? 'nothing'}`)
  reader.at += 1
  reader.depth -= 1
  return { test: call, positive: block === 'if', body, otherwise }
}

const CALL =
  /^([A-Za-z_][\w.]*)(?:\s+(?:'([^']*)'|"([^"]*)"|([A-Za-z_][\w./-]*)))?(?:\s+(\w+)=(?:'([^']*)'|"([^"]*)"))?$/

function readCall(text: string, vocabulary: Vocabulary): Call {
  const found = CALL.exec(text)
  if (!found)
    throw new ReleaseError('input', `{{${text}}} is no expression like {{name}} or {{date 'YYYY'}}`)
  const [, name = '', single, double, word, option, singleZone, doubleZone] = found
  const format = single ?? double ?? (word && '')
  const zone = singleZone ?? doubleZone
  const kind = ownValue(vocabulary, name)
  if (!kind)
    throw new ReleaseError(
      'input',
      `{{${name}}} is no known expression; here are ${Object.keys(vocabulary).join(', ')}`,
    )
  if (kind === 'text' && (format !== undefined || option !== undefined))
    throw new ReleaseError('input', `{{${text}}}: ${name} takes no argument`)
  if (kind === 'text') return { name }
  if (format === undefined)
    throw new ReleaseError('input', `{{${text}}}: ${name} needs a quoted format, as in 'YYYYMMDD'`)
  if (option !== undefined && option !== 'tz')
    throw new ReleaseError('input', `{{${text}}}: ${name} has no ${option}, only tz`)
  if (zone !== undefined && !isTimeZone(zone))
    throw new ReleaseError('input', `{{${text}}}: ${zone} is no time zone like Europe/Paris`)
  return zone === undefined ? { name, format } : { name, format, zone }
}
