// Listing tags (distribution-spec, "Listing Tags") over what registries make of it: any order, null
// for none, twice the same, a page size they refuse.
import { ReleaseError } from '../errors.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { isTag } from '../oci/tag.ts'
import { isSuccess } from './answer.ts'
import { brokenAnswer, refusal } from './failure.ts'
import { MAX_PAGE_BYTES, parseJsonAnswer, readPages } from './pages.ts'
import type { RegistryCall, Transport } from './transport.ts'

const PAGE_TAGS = 1000
const MAX_TAGS = 100_000

/**
 * Each once, in code unit order, without names that are no tags; empty for an unknown repository.
 */
export async function listTags(
  transport: Transport,
  repository: Repository,
): Promise<readonly string[]> {
  const sized = await collect(transport, repository, `?n=${PAGE_TAGS}`)
  // Proxies of ECR refuse a page size that is not theirs.
  const tags = sized ?? (await collect(transport, repository, ''))
  return [...(tags ?? [])].sort()
}

/** undefined: the first page's query was refused. */
async function collect(
  transport: Transport,
  repository: Repository,
  query: string,
): Promise<ReadonlySet<string> | undefined> {
  const tags = new Set<string>()
  const call = (pageQuery: string) => listCall(repository, pageQuery)
  let isFirst = true
  for await (const answer of readPages(transport, { query, call })) {
    if (isFirst && answer.status === 404) return tags
    if (isFirst && query !== '' && [400, 405].includes(answer.status)) return undefined
    if (!isSuccess(answer)) throw refusal(call(query), answer)
    for (const tag of parsePage(call(query), parseJsonAnswer(call(query), answer))) tags.add(tag)
    if (tags.size > MAX_TAGS)
      throw new ReleaseError('too-large', `Cannot ${call(query).what}: over ${MAX_TAGS} tags`, {
        hint: 'Delete tags that are no longer used.',
      })
    isFirst = false
  }
  return tags
}

function parsePage(call: RegistryCall, body: unknown): readonly string[] {
  const page = typeof body === 'object' && body !== null ? body : {}
  // None, as some write it. Without a name either it is the answer to another question.
  const isNone = 'tags' in page ? page.tags === null : 'name' in page
  const tags = isNone ? [] : 'tags' in page && page.tags
  if (!Array.isArray(tags)) throw brokenAnswer(call, 'the answer holds no list')
  return tags.filter((tag) => typeof tag === 'string' && isTag(tag))
}

function listCall(repository: Repository, query: string): RegistryCall {
  return {
    what: `list the tags of ${formatRepository(repository)}`,
    repository,
    method: 'GET',
    path: `tags/list${query}`,
    needs: 'pull',
    headers: { accept: 'application/json' },
    maxBytes: MAX_PAGE_BYTES,
  }
}
