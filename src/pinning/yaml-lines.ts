// The YAML that most manifests are made of, read line by line, ten times faster than by its full
// grammar:
//
//   entry   key ":" [ value ]          item  "-" ( value | entry )       each on one line
//   value   [ "&" name ] ( plain | quoted | flow on that line | "|" or ">" and indented lines )
//           | "*" name
//
// Whatever else there is (tags, quoted keys, texts over several lines, tabs) is not read here:
// the answer is undefined, and the full grammar decides. Both give the same tree.
import { cutLines, type Line, Unusual } from './yaml-line-list.ts'
import { readFlowScalar } from './yaml-scalar.ts'
import type { Entry, Scalar, YamlNode } from './yaml-tree.ts'

const KEY = /(?!\.{3}|-{3})(?:[\w./-]+|<<)(?=[ ]*:(?:[ \r\n]|$))/y
const PLAIN = /^(?:[\w./$(~=+<]|--?(?![ -]|$))/
const QUOTED = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')$/
const ALIAS = /^\*([\w-]+)$/
const ANCHOR = /&([\w-]+)(?=[ \r\n]|$)[ ]*/y
const HEADER = /^[|>][+-]?$/
const BLANKS = /(?:[ ]*\r?\n)*(?:[ ]+$(?!\n))?/y
const MAX_DEPTH = 60

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

function withAnchor(node: YamlNode, text: string): YamlNode {
  if (text === '') return node
  if (node.kind === 'alias' || (node.kind === 'scalar' && node.style === 'empty'))
    throw new Unusual()
  return { ...node, anchor: text.trimEnd().slice(1) }
}

class LineReader {
  private readonly text: string
  private readonly base: number
  private readonly readFlow: (text: string, base: number) => YamlNode | undefined
  private readonly lines: readonly Line[]
  private next = 0
  private depth = 0

  constructor(...[text, base, readFlow]: Parameters<typeof readLines>) {
    this.text = text
    this.base = base
    this.readFlow = readFlow
    this.lines = cutLines(text)
    this.skipComments()
  }

  read(): YamlNode | undefined {
    const [first] = this.lines
    if (!first) return undefined
    const root = this.node(first.indent)
    if (this.next < this.lines.length) throw new Unusual()
    return root
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
    const anchor = this.anchorAt(start)
    line.indent += start - dash
    line.start = start
    KEY.lastIndex = start + anchor.length
    const isNode = this.isItem(line) || KEY.test(this.text)
    // What an anchor before a key or at the end of a line belongs to, the full grammar knows.
    if (anchor && (isNode || start + anchor.length >= line.end)) throw new Unusual()
    if (isNode) return this.node(line.indent)
    return withAnchor(this.value(start + anchor.length, line, indent), anchor)
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
    const anchor = this.anchorAt(position)
    position += anchor.length
    if (position < end && this.text[position] !== '#') {
      const value = this.value(position, { start, end, indent }, indent)
      return { key, value: withAnchor(value, anchor) }
    }
    this.advance()
    const below = this.current()
    const isBelow =
      below && (below.indent > indent || (below.indent === indent && this.isItem(below)))
    const value = isBelow ? this.node(below.indent) : this.empty(colon + 1)
    return { key, value: withAnchor(value, anchor) }
  }

  /** With the spaces behind it; empty: there is none. */
  private anchorAt(position: number): string {
    if (this.text[position] !== '&') return ''
    ANCHOR.lastIndex = position
    return ANCHOR.exec(this.text)?.[0] ?? ''
  }

  /** A value that begins on this line, and the lines of a block; `indent` is its parent's. */
  private value(start: number, { end }: Line, indent: number): YamlNode {
    const rest = this.text.slice(start, end)
    const mark = rest[0] ?? ''
    const comment =
      mark === '"' || mark === "'" ? rest.indexOf(' #', rest.lastIndexOf(mark)) : rest.indexOf(' #')
    const content = (comment < 0 ? rest : rest.slice(0, comment)).trimEnd()
    if (HEADER.test(content)) return this.block({ end, keeps: content.endsWith('+') }, indent)
    this.advance()
    const name = ALIAS.exec(content)?.[1]
    if (name !== undefined) {
      const place = this.base + start
      return { kind: 'alias', name, start: place, end: place + content.length }
    }
    if (PLAIN.test(content) && !content.includes(': ') && !content.endsWith(':'))
      return this.scalar('plain', content, start)
    if (mark === '"' || mark === "'") return this.quoted(content, mark, start)
    const flow =
      mark === '{' || mark === '[' ? this.readFlow(content, this.base + start) : undefined
    if (!flow) throw new Unusual()
    return flow
  }

  private quoted(content: string, mark: string, offset: number): Scalar {
    if (!QUOTED.test(content)) throw new Unusual()
    const type = mark === '"' ? 'double-quoted-scalar' : 'single-quoted-scalar'
    return readFlowScalar({ type, source: content, offset, indent: 0 }, this.base)
  }

  /**
   * All lines below that are indented more; blank ones at the end belong to it only if it `keeps`.
   */
  private block(header: { end: number; keeps: boolean }, indent: number): Scalar {
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
    const start = text.indexOf('\n', header.end) + 1
    const lineEnd = text.indexOf('\n', last.end)
    const end = lineEnd < 0 ? text.length : lineEnd + 1
    const isOpen = header.keeps ? this.isBlank(end) : this.isIndentedBlank(end)
    if (isOpen || start !== first.start - first.indent) throw new Unusual()
    this.skipComments()
    const source = text.slice(start, end)
    const value = source.trim()
    if (value.includes('\n'))
      return { kind: 'scalar', style: 'block', value: source, start: base + start, end: base + end }
    const inner = base + start + source.indexOf(value)
    return { kind: 'scalar', style: 'block', value, start: inner, end: inner + value.length, inner }
  }

  private isBlank(position: number): boolean {
    BLANKS.lastIndex = position
    return BLANKS.exec(this.text)?.[0] !== ''
  }

  /** Blank lines with spaces may be part of a block, after all. */
  private isIndentedBlank(position: number): boolean {
    BLANKS.lastIndex = position
    return BLANKS.exec(this.text)?.[0].includes(' ') ?? false
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
