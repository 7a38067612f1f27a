// Reads list inputs the way docker/metadata-action's users write them: one entry a line, fields
// split at commas, quotes around a whole field keep its commas.
//
//   list   { line "\n" }          line   field { "," field } | blank "#" anything
//   field  blank '"' { character | '""' } '"' blank | characters
//
// A quote anywhere but around the whole field is an ordinary character. Once more quoted
// (`"""a,b"""`, the way round the comma there) counts as once. Nothing is an error.

export interface InputLine {
  /** From 1. */
  readonly number: number
  /** Trimmed, none empty. */
  readonly fields: readonly string[]
  /**
   * The fields joined again, without their quotes: for lists where a comma is part of the entry.
   */
  readonly joined: string
  /** As written, for messages. */
  readonly text: string
}

const QUOTED = /[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|\r?\n|\r?$)/y
const BARE = /[^,\n]*/y
const COMMENT = /[ \t]*#[^\n]*/y

export function readLines(input: string): readonly InputLine[] {
  const lines: InputLine[] = []
  let [at, number] = [0, 1]
  while (at < input.length) {
    const { raw, end } = lineAt(input, at)
    const joined = raw.join(',').trim()
    const fields = splitWholeLine(raw.map((field) => field.trim()).filter((field) => field !== ''))
    if (fields.length > 0) lines.push({ number, fields, joined, text: input.slice(at, end).trim() })
    number += input.slice(at, end).split('\n').length
    at = end + 1
  }
  return lines
}

function lineAt(input: string, start: number): { raw: readonly string[]; end: number } {
  const comment = take(COMMENT, input, start)
  if (comment) return { raw: [], end: start + comment[0].length }
  const raw: string[] = []
  let at = start
  while (true) {
    const [found = '', inner] = take(QUOTED, input, at) ?? take(BARE, input, at) ?? []
    raw.push(inner === undefined ? found : unquote(inner))
    at += found.length
    if (input[at] !== ',') break
    at += 1
  }
  const end = input.indexOf('\n', at)
  return { raw, end: end < 0 ? input.length : end }
}

function take(pattern: RegExp, input: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(input)
}

function unquote(inner: string): string {
  const text = inner.replaceAll('""', '"')
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}

/** A rule quoted as a whole, `"type=raw,value=x"`, is still a rule. */
function splitWholeLine(fields: string[]): string[] {
  const [only = ''] = fields
  return fields.length === 1 && only.startsWith('type=')
    ? only.split(',').map((field) => field.trim())
    : fields
}
