// Kustomize's `images:` (name, newName, newTag, digest), in a kustomization or in Flux's; in
// patches and values of charts what stands there.
import type { DocumentReader } from './document-reader.ts'
import { fieldsMention, textOf } from './fields.ts'
import { readImages } from './kubernetes.ts'
import { entryOf, itemsAt, textAt } from './yaml-nodes.ts'
import type { YamlNode } from './yaml-tree.ts'

const FLUX = /^kustomize\.toolkit\.fluxcd\.io\//
const FILE_NAME = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/

export function isKustomization(path: string, root: YamlNode): boolean {
  const apiVersion = textAt(root, 'apiVersion')
  return (
    (FILE_NAME.test(path) && !FLUX.test(apiVersion)) ||
    apiVersion.startsWith('kustomize.config.k8s.io/')
  )
}

export function readKustomization(reader: DocumentReader, root: YamlNode): void {
  readList(reader, itemsAt(root, 'images'))
  readImages(reader, root, { skip: ['images'], guess: true })
}

/** Flux hands `spec.images` to kustomize as it is. */
export function readFluxKustomization(reader: DocumentReader, root: YamlNode): void {
  if (FLUX.test(textAt(root, 'apiVersion'))) readList(reader, itemsAt(root, 'spec', 'images'))
}

function readList(reader: DocumentReader, items: readonly YamlNode[]): void {
  for (const item of items) {
    if (item.kind !== 'mapping') continue
    const newName = entryOf(item, 'newName')
    const name = newName ?? entryOf(item, 'name')
    if (name?.value.kind !== 'scalar') continue
    const mention = fieldsMention({
      tool: 'kustomize',
      name: newName ? textOf(name) : withoutTag(textOf(name)),
      at: name.value,
      tag: entryOf(item, 'newTag'),
      digest: entryOf(item, 'digest'),
      mapping: item,
      document: reader.document,
    })
    if (mention) reader.add(name.value, mention)
  }
}

/** In `name` a tag says which references are meant; it is not written. */
function withoutTag(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}
