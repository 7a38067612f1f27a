// Kubernetes manifests: every `image` below a resource, in pods, volumes and custom resources
// alike. Not read: schemas and policies, whose `image` is a pattern or a type, and metadata.
import type { DocumentReader } from './document-reader.ts'
import { helmImage } from './helm.ts'
import { itemsAt, textAt, valueAt } from './yaml-nodes.ts'
import type { Entry, YamlNode } from './yaml-tree.ts'

const NO_WORKLOADS = [
  'CustomResourceDefinition',
  'CompositeResourceDefinition',
  'ClusterPolicy',
  'Policy',
  'ConstraintTemplate',
  'ValidatingAdmissionPolicy',
  'MutatingAdmissionPolicy',
  'ClusterImagePolicy',
]

/**
 * Policies of Kyverno, Gatekeeper and Sigstore, Flux's scanners of repositories, and tools whose
 * `image` is what they look for or build: kbld, Skaffold.
 */
const NO_WORKLOAD_GROUPS =
  /^(?:(?:[\w.-]*\.)?(?:kyverno\.io|gatekeeper\.sh|sigstore\.dev|image\.toolkit\.fluxcd\.io)|kbld\.[\w.-]+|skaffold)\//

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers']

/** Whether a document says of what kind it is, as every resource does. */
export function isResource(root: YamlNode): boolean {
  return textAt(root, 'apiVersion') !== '' && textAt(root, 'kind') !== ''
}

export function readResource(reader: DocumentReader, root: YamlNode): void {
  const kind = textAt(root, 'kind')
  if (NO_WORKLOADS.includes(kind) || NO_WORKLOAD_GROUPS.test(textAt(root, 'apiVersion'))) return
  if (kind.endsWith('List') && valueAt(root, 'items')?.kind === 'sequence') {
    for (const item of itemsAt(root, 'items')) readResource(reader, item)
  } else if (kind === 'ConfigMap' || kind === 'Secret') readTexts(reader, root)
  else readImages(reader, root, { skip: ['metadata', 'status'] })
}

interface Where {
  /** The key of the mapping that is read. */
  readonly key?: string
  readonly skip?: readonly string[]
  /** Names without tag or registry count too: what stands here can be nothing but an image. */
  readonly strict?: boolean
  /** Only what is plainly an image: it has a tag, a digest or several parts. */
  readonly guess?: boolean
  /** Helm values: keys such as `sidecarImage` count, where the text has a tag or digest. */
  readonly values?: boolean
}

/** Every `image` below a node: a text, an image volume, or Helm's repository and tag. */
export function readImages(reader: DocumentReader, node: YamlNode, where: Where = {}): void {
  if (node.kind === 'sequence') for (const item of node.items) readImages(reader, item, where)
  else if (node.kind === 'scalar') reader.embedded(node)
  if (node.kind !== 'mapping') return
  const named = helmImage(reader, where.key ?? '', node)
  for (const entry of node.entries) {
    const { key, value } = entry
    if (where.skip?.includes(key.value) || entry === named) continue
    if (key.value === 'image' && isImage(entry, where)) readImage(reader, value, where)
    else if (where.values && /image$/i.test(key.value)) reader.image(value, { tagged: true })
    readImages(reader, value, {
      key: key.value,
      ...(where.guess ? { guess: true } : {}),
      ...(where.values ? { values: true } : {}),
      strict: CONTAINERS.includes(key.value),
    })
  }
}

function readImage(reader: DocumentReader, value: YamlNode, { strict = false }: Where): void {
  if (value.kind === 'mapping') reader.image(valueAt(value, 'reference'))
  else reader.image(value, { strict })
}

/** A file's name is a valid reference too, but nobody's image. */
function isImage({ value }: Entry, { guess }: Where): boolean {
  if (value.kind !== 'scalar') return true
  if (/\.(?:png|jpe?g|gif|svg|webp|ico|avif)$/i.test(value.value)) return false
  return !guess || /[:/@$]/.test(value.value)
}

function readTexts(reader: DocumentReader, node: YamlNode): void {
  if (node.kind === 'scalar') reader.embedded(node)
  if (node.kind !== 'mapping') return
  for (const { key, value } of node.entries) {
    if (key.value === 'image') reader.data(value)
    if (key.value !== 'metadata') readTexts(reader, value)
  }
}
