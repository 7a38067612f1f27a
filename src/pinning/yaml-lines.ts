// The YAML that most manifests are made of, read line by line, ten times faster than by its full
// grammar:
//
//   entry   key ":" [ value ]          item  "-" ( value | entry )       each on one line
//   value   plain | '"' text '"' | "'" text "'" | flow on that line | "|" or ">" and indented lines
//
// Whatever else there is (anchors, tags, escapes, texts over several lines, tabs) is not read here:
// the answer is undefined, and the full grammar decides. Both give the same tree.
import { ReleaseError } from '../errors.ts'
import type { Entry, Scalar, YamlNode } from './yaml-tree.ts'

interface Line {
  indent: number
  /** Where its content begins in the text. */
  start: number
  readonly end: number
}

const KEY = /(?!\.{3}|-{3})[\w./-]+(?=[ ]*:(?:[ \r\n]|$))/y
const PLAIN = /^(?:[\w./$(~=+<]|-(?![ -]|$))/
const HEADER = /^[|>][+-]?$/
const MAX_DEPTH = 60

/** More in one document are an attack on memory. */
const MAX_LINES = 120_000

/** `base` is added to every offset; `readFlow` reads a flow collection. Throws `too-large`. */
export function readLines(
  text: string,
  base: number,
  readFlow: (text: string, base: number) => YamlNode | undefined,
): YamlNode | undefined {
  try {
    return new LineReader(text, base, readFlow).read()
  } catch (error) {
    if (error instanceof Unusual) return undefined
    throw error
  }
}

/** The document holds something that is not read here. */
class Unusual extends Error {}

class LineReader {
  private readonly text: string
  private readonly base: number
  private readonly readFlow: (text: string, base: number) => YamlNode | undefined
  private readonly lines: Line[] = []
  private next = 0
  private depth = 0

  constructor(...[text, base, readFlow]: Parameters<typeof readLines>) {
    this.text = text
    this.base = base
    this.readFlow = readFlow
  }

  read(): YamlNode | undefined {
    this.cut()
    const [first] = this.lines
    if (!first) return undefined
    const root = this.node(first.indent)
    if (this.next < this.lines.length) throw new Unusual()
    return root
  }

  /** Every line but the marker of the document, comments and empty ones among them. */
  private cut(): void {
    const { text } = this
    if (/[\t\uFEFF]|\r(?!\n)/.test(text)) throw new Unusual()
    let position = 0
    if (text.startsWith('---')) {
      const end = text.indexOf('\n')
      if (end < 0 || !/^---(?: *| +#.*)\r?$/.test(text.slice(0, end))) throw new Unusual()
      position = end + 1
    }
    while (position < text.length) {
      const found = text.indexOf('\n', position)
      const end = found < 0 ? text.length : found
      let start = position
      while (text[start] === ' ') start += 1
      const stop = end > start && text[end - 1] === '\r' ? end - 1 : end
      if (stop > start) this.lines.push({ indent: start - position, start, end: stop })
      if (this.lines.length > MAX_LINES)
        throw new ReleaseError('too-large', `a document has more than ${MAX_LINES} lines`)
      position = end + 1
    }
    this.skipComments()
  }

  private skipComments(): void {
    while (this.text[this.lines[this.next]?.start ?? -1] === '#') this.next += 1
  }

  private current(): Line | undefined {
    return this.lines[this.next]
  }

  private advance(): void {
    this.next += 1
    this.skipComments()
  }

  private node(indent: number): YamlNode {
    this.depth += 1
    if (this.depth > MAX_DEPTH) throw new Unusual()
    const line = this.current()
    const node = line && this.isItem(line) ? this.sequence(indent) : this.mapping(indent)
    this.depth -= 1
    return node
  }

  private isItem({ start, end }: Line): boolean {
    return this.text[start] === '-' && (start + 1 === end || this.text[start + 1] === ' ')
  }

  private sequence(indent: number): YamlNode {
    const items: YamlNode[] = []
    const start = this.base + (this.current()?.start ?? 0)
    for (
      let line = this.current();
      line?.indent === indent && this.isItem(line);
      line = this.current()
    )
      items.push(this.item(line))
    if ((this.current()?.indent ?? -1) > indent) throw new Unusual()
    return { kind: 'sequence', items, start }
  }

  private item(line: Line): YamlNode {
    const dash = line.start
    let start = dash + 1
    while (this.text[start] === ' ') start += 1
    if (start >= line.end || this.text[start] === '#') {
      this.advance()
      const below = this.current()
      return below && below.indent > line.indent ? this.node(below.indent) : this.empty(dash + 1)
    }
    const { indent } = line
    line.indent += start - dash
    line.start = start
    KEY.lastIndex = start
    if (this.isItem(line) || KEY.test(this.text)) return this.node(line.indent)
    return this.value(start, line, indent)
  }

  private mapping(indent: number): YamlNode {
    const entries: Entry[] = []
    const start = this.base + (this.current()?.start ?? 0)
    for (let line = this.current(); line?.indent === indent; line = this.current()) {
      if (this.isItem(line)) break
      entries.push(this.entry(line))
    }
    if ((this.current()?.indent ?? -1) > indent || entries.length === 0) throw new Unusual()
    return { kind: 'mapping', flow: false, entries, start }
  }

  private entry({ start, end, indent }: Line): Entry {
    KEY.lastIndex = start
    const name = KEY.exec(this.text)?.[0]
    if (name === undefined || start + name.length > end) throw new Unusual()
    const key = this.scalar('plain', name, start)
    const colon = this.text.indexOf(':', start + name.length)
    let position = colon + 1
    while (this.text[position] === ' ') position += 1
    if (position < end && this.text[position] !== '#')
      return { key, value: this.value(position, { start, end, indent }, indent) }
    this.advance()
    const below = this.current()
    const isBelow =
      below && (below.indent > indent || (below.indent === indent && this.isItem(below)))
    return { key, value: isBelow ? this.node(below.indent) : this.empty(colon + 1) }
  }

  /** A value that begins on this line, and the lines of a block; `indent` is its parent's. */
  private value(start: number, { end }: Line, indent: number): YamlNode {
    const rest = this.text.slice(start, end)
    const mark = rest[0] ?? ''
    const comment =
      mark === '"' || mark === "'" ? rest.indexOf(' #', rest.lastIndexOf(mark)) : rest.indexOf(' #')
    const content = (comment < 0 ? rest : rest.slice(0, comment)).trimEnd()
    if (HEADER.test(content)) return this.block(end, indent)
    this.advance()
    if (PLAIN.test(content) && !content.includes(': ') && !content.endsWith(':'))
      return this.scalar('plain', content, start)
    if (mark === '"' || mark === "'") return this.quoted(content, mark, start)
    const flow =
      mark === '{' || mark === '[' ? this.readFlow(content, this.base + start) : undefined
    if (!flow) throw new Unusual()
    return flow
  }

  private quoted(content: string, mark: string, start: number): Scalar {
    const value = content.slice(1, -1)
    const isPlain = content.length > 1 && content.endsWith(mark) && !/["'\\]/.test(value)
    if (!isPlain) throw new Unusual()
    const [from, end] = [this.base + start, this.base + start + content.length]
    return { kind: 'scalar', style: 'quoted', value, start: from, end, inner: from + 1 }
  }

  /** All lines below that are indented more; blank ones at the end are left to the full grammar. */
  private block(headerEnd: number, indent: number): Scalar {
    this.next += 1
    const first = this.current()
    if (!first || first.indent <= indent) throw new Unusual()
    let last = first
    for (let line = this.current(); line && line.indent > indent; line = this.current()) {
      if (line.indent < first.indent) throw new Unusual()
      last = line
      this.next += 1
    }
    const { text, base } = this
    const start = text.indexOf('\n', headerEnd) + 1
    const lineEnd = text.indexOf('\n', last.end)
    const end = lineEnd < 0 ? text.length : lineEnd + 1
    if (/^[ ]*\r?\n/.test(text.slice(end, end + 200)) || start !== first.start - first.indent)
      throw new Unusual()
    this.skipComments()
    const source = text.slice(start, end)
    const value = source.trim()
    if (value.includes('\n'))
      return { kind: 'scalar', style: 'block', value: source, start: base + start, end: base + end }
    const inner = base + start + source.indexOf(value)
    return { kind: 'scalar', style: 'block', value, start: inner, end: inner + value.length, inner }
  }

  private scalar(style: 'plain', value: string, start: number): Scalar {
    const inner = this.base + start
    return { kind: 'scalar', style, value, start: inner, end: inner + value.length, inner }
  }

  private empty(start: number): Scalar {
    const place = this.base + start
    return { kind: 'scalar', style: 'empty', value: '', start: place, end: place }
  }
}
