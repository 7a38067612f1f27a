// Who may do what at a fake registry: nobody asked, a password, or tokens from a service at /token
// (distribution's token authentication), which end after their time on the clock.
import type { Clock } from '../../src/ports.ts'
import { type FakeRequest, type FakeResponse, json, refuse } from './registry-wire.ts'

export interface FakeAuth {
  readonly kind: 'none' | 'basic' | 'bearer'
  readonly username?: string
  readonly password?: string
  /** Accepted by POST to the token service. */
  readonly identityToken?: string
  /** What anybody gets a token for. Default: nothing. */
  readonly anonymous?: readonly string[]
  /** What the account gets. Default: everything. */
  readonly actions?: readonly string[]
  /** Default 300. */
  readonly tokenSeconds?: number
  /** What the service says instead; 0: it says nothing. */
  readonly saidSeconds?: number
  /** Default: /token at the registry's own origin. */
  readonly realm?: string
}

interface Grant {
  readonly scopes: ReadonlyMap<string, readonly string[]>
  readonly until: number
}

export class FakeAuthority {
  private readonly auth: FakeAuth
  private readonly clock: Clock
  private readonly grants = new Map<string, Grant>()
  private issued = 0

  constructor(auth: FakeAuth, clock: Clock) {
    this.auth = auth
    this.clock = clock
  }

  /** undefined: the request may go on. */
  check(request: FakeRequest, needed: readonly string[]): FakeResponse | undefined {
    const { kind } = this.auth
    const header = request.headers['authorization'] ?? ''
    if (kind === 'none') return undefined
    if (kind === 'basic')
      return this.isAccount(header)
        ? undefined
        : refuse(401, 'UNAUTHORIZED', 'authentication required', {
            'www-authenticate': 'Basic realm="registry"',
          })
    const grant = this.grants.get(header.replace(/^Bearer /, ''))
    if (!grant) return this.challenge(request, needed, header ? 'invalid_token' : undefined)
    if (grant.until <= this.clock.now()) return this.challenge(request, needed, 'invalid_token')
    const isCovered = needed.every((scope) => covers(grant.scopes, scope))
    return isCovered ? undefined : this.challenge(request, needed, 'insufficient_scope')
  }

  /** The token service. */
  answerToken({ method, url, headers, body }: FakeRequest): FakeResponse {
    const form = new URLSearchParams(new TextDecoder().decode(body))
    const asked =
      method === 'POST' ? (form.get('scope') ?? '').split(' ') : url.searchParams.getAll('scope')
    const header = headers['authorization']
    const isAccount =
      method === 'POST'
        ? this.auth.identityToken !== undefined &&
          form.get('refresh_token') === this.auth.identityToken
        : header !== undefined && this.isAccount(header)
    if (!isAccount && (header !== undefined || method === 'POST'))
      return refuse(401, 'UNAUTHORIZED', 'wrong password')
    const allowed = isAccount ? this.auth.actions : (this.auth.anonymous ?? [])
    this.issued += 1
    const token = `token-${this.issued}`
    const { tokenSeconds = 300, saidSeconds = tokenSeconds } = this.auth
    this.grants.set(token, {
      scopes: new Map(asked.map((scope) => grantOf(scope, allowed))),
      until: this.clock.now() + tokenSeconds * 1000,
    })
    return json(200, { token, ...(saidSeconds > 0 ? { expires_in: saidSeconds } : {}) })
  }

  private isAccount(header: string): boolean {
    const { username, password } = this.auth
    return header === `Basic ${btoa(`${username}:${password}`)}`
  }

  private challenge(request: FakeRequest, needed: readonly string[], error?: string): FakeResponse {
    const realm = this.auth.realm ?? `${request.url.origin}/token`
    const parts = [`realm="${realm}"`, 'service="fake"', `scope="${needed.join(' ')}"`]
    if (error) parts.push(`error="${error}"`)
    return refuse(401, 'UNAUTHORIZED', 'authentication required', {
      'www-authenticate': `Bearer ${parts.join(',')}`,
    })
  }
}

function grantOf(
  scope: string,
  allowed: readonly string[] | undefined,
): readonly [string, readonly string[]] {
  const end = scope.lastIndexOf(':')
  const actions = scope.slice(end + 1).split(',')
  return [
    scope.slice(0, end),
    actions.filter((action) => allowed === undefined || allowed.includes(action)),
  ]
}

function covers(grants: ReadonlyMap<string, readonly string[]>, scope: string): boolean {
  const end = scope.lastIndexOf(':')
  const granted = grants.get(scope.slice(0, end)) ?? []
  return scope
    .slice(end + 1)
    .split(',')
    .every((action) => granted.includes(action))
}
