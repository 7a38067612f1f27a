// Pins the mentions of a text by splicing, and proves that nothing else changed: the new text is
// read again, and must mention the same images in the same order, those that were pinned with their
// digest, and hold the same YAML everywhere else.
import type { Edit, Mention, Pin } from './mention.ts'
import { type Scan, scanText } from './scan.ts'
import { walk } from './yaml-nodes.ts'
import type { YamlDocument } from './yaml-tree.ts'

interface Replacement {
  readonly mention: Mention
  /** As it reads after the change. */
  readonly to: string
}

export interface Rewrite {
  /** The text itself where nothing changed. */
  readonly text: string
  readonly replacements: readonly Replacement[]
  /** Mentions that should have changed and were left alone. */
  readonly refused: readonly { readonly mention: Mention; readonly why: string }[]
}

/** `choose`: what a mention is pinned to; undefined leaves it as it is. */
export function rewriteText(scan: Scan, choose: (mention: Mention) => Pin | undefined): Rewrite {
  const refused: { mention: Mention; why: string }[] = []
  const edits: Edit[] = []
  const pins = new Map<Mention, Pin>()
  for (const mention of scan.mentions) {
    const pin = mention.excuse === undefined ? choose(mention) : undefined
    const made = pin ? mention.rewrite(pin) : []
    if (typeof made === 'string') refused.push({ mention, why: made })
    else if (pin && made.length > 0) {
      pins.set(mention, pin)
      edits.push(...made)
    }
  }
  if (edits.length === 0) return { text: scan.text, replacements: [], refused }
  edits.sort((a, b) => a.start - b.start)
  const text = splice(scan.text, edits)
  const after = scanText(scan.path, text)
  const why = differenceOf({ scan, after, edits, pins })
  if (why !== undefined) {
    const all = [...pins.keys()].map((mention) => ({ mention, why }))
    return { text: scan.text, replacements: [], refused: [...refused, ...all] }
  }
  const replacements = scan.mentions.flatMap((mention, index) =>
    pins.has(mention) ? [{ mention, to: after.mentions[index]?.text ?? '' }] : [],
  )
  return { text, replacements, refused }
}

/** Edits in order and apart from each other. */
function splice(text: string, edits: readonly Edit[]): string {
  let position = 0
  const parts: string[] = []
  for (const { start, end, text: inserted } of edits) {
    parts.push(text.slice(position, start), inserted)
    position = end
  }
  return parts.join('') + text.slice(position)
}

interface Proof {
  readonly scan: Scan
  readonly after: Scan
  readonly edits: readonly Edit[]
  readonly pins: ReadonlyMap<Mention, Pin>
}

/** undefined: all is as it should be. */
function differenceOf({ scan, after, edits, pins }: Proof): string | undefined {
  const overlaps = edits.some(({ start }, index) => start < (edits[index - 1]?.end ?? 0))
  if (overlaps) return 'two changes would overlap'
  const isAsWanted = (mention: Mention, index: number) => {
    const { reference, text } = after.mentions[index] ?? {}
    const pin = pins.get(mention)
    if (!pin) return text === mention.text
    // Fields without one for a tag get none.
    const hasTag = reference?.tag === pin.tag || reference?.tag === undefined
    return reference?.digest === pin.digest && hasTag
  }
  const isComplete = after.mentions.length === scan.mentions.length
  if (!isComplete || !scan.mentions.every(isAsWanted)) return 'it would mention other images then'
  const before = outline(scan.documents, edits)
  const now = outline(after.documents, shifted(edits))
  for (let a = before.next(), b = now.next(); ; a = before.next(), b = now.next())
    if (a.done || b.done || a.value !== b.value)
      return a.done && b.done ? undefined : 'its other content would read differently then'
}

interface Span {
  readonly start: number
  readonly end: number
  readonly adds?: true
}

/** Every node as one text; of those in an edit only that they are there. */
function* outline(documents: readonly YamlDocument[], spans: readonly Span[]): Generator<string> {
  let next = 0
  for (const { root, text, broken } of documents) {
    yield broken === undefined ? 'document' : 'template'
    if (!root && broken === undefined) yield text
    for (const node of root ? walk(root) : []) {
      if (node.kind === 'mapping' || node.kind === 'sequence') yield node.kind
      else {
        while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) < node.start) next += 1
        const span = spans[next]
        const isEdited = span !== undefined && span.start <= node.end
        if (!isEdited) yield `=${node.kind === 'alias' ? `*${node.name}` : node.value}`
        else if (!span.adds) yield 'edited'
      }
    }
  }
}

/** Where the edits stand in the text they made. */
function shifted(edits: readonly Edit[]): readonly Span[] {
  let grown = 0
  return edits.map((edit) => {
    const start = edit.start + grown
    grown += edit.text.length - (edit.end - edit.start)
    return { ...edit, start, end: start + edit.text.length }
  })
}
