// Compose files (compose-spec): images of services and image mounts. A service that is built names
// its result with `image`, and is no reference.
import type { DocumentReader } from './document-reader.ts'
import { readImages } from './kubernetes.ts'
import { entriesAt, itemsAt, textAt, valueAt } from './yaml-nodes.ts'
import type { YamlNode } from './yaml-tree.ts'

const FILE_NAME = /(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/i

export function isCompose(path: string, root: YamlNode): boolean {
  if (FILE_NAME.test(path)) return true
  return entriesAt(root, 'services').some(
    ({ value }) => valueAt(value, 'image') !== undefined || valueAt(value, 'build') !== undefined,
  )
}

export function readCompose(reader: DocumentReader, root: YamlNode): void {
  for (const { key, value } of entriesAt(root))
    if (key.value.startsWith('x-')) readExtension(reader, value)
  // The first version had its services at the top.
  const services = valueAt(root, 'services') ?? root
  for (const { value: service } of entriesAt(services)) readService(reader, service)
  for (const { value } of entriesAt(root, 'configs')) readImages(reader, value)
}

function readService(reader: DocumentReader, service: YamlNode): void {
  if (!valueAt(service, 'build'))
    reader.image(valueAt(service, 'image'), { strict: true, compose: true })
  for (const volume of itemsAt(service, 'volumes'))
    if (textAt(volume, 'type') === 'image')
      reader.image(valueAt(volume, 'source'), { strict: true, compose: true })
}

/** What services take over from extensions: an image at any depth that has no `build` beside it. */
function readExtension(reader: DocumentReader, node: YamlNode): void {
  if (!valueAt(node, 'build')) reader.image(valueAt(node, 'image'), { compose: true })
  for (const { value } of entriesAt(node)) readExtension(reader, value)
}
