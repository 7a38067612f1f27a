// An image told in several fields of a mapping (Helm values, kustomize), and the form in which each
// tool accepts a digest there:
//
//   digest field          the digest goes there (bare into `sha`), the tag keeps its own
//   tag field alone       `tag@digest`; kustomize without a known tag: the field becomes `digest`
//   neither, kustomize    a field `digest`, or `newTag` with both, is added
import { ReleaseError } from '../errors.ts'
import { type Edit, type Mention, obstructed, type Pin, readReference } from './mention.ts'
import { holdsVariable } from './variables.ts'
import { isWritable } from './yaml-nodes.ts'
import type { Entry, Mapping, Scalar, YamlDocument } from './yaml-tree.ts'

export interface ImageFields {
  readonly tool: 'helm' | 'kustomize'
  /** Registry and repository as the tool joins them. */
  readonly name: string
  readonly at: Scalar
  readonly tag: Entry | undefined
  readonly digest: Entry | undefined
  /** The digest stands there without `sha256:`. */
  readonly isBare?: boolean
  readonly mapping: Mapping
  readonly document: YamlDocument
}

/** undefined: what stands there is nobody's image. */
export function fieldsMention(fields: ImageFields): Mention | undefined {
  const { name, at, tag } = fields
  const [tagText, digestText] = [textOf(tag), digestOf(fields)]
  const text = joined(name, tagText, digestText)
  const { start, end } = shownAt(fields)
  const extent = { start, end }
  if (name === '') return undefined
  if (holdsVariable(text)) return obstructed(text, extent, 'variable')
  const reference = readReference(text)
  if (!reference) return at.inner === undefined ? undefined : obstructed(text, extent, 'invalid')
  const isDone = (pin: Pin) => reference.digest === pin.digest && reference.tag === pin.tag
  const isOpen = !reference.tag && !reference.digest
  return {
    ...extent,
    text,
    reference,
    ...(start === at.start ? {} : { nameAt: at.start }),
    ...(isOpen ? { tagFrom: fields.tool === 'helm' ? 'chart' : 'resource' } : {}),
    rewrite: (pin) => (isDone(pin) ? [] : rewrite(fields, pin)),
  }
}

function digestOf({ digest, isBare }: ImageFields): string {
  const text = textOf(digest)
  return isBare && text ? `${BARE}${text}` : text
}

/** What a bare digest goes without. */
const BARE = 'sha256:'

function joined(name: string, tag: string, digest: string): string {
  const isWhole = tag.includes('@')
  return name + (tag ? `:${tag}` : '') + (digest && !isWhole ? `@${digest}` : '')
}

/** The tag is what people look for; without one, the name. */
function shownAt({ tag, at }: ImageFields): Scalar {
  return tag?.value.kind === 'scalar' && tag.value.value !== '' ? tag.value : at
}

/** The text of a scalar; empty for `null`, and for all else. */
export function textOf(entry: Entry | undefined): string {
  if (entry?.value.kind !== 'scalar') return ''
  const { style, value } = entry.value
  return style === 'plain' && /^(?:null|~)$/.test(value) ? '' : value
}

function rewrite(fields: ImageFields, pin: Pin): readonly Edit[] | string {
  const { tool, name, tag, digest } = fields
  const own = readReference(name)
  if (own?.tag || own?.digest) return `its name ${name} has a tag or digest of its own`
  const refused = [tag, digest].find((entry) => entry && !canWrite(entry))
  if (refused) return `its ${refused.key.value} is an anchor, an alias or not written plainly`
  if (digest) return writeBoth(fields, digest, pin)
  if (tag && pin.tag) return [write(tag, `${pin.tag}@${pin.digest}`)]
  if (tool === 'helm')
    return tag ? NO_TAG : 'it has no tag field; add one, or a digest field if the chart knows it'
  return tag ? [rename(tag, 'digest'), write(tag, pin.digest)].filter(isChange) : [add(fields, pin)]
}

const NO_TAG = 'Helm needs a tag beside the digest, and none is known that belongs to it'

function writeBoth(fields: ImageFields, digest: Entry, pin: Pin): readonly Edit[] | string {
  const { tool, tag, isBare } = fields
  if (tag && !pin.tag && tool === 'helm') return NO_TAG
  if (isBare && !pin.digest.startsWith(BARE)) return `its ${digest.key.value} holds only sha256`
  const value = isBare ? pin.digest.slice(BARE.length) : pin.digest
  const edits = [write(digest, value), ...(tag ? [write(tag, pin.tag ?? '')] : [])]
  return edits.filter(isChange).sort((a, b) => a.start - b.start)
}

function canWrite({ value }: Entry): boolean {
  return isWritable(value) || (value.kind === 'scalar' && value.style === 'empty' && !value.anchor)
}

function write({ value }: Entry, text: string): Edit {
  if (value.kind !== 'scalar') throw new ReleaseError('internal', 'A field that is no scalar')
  const { style, start, end, inner = start, value: before } = value
  if (before === text) return { start, end: start, text: '' }
  if (style === 'empty') return { start, end, text: ` ${quoted(text)}` }
  if (style === 'plain') return { start, end, text: quoted(text) }
  return { start: inner, end: inner + before.length, text }
}

const isChange = ({ start, end, text }: Edit) => end > start || text !== ''

function rename({ key }: Entry, name: string): Edit {
  const { inner = key.start, value } = key
  return { start: inner, end: inner + value.length, text: name }
}

/** Quoted where YAML would read a number or a word of its own: `1.10` is 1.1, `on` is true. */
function quoted(text: string): string {
  const isNumber = /^[\d.+-][\da-fox._:+-]*$/i.test(text) && !/^\d+\.\d+\.\d/.test(text)
  const isWord = /^(?:|true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return isNumber || isWord ? `"${text}"` : text
}

/** As a further line of a block mapping, or a further pair of a flow one. */
function add({ mapping, at, document }: ImageFields, { tag, digest }: Pin): Edit {
  const field = tag ? `newTag: ${tag}@${digest}` : `digest: ${digest}`
  if (mapping.flow) return { start: at.end, end: at.end, text: `, ${field}`, adds: true }
  const { text: source, start: base } = document
  const lineEnd = source.indexOf('\n', at.end - base)
  const isCrlf = source[lineEnd - 1] === '\r'
  const eol = source.includes('\r\n') ? '\r\n' : '\n'
  const position = base + (lineEnd < 0 ? source.length : lineEnd - (isCrlf ? 1 : 0))
  const column = mapping.start - base - (source.lastIndexOf('\n', mapping.start - base - 1) + 1)
  const text = `${eol}${' '.repeat(column)}${field}`
  return { start: position, end: position, text, adds: true }
}
