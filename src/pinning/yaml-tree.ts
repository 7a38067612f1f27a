// YAML text as a tree with positions (YAML 1.2.2), built from the concrete syntax that the package
// yaml parses: no value is resolved, no alias followed, nothing of the text is lost. Documents are
// cut at their `---` and `...` lines first, which the specification keeps free of any content
// (9.1.2).
import { type CST, Lexer, Parser } from 'yaml'
import { ReleaseError } from '../errors.ts'
import { readLines } from './yaml-lines.ts'
import { readBlockScalar, readFlowScalar } from './yaml-scalar.ts'

export interface Scalar {
  readonly kind: 'scalar'
  readonly style: 'plain' | 'quoted' | 'block' | 'empty'
  readonly value: string
  readonly start: number
  readonly end: number
  /** Where the value's first unit stands; absent where the text is not the value as it is. */
  readonly inner?: number
  readonly anchor?: string
}

export interface Alias {
  readonly kind: 'alias'
  readonly name: string
  readonly start: number
  readonly end: number
}

export interface Entry {
  /** Empty for a key that is a collection or an alias. */
  readonly key: Scalar
  readonly value: YamlNode
}

export interface Mapping {
  readonly kind: 'mapping'
  readonly flow: boolean
  readonly entries: readonly Entry[]
  readonly start: number
  readonly anchor?: string
}

interface Sequence {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
  readonly start: number
  readonly anchor?: string
}

export type YamlNode = Scalar | Alias | Mapping | Sequence

export interface YamlDocument {
  readonly text: string
  /** Where its text begins in the file. */
  readonly start: number
  /** Absent: empty, not wanted, or broken. */
  readonly root?: YamlNode
  /** It is not YAML; where in the file that shows first. */
  readonly broken?: number
}

/** Nesting beyond this is an attack on parsers. */
const MAX_DEPTH = 200

/** Documents and lexemes of one document beyond these are an attack on time and memory. */
const MAX_DOCUMENTS = 20_000
const MAX_LEXEMES = 150_000

const MARKER = /(?:^\uFEFF?|\n)(?:---|\.\.\.)(?=\s|$)/g

/** Only documents that are `wanted` are parsed. Throws `too-large` for what never ends. */
export function* readYaml(
  text: string,
  wanted: (source: string) => boolean,
): Generator<YamlDocument> {
  const starts = startsOf(text)
  for (const [index, start] of starts.entries()) {
    const source = text.slice(start, starts[index + 1])
    yield wanted(source) ? readDocument(source, start) : { text: source, start }
  }
}

/** A document begins at its `---`, or behind a `...`. */
function startsOf(text: string): readonly number[] {
  const starts = [0]
  for (const { 0: found, index } of text.matchAll(MARKER)) {
    const start = index + found.length - (found.endsWith('-') ? 3 : 0)
    if (start > 0) starts.push(start)
    if (starts.length > MAX_DOCUMENTS)
      throw new ReleaseError('too-large', `it has more than ${MAX_DOCUMENTS} documents`)
  }
  return starts
}

function readDocument(text: string, start: number): YamlDocument {
  const root = readLines(text, start, readFlow)
  return root ? { text, start, root } : parseDocument(text, start)
}

/** A collection in flow style; undefined: it does not end on its line, or is broken. */
export function readFlow(text: string, start: number): YamlNode | undefined {
  const open = text.match(/[[{]/g)?.length
  if (!/[\]}]$/.test(text) || open !== text.match(/[\]}]/g)?.length) return undefined
  const { root, broken } = parseDocument(text, start)
  const isFlow = root?.kind === 'sequence' || (root?.kind === 'mapping' && root.flow)
  return broken === undefined && isFlow ? root : undefined
}

/** By the full grammar. Throws `too-large`. */
export function parseDocument(text: string, start: number): YamlDocument {
  const parser = new Parser()
  const roots: YamlNode[] = []
  let broken: number | undefined
  let lexemes = 0
  const take = (tokens: Iterable<CST.Token>) => {
    for (const token of tokens) {
      if (token.type === 'error') broken ??= start + token.offset
      if (token.type !== 'document' || !token.value) continue
      const builder = new TreeBuilder(start)
      roots.push(builder.node(token.value, token.start))
      const stray = token.end?.find(isError)
      broken ??= builder.broken ?? (stray && start + stray.offset)
    }
  }
  for (const lexeme of new Lexer().lex(text)) {
    take(parser.next(lexeme))
    if (broken !== undefined) return { text, start, broken }
    lexemes += 1
    if (lexemes > MAX_LEXEMES)
      throw new ReleaseError('too-large', `a document has more than ${MAX_LEXEMES} words and signs`)
    if (parser.stack.length > MAX_DEPTH)
      throw new ReleaseError('too-large', `it is nested more than ${MAX_DEPTH} deep`)
  }
  take(parser.end())
  const [root] = roots
  if (broken !== undefined) return { text, start, broken }
  return { text, start, ...(root ? { root } : {}) }
}

/** Syntax to tree; `base` is added to every offset. */
class TreeBuilder {
  broken: number | undefined
  private readonly base: number

  constructor(base: number) {
    this.base = base
  }

  /** `properties`: the tokens before the node, with its anchor. */
  node(token: CST.Token | null | undefined, properties: readonly CST.Token[]): YamlNode {
    const anchor = anchorOf(properties)
    const named = anchor === undefined ? {} : { anchor }
    switch (token?.type) {
      case 'block-map':
        return { ...this.mapping(token, false), ...named }
      case 'flow-collection':
        if (!token.end.some(isEndOf(token))) this.broken ??= this.base + token.offset
        return token.start.type === 'flow-map-start'
          ? { ...this.mapping(token, true), ...named }
          : { ...this.sequence(token), ...named }
      case 'block-seq':
        return { ...this.sequence(token), ...named }
      case 'alias':
        return this.alias(token)
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        return { ...readFlowScalar(token, this.base), ...named }
      case 'block-scalar':
        return { ...readBlockScalar(token, this.base), ...named }
      default:
        if (token?.type === 'error') this.broken ??= this.base + token.offset
        return emptyAt(this.base + endOf(properties))
    }
  }

  private mapping(token: CST.BlockMap | CST.FlowCollection, flow: boolean): Mapping {
    const entries: Entry[] = []
    for (const item of token.items) {
      if (!item.key && !item.sep && !item.value) continue
      const place = item.start[0] ?? item.sep?.[0] ?? token
      const key = item.key ? this.node(item.key, item.start) : emptyAt(this.base + place.offset)
      const hasSeparator = item.sep !== undefined && item.sep.length > 0
      const value =
        item.value || hasSeparator ? this.node(item.value, item.sep ?? []) : emptyAt(endOfNode(key))
      if (key.kind === 'mapping') this.broken ??= key.start
      if (!flow && !('explicitKey' in item) && !item.sep?.some(isColon)) this.broken ??= key.start
      entries.push({ key: key.kind === 'scalar' ? key : emptyAt(key.start), value })
    }
    return { kind: 'mapping', flow, entries, start: this.base + token.offset }
  }

  private sequence(token: CST.BlockSequence | CST.FlowCollection): Sequence {
    const items = token.items
      .filter((item) => item.value || item.key || item.start.some(isSeqItem))
      .map((item) => this.item(item))
    return { kind: 'sequence', items, start: this.base + token.offset }
  }

  /** In a flow sequence `[a: b]` is a mapping of one pair. */
  private item(item: CST.CollectionItem): YamlNode {
    if (!item.sep) return this.node(item.value ?? item.key, item.start)
    const key = this.node(item.key, item.start)
    const value = this.node(item.value, item.sep)
    const entry = { key: key.kind === 'scalar' ? key : emptyAt(key.start), value }
    return { kind: 'mapping', flow: true, entries: [entry], start: key.start }
  }

  private alias({ offset, source }: CST.FlowScalar): Alias {
    const start = this.base + offset
    return { kind: 'alias', name: source.slice(1), start, end: start + source.length }
  }
}

const isError = ({ type }: { readonly type: string }) => type === 'error'
const isColon = ({ type }: { readonly type: string }) => type === 'map-value-ind'
const isSeqItem = ({ type }: { readonly type: string }) => type === 'seq-item-ind'

function isEndOf({ start }: CST.FlowCollection) {
  const end = start.type === 'flow-map-start' ? 'flow-map-end' : 'flow-seq-end'
  return ({ type }: { readonly type: string }) => type === end
}

function endOfNode(node: YamlNode): number {
  return 'end' in node ? node.end : node.start
}

function anchorOf(properties: readonly CST.Token[]): string | undefined {
  const token = properties.find(({ type }) => type === 'anchor')
  return token && 'source' in token ? token.source.slice(1) : undefined
}

/** Where a value that is not there would stand: behind the colon or dash. */
function endOf(properties: readonly CST.Token[]): number {
  const indicator = properties.find(
    ({ type }) => type === 'map-value-ind' || type === 'seq-item-ind',
  )
  return indicator ? indicator.offset + 1 : (properties[0]?.offset ?? 0)
}

function emptyAt(offset: number): Scalar {
  return { kind: 'scalar', style: 'empty', value: '', start: offset, end: offset }
}
