// The calls the fake GitHub answers: each with the permissions one of which it needs.
import type { FakeRepository } from './github-state.ts'

export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  readonly login: string
}

export interface Answer {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}

export type Act = (call: Call, values: readonly string[], repository: FakeRepository) => Answer

export interface Route {
  /** One of these; none: every token may. */
  readonly permissions: readonly string[]
  readonly act: Act
}

const MAX_RELEASE_CHARACTERS = 125_000
const MAX_COMMENT_CHARACTERS = 65_536

export function answer(
  status: number,
  data: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, data: structuredClone(data), headers }
}

const NOT_FOUND = answer(404, { message: 'Not Found' })

function releaseById(repository: FakeRepository, id: string | undefined) {
  return repository.releases.find((release) => String(release.id) === id)
}

function refuseBody(body: unknown, maxCharacters: number): Answer | undefined {
  if (body !== undefined && typeof body !== 'string')
    return answer(422, { message: 'Invalid request' })
  if (typeof body === 'string' && body.length > maxCharacters)
    return answer(422, {
      message: 'Validation Failed',
      errors: [`body is too long (maximum is ${maxCharacters} characters)`],
    })
  return undefined
}

/** One page, with the `link` header that leads to the next. */
export function page({ query, path }: Call, items: readonly unknown[]): Answer {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const number = Number(query.get('page') ?? 1)
  const rest = items.length > number * size
  const next = `<https://api.github.com${path}?per_page=${size}&page=${number + 1}>; rel="next"`
  const last = `<https://api.github.com${path}?per_page=${size}&page=${Math.ceil(items.length / size)}>; rel="last"`
  const link = `${next}, ${last}`
  return answer(200, items.slice((number - 1) * size, number * size), rest ? { link } : {})
}

const patchRelease: Act = ({ body }, [id], repository) => {
  const release = releaseById(repository, id)
  const target = body['target_commitish']
  const isLocked = release?.workflowLocked && target !== repository.defaultBranch
  if (!release || isLocked) return NOT_FOUND
  const refused = refuseBody(body['body'], MAX_RELEASE_CHARACTERS)
  if (refused) return refused
  if (typeof body['body'] === 'string') release.body = body['body']
  if (typeof target === 'string') release.target = target
  return answer(200, repository.showRelease(release))
}

const postComment: Act = ({ body, login }, [issue], repository) => {
  const refused = refuseBody(body['body'], MAX_COMMENT_CHARACTERS)
  if (refused) return refused
  const comment = repository.addComment(Number(issue), login, String(body['body']))
  return answer(201, repository.showComment(comment))
}

const patchComment: Act = ({ body }, [id], repository) => {
  const comment = repository.comments.find((other) => String(other.id) === id)
  if (!comment) return NOT_FOUND
  const refused = refuseBody(body['body'], MAX_COMMENT_CHARACTERS)
  if (refused) return refused
  comment.body = String(body['body'])
  return answer(200, repository.showComment(comment))
}

const getComment: Act = (_call, [id], repository) => {
  const comment = repository.comments.find((other) => String(other.id) === id)
  return comment ? answer(200, repository.showComment(comment)) : NOT_FOUND
}

const deleteComment: Act = (_call, [id], repository) => {
  const position = repository.comments.findIndex((other) => String(other.id) === id)
  if (position < 0) return NOT_FOUND
  repository.comments.splice(position, 1)
  return answer(204, {})
}

function ancestry(repository: FakeRepository, commit: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const queue = [commit]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (!repository.commits.has(next) || seen.has(next)) continue
    seen.add(next)
    queue.push(...(repository.commits.get(next) ?? []))
  }
  return seen
}

const compare: Act = (_call, [range = ''], repository) => {
  const [base = '', head = ''] = range.split('...')
  if (!repository.commits.has(base) || !repository.commits.has(head)) return NOT_FOUND
  const [behind, ahead] = [
    ancestry(repository, head).has(base),
    ancestry(repository, base).has(head),
  ]
  const status = base === head ? 'identical' : behind ? 'ahead' : ahead ? 'behind' : 'diverged'
  return answer(200, { status, commits: [], files: [] })
}

/** All commits are of one moment. */
const COMMITTED_AT = '2026-07-01T10:20:30Z'

const commit: Act = (_call, [sha = ''], repository) =>
  repository.commits.has(sha)
    ? answer(200, { sha, commit: { committer: { date: COMMITTED_AT } } })
    : answer(422, { message: `No commit found for SHA: ${sha}` })

const COMMENT_SCOPES = ['issues: write', 'pull-requests: write']

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /repos/:/:': {
    permissions: [],
    act: (_call, _values, repository) => answer(200, repository.showRepository()),
  },
  'GET /repos/:/:/releases': {
    permissions: ['contents: read'],
    act: (call, _values, repository) =>
      page(
        call,
        repository.releases.map((release) => repository.showRelease(release)),
      ),
  },
  'GET /repos/:/:/releases/tags/:': {
    permissions: ['contents: read'],
    act: (_call, [tag], repository) => {
      const release = repository.releases.find((other) => other.tag === tag && !other.draft)
      return release ? answer(200, repository.showRelease(release)) : NOT_FOUND
    },
  },
  'GET /repos/:/:/releases/:': {
    permissions: ['contents: read'],
    act: (_call, [id], repository) => {
      const release = releaseById(repository, id)
      return release ? answer(200, repository.showRelease(release)) : NOT_FOUND
    },
  },
  'PATCH /repos/:/:/releases/:': { permissions: ['contents: write'], act: patchRelease },
  'GET /repos/:/:/issues/:/comments': {
    permissions: ['issues: read', 'pull-requests: read'],
    act: (call, [issue], repository) => {
      const mine = repository.comments.filter((comment) => String(comment.issue) === issue)
      return page(
        call,
        mine.map((comment) => repository.showComment(comment)),
      )
    },
  },
  'POST /repos/:/:/issues/:/comments': { permissions: COMMENT_SCOPES, act: postComment },
  'GET /repos/:/:/issues/comments/:': {
    permissions: ['issues: read', 'pull-requests: read'],
    act: getComment,
  },
  'PATCH /repos/:/:/issues/comments/:': { permissions: COMMENT_SCOPES, act: patchComment },
  'DELETE /repos/:/:/issues/comments/:': { permissions: COMMENT_SCOPES, act: deleteComment },
  'GET /repos/:/:/commits/:': { permissions: ['contents: read'], act: commit },
  'GET /repos/:/:/compare/:': { permissions: ['contents: read'], act: compare },
}

/** The route of a call, and what stands at its colons. */
export function findRoute(
  method: string,
  path: string,
  more: Readonly<Record<string, Route>> = {},
): { route: Route; values: readonly string[] } | undefined {
  const parts = path.split('/').map(decodeURIComponent)
  for (const [line, route] of Object.entries({ ...ROUTES, ...more })) {
    const [verb, template = ''] = line.split(' ')
    const pattern = template.split('/')
    const fits = pattern.every((part, index) => part === ':' || part === parts[index])
    if (verb === method && fits && pattern.length === parts.length)
      return { route, values: parts.filter((_part, index) => pattern[index] === ':') }
  }
  return undefined
}
