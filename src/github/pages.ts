// Lists that come in pages (docs.github.com, "Using pagination in the REST API"). Which pages there
// are is told by the header `link`; where a server sends none, by whether a page is full.
import type { GitHubResponse } from '../ports.ts'
import { type Answer, asAnswer } from './answer.ts'
import type { GitHubCall, GitHubClient } from './client.ts'

const PAGE_SIZE = 100

/** No list of ours is longer, whatever a server says. */
const MAX_PAGES = 1000

/**
 * Every item, in the server's order. `expected` items are asked for at once; without it all pages
 * but the first are, once it has told how many there are.
 */
export async function listPages(
  github: GitHubClient,
  call: GitHubCall,
  { expected = 0 } = {},
): Promise<readonly Answer[]> {
  const read = async (page: number): Promise<Page> => {
    const parameters = { ...call.parameters, per_page: PAGE_SIZE, page }
    return readPage(await github.call({ ...call, parameters }))
  }
  const readTo = (from: number, to: number) =>
    Promise.all(
      Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => read(from + index)),
    )
  const pages = await readTo(1, Math.max(1, Math.ceil(expected / PAGE_SIZE)))
  pages.push(...(await readTo(pages.length + 1, Math.max(...pages.map(({ last }) => last)))))
  while (goesOn(pages) && pages.length < MAX_PAGES) {
    const page = await read(pages.length + 1)
    if (isSame(page, pages.at(-1))) break
    pages.push(page)
  }
  return pages.flatMap(({ items }) => items)
}

interface Page {
  readonly items: readonly Answer[]
  /** undefined: none came. */
  readonly link: string | undefined
  /** The number of the last one as far as this one tells; 0: it does not. */
  readonly last: number
}

function readPage({ data, headers }: GitHubResponse): Page {
  const items = (Array.isArray(data) ? data : []).map(asAnswer)
  const link = typeof headers['link'] === 'string' ? headers['link'] : undefined
  const [, last = 0] = /[?&]page=(\d+)[^>]*>; *rel="?last/.exec(link ?? '') ?? []
  return { items, link, last: Math.min(Number(last), MAX_PAGES) }
}

function goesOn(pages: readonly Page[]): boolean {
  const newest = pages.at(-1)
  if (pages.some(({ link }) => link !== undefined)) return /rel="?next/.test(newest?.link ?? '')
  return newest !== undefined && newest.items.length >= PAGE_SIZE
}

/** A server that knows no pages gives the first one for ever. */
function isSame({ items: [a] }: Page, before: Page | undefined): boolean {
  return a === undefined || a['id'] === before?.items[0]?.['id']
}
