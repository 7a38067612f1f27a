// Lists in pages, whatever a server says about them.
import { expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { listPages, type Reading } from '../../src/github/pages.ts'
import type { GitHubRequest } from '../../src/ports.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'

const ADDRESS = 'https://api.github.com/things?page='
const CALL = {
  route: 'GET /things',
  parameters: {},
  doing: 'list the things',
  permission: 'contents: read',
}

interface Server {
  readonly items: number
  /** Whatever is asked for. */
  readonly size?: number
  /** Of the link header; undefined: none is sent. */
  readonly link?: (page: number) => string | undefined
}

async function read({ items, size = 100, link = () => undefined }: Server, reading?: Reading) {
  const asked: number[] = []
  const request: GitHubRequest = async (_, parameters) => {
    const page = Number(parameters?.['page'])
    asked.push(page)
    const first = (page - 1) * size
    const length = Math.max(0, Math.min(size, items - first))
    const data = Array.from({ length }, (_, index) => ({ id: first + index }))
    return { status: 200, data, headers: { link: link(page) } }
  }
  const github = createGitHubClient({ request, clock: new VirtualClock(), log: new MemoryLog() })
  const listing = listPages(github, CALL, reading)
  const answer = await listing.then(
    (listed) => ({ ids: listed.map(({ id }) => id) }),
    (error: unknown) => ({ error }),
  )
  return { ...answer, asked }
}

const next = (last: number) => (page: number) =>
  page < last ? `<${ADDRESS}${page + 1}>; rel="next"` : `<${ADDRESS}1>; rel="first"`
const nextAndLast = (last: number) => (page: number) =>
  page < last ? `${next(last)(page)}, <${ADDRESS}${last}>; rel="last"` : next(last)(page)

const idIs = (id: number) => (item: { readonly [field: string]: unknown }) => item['id'] === id

// name, what the server does, how it is read, items, pages asked for
test.each<[string, Server, Reading, number, number]>([
  ['nothing', { items: 0 }, {}, 0, 1],
  ['full pages without a header', { items: 200 }, {}, 200, 3],
  ['small pages that tell of the next', { items: 95, size: 30, link: next(4) }, {}, 95, 4],
  ['small pages that tell of the last', { items: 95, size: 30, link: nextAndLast(4) }, {}, 95, 4],
  ['up to one on the first', { items: 950, link: nextAndLast(10) }, { until: idIs(7) }, 100, 1],
  ['up to one on the third', { items: 950, link: nextAndLast(10) }, { until: idIs(250) }, 300, 3],
  ['up to one without a header', { items: 950 }, { until: idIs(250) }, 300, 3],
  ['up to one that is not there', { items: 250 }, { until: idIs(999) }, 250, 3],
  ['more than expected', { items: 250, link: nextAndLast(3) }, { expected: 150 }, 250, 3],
  ['fewer than expected', { items: 50 }, { expected: 250 }, 50, 3],
])('%s', async (_, server, reading, items, pages) => {
  const { asked, ...answer } = await read(server, reading)
  expect(answer).toEqual({ ids: Array.from({ length: items }, (_, index) => index) })
  expect(asked).toEqual(Array.from({ length: pages }, (_, index) => index + 1))
})

// name, the server, how it is read, calls
test.each<[string, Server, Reading, number]>([
  ['goes on for ever', { items: 1e9, size: 2, link: next(1e9) }, {}, 1000],
  ['says that it has a million pages', { items: 1, link: nextAndLast(1e6) }, {}, 1],
  ['has too many, as was expected', { items: 1e9, link: next(1e9) }, { expected: 1e9 }, 1000],
])('a list that %s is an error, not half a list', async (_, server, reading, calls) => {
  const { error, asked } = { error: undefined, ...(await read(server, reading)) }
  expect(error).toMatchObject({
    code: 'github',
    message: 'Cannot list the things: there are over 1000 pages of them',
  })
  expect(asked).toHaveLength(calls)
})
