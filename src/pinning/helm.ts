// Helm values. Charts agree on no form; these are the ones in use, and what each prints:
//
//   xImage: { [registry] repository [tag] [digest] }    the digest behind the tag, if it knows one
//   the name also as `repo`, `image` or `name`, the tag as `version`, the digest as `sha`, bare
//   x: { repository, tag, … }                           beside `pullPolicy`, `registry` or `digest`
//   x: { image, tag } or { image, imageTag }            the image without a tag of its own
//
// Without a digest field `repository:tag` is printed, so that the tag may carry the digest.
import type { DocumentReader } from './document-reader.ts'
import { fieldsMention, textOf } from './fields.ts'
import { readReference } from './mention.ts'
import { entryOf } from './yaml-nodes.ts'
import type { Entry, Mapping } from './yaml-tree.ts'

/**
 * The entry that names an image of several fields; then it is in the reader. `key`: the mapping's.
 */
export function helmImage(reader: DocumentReader, key: string, value: Mapping): Entry | undefined {
  const parts = /image$/i.test(key) ? partsOfImage(value) : partsOfOther(value)
  if (parts?.name.value.kind !== 'scalar') return undefined
  const isIgnored = textOf(entryOf(value, 'useDigest')) === 'false'
  const [digest, sha] = [entryOf(value, 'digest'), entryOf(value, 'sha')]
  const mention = fieldsMention({
    tool: 'helm',
    name: joined(textOf(entryOf(value, 'registry')), textOf(parts.name)),
    at: parts.name.value,
    tag: parts.tag,
    digest: isIgnored ? undefined : (digest ?? sha),
    isBare: digest === undefined,
    mapping: value,
    document: reader.document,
  })
  if (mention) reader.add(parts.name.value, mention)
  return parts.name
}

function joined(registry: string, name: string): string {
  return registry && name ? `${registry}/${name}` : name
}

interface Parts {
  readonly name: Entry
  readonly tag: Entry | undefined
}

function partsOfImage(mapping: Mapping): Parts | undefined {
  const tag = firstOf(mapping, 'tag', 'version')
  const repository = entryOf(mapping, 'repository')
  if (repository) return { name: repository, tag }
  // Alone these words may mean anything.
  const name = firstOf(mapping, 'repo', 'image', 'name')
  return name && (tag || firstOf(mapping, 'registry', 'digest')) ? { name, tag } : undefined
}

function partsOfOther(mapping: Mapping): Parts | undefined {
  const tag = firstOf(mapping, 'tag', 'imageTag')
  if (!tag) return undefined
  const repository = entryOf(mapping, 'repository')
  if (repository && firstOf(mapping, 'pullPolicy', 'registry', 'digest'))
    return { name: repository, tag }
  const image = firstOf(mapping, 'image', 'imageRepository')
  const reference = image && readReference(textOf(image))
  return reference && !reference.tag && !reference.digest ? { name: image, tag } : undefined
}

function firstOf(mapping: Mapping, ...names: readonly string[]): Entry | undefined {
  for (const name of names) {
    const entry = entryOf(mapping, name)
    if (entry) return entry
  }
  return undefined
}
