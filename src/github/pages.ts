// Lists that come in pages (docs.github.com, "Using pagination in the REST API"). Which pages there
// are is told by the header `link`; where a server sends none, by whether a page is full.
import { ReleaseError } from '../errors.ts'
import type { GitHubResponse } from '../ports.ts'
import { type Answer, asAnswer } from './answer.ts'
import type { GitHubCall, GitHubClient } from './client.ts'
import { inTurns } from './in-turns.ts'

const PAGE_SIZE = 100

/** No list of ours is longer, whatever a server says. */
const MAX_PAGES = 1000

export interface Reading {
  /** About so many items there are: their pages are asked for at once. */
  readonly expected?: number
  /** Pages are read one after another, and none behind one that has such an item. */
  readonly until?: (item: Answer) => boolean
}

/**
 * Every item, in the server's order. The pages behind the first are asked for at once where it
 * tells how many there are. Throws `github` for a list without end: half of one is worse than none.
 */
export async function listPages(
  github: GitHubClient,
  call: GitHubCall,
  { expected = 0, until }: Reading = {},
): Promise<readonly Answer[]> {
  const read = async (page: number): Promise<Page> => {
    if (page > MAX_PAGES) throw endless(call)
    const parameters = { ...call.parameters, per_page: PAGE_SIZE, page }
    return readPage(await github.call({ ...call, parameters }))
  }
  const pages: Page[] = []
  const readTo = async (last: number) => {
    if (last > MAX_PAGES) throw endless(call)
    const length = Math.max(0, last - pages.length)
    const next = Array.from({ length }, (_, index) => pages.length + index + 1)
    pages.push(...(await inTurns(next, read)))
  }
  const isFound = () => until !== undefined && pages.at(-1)?.items.some(until)
  await readTo(Math.min(MAX_PAGES, Math.max(1, Math.ceil(expected / PAGE_SIZE))))
  if (!until) await readTo(Math.max(...pages.map(({ last }) => last)))
  while (goesOn(pages) && !isFound()) {
    const page = await read(pages.length + 1)
    if (isSame(page, pages.at(-1))) break
    pages.push(page)
  }
  return pages.flatMap(({ items }) => items)
}

function endless({ doing }: GitHubCall): ReleaseError {
  return new ReleaseError('github', `Cannot ${doing}: there are over ${MAX_PAGES} pages of them`, {
    hint: 'Delete the oldest ones first.',
  })
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
  return { items, link, last: Number(last) }
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
