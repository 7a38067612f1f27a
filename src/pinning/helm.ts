// Helm values: `repository` and `tag`, with `registry` and `digest` where the chart knows them. A
// chart without `digest` prints `repository:tag`, so that the tag may carry the digest.
import type { DocumentReader } from './document-reader.ts'
import { fieldsMention } from './fields.ts'
import { entryOf, textAt } from './yaml-nodes.ts'
import type { Entry } from './yaml-tree.ts'

/** Whether the entry was an image of several fields; then it is in the reader. */
export function helmImage(reader: DocumentReader, { key, value }: Entry): boolean {
  if (value.kind !== 'mapping') return false
  const [repository, tag] = [entryOf(value, 'repository'), entryOf(value, 'tag')]
  if (repository?.value.kind !== 'scalar') return false
  const isNamed = /image$/i.test(key.value)
  const isLikeOne = entryOf(value, 'pullPolicy') ?? entryOf(value, 'registry')
  if (!isNamed && !(tag && isLikeOne)) return false
  const registry = textAt(value, 'registry')
  const mention = fieldsMention({
    tool: 'helm',
    name: (registry ? `${registry}/` : '') + repository.value.value,
    at: repository.value,
    tag,
    digest: entryOf(value, 'digest'),
    mapping: value,
    document: reader.document,
  })
  if (mention) reader.add(repository.value, mention)
  return true
}
