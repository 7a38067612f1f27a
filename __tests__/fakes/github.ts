// A small GitHub: what our calls need of its REST API, with tokens that carry permissions, latency
// on a clock, and faults. In process as `request(token)`, or on a port for GITHUB_API_URL.
import type { Clock, GitHubRequest, HttpRequest } from '../../src/ports.ts'
import { answerNewest, answerNodes, DEPLOYMENT_ROUTES } from './github-deployments.ts'
import { GIT_ROUTES } from './github-git-routes.ts'
import { PACKAGE_ROUTES } from './github-packages.ts'
import { type Answer, answer, type Call, findRoute } from './github-routes.ts'
import { FakeRepository } from './github-state.ts'
import { type Served, serve } from './serve.ts'
import { streamOf } from './stream-of.ts'

export interface Token {
  /** Default `github-actions[bot]`, whose token cannot read /user. */
  readonly login?: string
  /** As under `permissions:`, such as `contents: write`. */
  readonly permissions: readonly string[]
}

export interface Fault {
  /** Begins the line of the call: `PATCH /repos/acme/app/releases/`. */
  readonly call: string
  /** Default 1. */
  times?: number
  /** So many calls that fit go through before. */
  skip?: number
  /** undefined: the connection breaks. */
  readonly status?: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The call takes effect all the same; only its answer is lost. */
  readonly applied?: boolean
}

/** Milliseconds an exchange takes, at least and at most; its effect falls anywhere in between. */
export type Latency = Readonly<Record<string, readonly [number, number]>>

/** A call whose token nobody has looked at. */
type TokenCall = Omit<Call, 'login'> & { readonly token: string | undefined }

const MORE_ROUTES = { ...DEPLOYMENT_ROUTES, ...PACKAGE_ROUTES, ...GIT_ROUTES }

export class FakeGitHub {
  readonly repositories = new Map<string, FakeRepository>()
  readonly tokens = new Map<string, Token>()
  readonly faults: Fault[] = []
  /** Every call as it arrived, in order: `GET /repos/acme/app/releases/1`. */
  readonly calls: string[] = []
  private readonly clock: Clock | undefined
  private readonly latency: Latency

  constructor({ clock, latency = {} }: { clock?: Clock; latency?: Latency } = {}) {
    this.clock = clock
    this.latency = latency
  }

  addRepository(fullName: string, defaultBranch = 'main'): FakeRepository {
    const repository = new FakeRepository(fullName, defaultBranch, () => this.now())
    this.repositories.set(fullName, repository)
    return repository
  }

  addToken(text: string, permissions: readonly string[], login?: string): void {
    this.tokens.set(text, { permissions, ...(login ? { login } : {}) })
  }

  /** As Octokit's: rejects with `status` and `response` when the answer is no success. */
  request(token: string): GitHubRequest {
    return async (route, parameters = {}) => {
      const { method, path, query, body } = expand(route, parameters)
      const { status, data, headers } = await this.handle({ token, method, path, query, body })
      if (status < 400) return { status, data, headers }
      const message = (data as { message?: string }).message ?? ''
      throw Object.assign(new Error(message), { status, response: { status, data, headers } })
    }
  }

  /** On a free port of the loopback; the address is for GITHUB_API_URL. */
  serve(): Promise<Served> {
    return serve(async (request) => {
      const { status, data, headers } = await this.handle(readCall(request))
      const pieces = status === 204 ? [] : [new TextEncoder().encode(JSON.stringify(data))]
      const type = { 'content-type': 'application/json' }
      return { status, headers: { ...headers, ...type }, body: streamOf(...pieces) }
    })
  }

  /** Rejects where the connection breaks. */
  private async handle(call: TokenCall): Promise<Answer> {
    const line = `${call.method} ${call.path}`
    this.calls.push(line)
    const [least, most] = this.latency[call.method] ?? [0, 0]
    const whole = least + (most - least) * (this.clock?.random() ?? 0)
    const before = whole * (this.clock?.random() ?? 0)
    if (whole > 0) await this.clock?.sleep(before)
    const result = this.fault(line, () => this.act(call))
    if (whole > 0) await this.clock?.sleep(whole - before)
    if (result) return result
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  }

  private fault(line: string, act: () => Answer): Answer | undefined {
    const fault = this.faults.find(({ call, times = 1 }) => times > 0 && line.startsWith(call))
    if (!fault) return act()
    if (fault.skip) {
      fault.skip -= 1
      return act()
    }
    fault.times = (fault.times ?? 1) - 1
    if (fault.applied) act()
    if (fault.status === undefined) return undefined
    return answer(fault.status, { message: fault.message ?? 'Fault' }, fault.headers)
  }

  private act(call: TokenCall): Answer {
    const token = this.tokens.get(call.token ?? '')
    if (!token) return answer(401, { message: 'Bad credentials' })
    const login = token.login ?? 'github-actions[bot]'
    if (call.path === '/graphql') return this.answerQuery(call, token, login)
    if (call.path === '/user')
      return token.login
        ? answer(200, { login })
        : answer(403, { message: 'Resource not accessible by integration' })
    const found = findRoute(call.method, call.path, MORE_ROUTES)
    if (!found) return answer(404, { message: 'Not Found' })
    const { permissions } = found.route
    const isAllowed = permissions.length === 0 || permissions.some((scope) => has(token, scope))
    if (!isAllowed) return answer(403, { message: 'Resource not accessible by integration' })
    const repository = this.repositories.get(found.values.slice(0, 2).join('/'))
    if (!repository) return answer(404, { message: 'Not Found' })
    return found.route.act({ ...call, login }, found.values.slice(2), repository)
  }

  private answerQuery({ body }: Pick<Call, 'body'>, token: Token, login: string): Answer {
    const viewer = { login }
    const query = String(body['query'])
    if (query.includes('nodes(ids:'))
      return answer(200, {
        data: { nodes: answerNodes(this.repositories.values(), body['variables']) },
      })
    if (!query.includes('deployments(')) return answer(200, { data: { viewer } })
    const { owner, name } = body['variables'] as Record<string, string>
    const repository = this.repositories.get(`${owner}/${name}`)
    if (!repository || !has(token, 'deployments: read'))
      return answer(200, {
        data: { viewer, repository: null },
        errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
      })
    const deployments = answerNewest(repository, body['variables'])
    return answer(200, { data: { viewer, repository: { deployments } } })
  }

  private now(): string {
    return new Date(this.clock?.now() ?? Date.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  }
}

function readCall({ method, url, headers, body }: HttpRequest): TokenCall {
  const { pathname, searchParams } = new URL(url)
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : ''
  return {
    token: headers['authorization']?.replace(/^(token|bearer) /i, ''),
    method,
    path: pathname,
    query: searchParams,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

function has({ permissions }: Token, scope: string): boolean {
  return permissions.includes(scope) || permissions.includes(scope.replace(': read', ': write'))
}

/** Octokit's templates: `{name}` from the parameters, the rest into the query or the body. */
function expand(
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Pick<Call, 'method' | 'path' | 'query' | 'body'> {
  const rest: Record<string, unknown> = { ...parameters }
  delete rest['headers']
  const [method = 'GET', template = '/'] = route.split(' ')
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = String(rest[name])
    delete rest[name]
    return encodeURIComponent(value)
  })
  const inQuery = method === 'GET' || method === 'DELETE'
  const query = new URLSearchParams()
  if (inQuery) for (const [name, value] of Object.entries(rest)) query.set(name, String(value))
  return { method, path, query, body: inQuery ? {} : rest }
}
