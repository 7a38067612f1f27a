// Collects the mentions of one YAML document. Aliases lead to their anchor, which is pinned only if
// every alias of it is an image; texts inside the document are searched, but never touched.
import {
  type Mention,
  obstructed,
  refuseTooMany,
  type Slice,
  sliceAt,
  untouchable,
  wholeMention,
} from './mention.ts'
import { expandVariables, holdsVariable } from './variables.ts'
import { walk } from './yaml-nodes.ts'
import type { Alias, Scalar, YamlDocument, YamlNode } from './yaml-tree.ts'

export interface ImageOptions {
  /** Cut off before the reference: `docker://`. Without it the text is no image. */
  readonly prefix?: string
  /** Only with a tag or digest the text counts as an image. */
  readonly tagged?: boolean
  /** What is no reference is told, not passed over. */
  readonly strict?: boolean
  /** `${NAME:-default}` is read as Compose does. */
  readonly compose?: boolean
}

const SHARED = 'its anchor is also used where no image stands'

const EMBEDDED = /^[ \t]*(?:-[ \t]+)?image:[ \t]*["']?([^\s"'#{][^\s"']*)/gm

export class DocumentReader {
  readonly document: YamlDocument
  private readonly mentions = new Map<YamlNode, Mention>()
  private readonly anchors = new Map<string, YamlNode>()
  private readonly targets = new Map<Alias, YamlNode | undefined>()
  private readonly imageAliases = new Set<Alias>()

  constructor(document: YamlDocument) {
    this.document = document
    // The text alone says cheaply that there is nothing to collect.
    if (document.root && document.text.includes('*')) this.collectAnchors(document.root)
  }

  /** A node whose text is a reference; anything but a scalar or an alias of one is passed over. */
  image(node: YamlNode | undefined, options: ImageOptions = {}): void {
    if (node?.kind === 'alias') {
      const target = this.targets.get(node)
      this.imageAliases.add(node)
      if (target?.kind === 'scalar') this.image(target, options)
    } else if (node?.kind === 'scalar') {
      const mention = mentionOf(node, options)
      if (mention) this.add(node, mention)
    }
  }

  /** A mention that a finder made of a mapping; `node` is the scalar it stands at. */
  add(node: YamlNode, mention: Mention): void {
    refuseTooMany(this.mentions.size + 1)
    this.mentions.set(node, mention)
  }

  /** A text of several lines that may hold a manifest or a script. */
  embedded(node: YamlNode): void {
    const isText = node.kind === 'scalar' && (node.style === 'block' || node.inner === undefined)
    if (!isText || !node.value.includes('image:')) return
    const raw = this.document.text.slice(
      node.start - this.document.start,
      node.end - this.document.start,
    )
    // A text of one line may be an image itself, and is told as that.
    if (this.mentions.has(node)) return
    for (const { index, 0: line, 1: text = '' } of raw.matchAll(EMBEDDED)) {
      const start = node.start + index + line.length - text.length
      const place = { start, end: start + text.length }
      this.add(emptyAt(start), obstructed(text, place, 'embedded'))
    }
  }

  /** A text that is data here, whatever it means where it is used. */
  data(node: YamlNode): void {
    const mention = node.kind === 'scalar' && mentionOf(node, {})
    if (mention) this.add(node, obstructed(mention.text, mention, 'embedded'))
  }

  /** In the order of the text. */
  result(): readonly Mention[] {
    const shared = new Set<YamlNode | undefined>()
    for (const [alias, target] of this.targets)
      if (!this.imageAliases.has(alias)) shared.add(target)
    const mentions = [...this.mentions].map(([node, mention]) =>
      shared.has(node) ? untouchable(mention, SHARED) : mention,
    )
    return mentions.sort((a, b) => a.start - b.start)
  }

  private collectAnchors(root: YamlNode): void {
    for (const node of walk(root)) {
      if (node.kind === 'alias') this.targets.set(node, this.anchors.get(node.name))
      else if (node.anchor !== undefined) this.anchors.set(node.anchor, node)
    }
  }
}

function emptyAt(start: number): Scalar {
  return { kind: 'scalar', style: 'empty', value: '', start, end: start }
}

function mentionOf(
  node: Scalar,
  { prefix = '', strict, compose, tagged }: ImageOptions,
): Mention | undefined {
  const { value, inner, start, end, style } = node
  const isNull = style === 'plain' && /^(?:~|null|Null|NULL)$/.test(value)
  if (value === '' || isNull || !value.startsWith(prefix)) return undefined
  const text = value.slice(prefix.length)
  const place = inner === undefined ? { start, end } : extentOf(inner + prefix.length, text)
  const slice = inner === undefined ? sliceAt(text, start) : sliceAt(text, place.start)
  const expanded: Slice | undefined = compose ? expandVariables(slice) : slice
  if (!expanded || holdsVariable(expanded.text)) return obstructed(text, place, 'variable')
  const mention = wholeMention(expanded, place)
  if (mention.obstacle && !strict) return undefined
  if (tagged && !mention.reference?.tag && !mention.reference?.digest) return undefined
  return inner === undefined
    ? untouchable(mention, 'it is written over several lines or with escapes')
    : mention
}

function extentOf(start: number, text: string): { start: number; end: number } {
  return { start, end: start + text.length }
}
