// Lists that come in pages, one `Link: <…>; rel="next"` after the other (distribution-spec,
// "Listing Tags", "Listing Referrers").
import { ReleaseError } from '../errors.ts'
import { parseJson } from '../oci/json.ts'
import { parseUrl } from './address.ts'
import { brokenAnswer } from './failure.ts'
import { nextLink } from './link.ts'
import type { TriedAnswer } from './retrying.ts'
import type { RegistryCall, Transport } from './transport.ts'

const MAX_PAGES = 1000
export const MAX_PAGE_BYTES = 16 * 1024 * 1024

export interface Pages {
  readonly query: string
  readonly call: (query: string) => RegistryCall
}

/** Every page's answer; a refusal is the last. Throws `registry` on a link that leads astray. */
export async function* readPages(
  transport: Transport,
  { query: first, call }: Pages,
): AsyncGenerator<TriedAnswer> {
  const asked = new Set<string>()
  for (let query: string | undefined = first; ; ) {
    asked.add(query)
    const answer: TriedAnswer = await transport(call(query))
    yield answer
    query = nextQuery(call(query), answer)
    if (query === undefined) return
    if (asked.has(query)) throw brokenAnswer(call(query), 'its pages go round in a circle')
    if (asked.size === MAX_PAGES)
      throw new ReleaseError('too-large', `Cannot ${call(first).what}: over ${MAX_PAGES} pages`)
  }
}

/**
 * Of a link only the query is taken, and only from our own origin: Artifactory's virtual
 * repositories write links whose path lacks the repository (RTFACT-18971).
 */
function nextQuery(call: RegistryCall, { headers, url }: TriedAnswer): string | undefined {
  const link = nextLink(headers['link'])
  if (link === undefined) return undefined
  const next = parseUrl(link, url)
  if (next?.origin !== url.origin) throw brokenAnswer(call, 'its next page is at another host')
  return next.search
}

export function parseJsonAnswer(call: RegistryCall, { bytes }: TriedAnswer): unknown {
  try {
    return parseJson(bytes)
  } catch (cause) {
    throw brokenAnswer(call, 'the answer is not JSON', cause)
  }
}
