// Looking into YAML trees by key.
import type { Entry, Mapping, Scalar, YamlNode } from './yaml-tree.ts'

/** undefined for what is no mapping or lacks the key. */
export function valueAt(
  node: YamlNode | undefined,
  ...path: readonly string[]
): YamlNode | undefined {
  let current = node
  for (const name of path)
    current = current?.kind === 'mapping' ? entryOf(current, name)?.value : undefined
  return current
}

export function entryOf(mapping: Mapping, name: string): Entry | undefined {
  return mapping.entries.find(({ key }) => key.value === name)
}

/** The text of a scalar; empty for all else. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string {
  const found = valueAt(node, ...path)
  return found?.kind === 'scalar' ? found.value : ''
}

export function entriesAt(
  node: YamlNode | undefined,
  ...path: readonly string[]
): readonly Entry[] {
  const found = valueAt(node, ...path)
  return found?.kind === 'mapping' ? found.entries : []
}

export function itemsAt(
  node: YamlNode | undefined,
  ...path: readonly string[]
): readonly YamlNode[] {
  const found = valueAt(node, ...path)
  return found?.kind === 'sequence' ? found.items : []
}

/** Every node below and including this one, keys too, in the order of the text. */
export function* walk(node: YamlNode): Generator<YamlNode> {
  yield node
  if (node.kind === 'sequence') for (const item of node.items) yield* walk(item)
  if (node.kind !== 'mapping') return
  for (const { key, value } of node.entries) {
    yield key
    yield* walk(value)
  }
}

/** Whether a node can be written to: a text that is its value, used in this place alone. */
export function isWritable(
  node: YamlNode | undefined,
): node is Scalar & { readonly inner: number } {
  return node?.kind === 'scalar' && node.inner !== undefined && node.anchor === undefined
}
