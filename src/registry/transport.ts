// A call of the distribution API from start to definite answer: the registry's address, the token,
// the tries. Everything above speaks of repositories and digests, everything below of bytes.

import type { Repository } from '../oci/reference.ts'
import type { Clock, Http, HttpRequest, Log } from '../ports.ts'
import { isPrivateHost } from './address.ts'
import { type Access, type Auth, createAuth } from './auth.ts'
import type { Credentials } from './credentials.ts'
import { createExchange, type ExchangeRequest } from './exchange.ts'
import { type Subject, unreachable } from './failure.ts'
import { createLimiter } from './limiter.ts'
import { BUDGET_MS, MAX_ATTEMPTS } from './retry.ts'
import { createRetrying, type Task, type TriedAnswer } from './retrying.ts'
import { createTokenService } from './token.ts'

export interface RegistryCall {
  /** After "Cannot": `read tag 1.4 of ghcr.io/acme/app`. */
  readonly what: string
  readonly repository: Repository
  readonly method: HttpRequest['method']
  /** Below `/v2/<path>/`, query included; or a whole address a registry gave for an upload. */
  readonly path: string | URL
  readonly needs: 'pull' | 'push' | 'delete'
  /** An upload's address given by a registry that is itself on a private network. */
  readonly mayBePrivate?: boolean
  /** Pulled from as well, in the same request (blob mount). */
  readonly mountFrom?: Repository
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes are sent again on a repetition; a stream cannot be, so its call is tried once. */
  readonly body?: HttpRequest['body']
  /** Cap of a success's body. Default 64 KiB. */
  readonly maxBytes?: number
  readonly stream?: boolean
  /** The longest silence. Default: RESPONSE_TIMEOUT_MS. */
  readonly timeoutMs?: number
  readonly isSettled?: Task['isSettled']
  /** On the clock. Default: BUDGET_MS from now. */
  readonly deadline?: number
}

/**
 * Gives any definite answer, success or not; after the last try also a transient one. Throws
 * ReleaseErrors: `registry` without an answer, `too-large`, and what credentials and tokens throw.
 */
export type Transport = (call: RegistryCall) => Promise<TriedAnswer>

export interface RegistryWorld {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly credentials: Credentials
  /** Hosts (with port) that are spoken to over http, beside localhost, 127.0.0.1 and [::1]. */
  readonly insecureRegistries?: readonly string[]
  /** Hosts of token services on another site than their registry. */
  readonly trustedRealms?: readonly string[]
  readonly signal?: AbortSignal
}

const DEFAULT_MAX_BYTES = 64 * 1024

export function createTransport(world: RegistryWorld): Transport {
  const { clock, log, credentials, insecureRegistries = [], trustedRealms = [], signal } = world
  const exchange = createExchange(world)
  const retrying = createRetrying({ ...world, limiter: createLimiter(clock, signal) })
  const tokens = createTokenService({ exchange, retrying, log })
  const auth = createAuth({ credentials, tokens, trustedRealms, clock, log })

  return async (call) => {
    const { repository, method, needs, isSettled } = call
    const base = originOf(repository.registry, insecureRegistries)
    const url = addressOf(base, call)
    const deadline = call.deadline ?? clock.now() + BUDGET_MS
    const subject: Subject = { what: call.what, method, registry: repository.registry, needs }
    const request = requestOf(call, { base, url, deadline })
    const canRepeat = call.body === undefined || call.body instanceof Uint8Array
    const tries = canRepeat ? MAX_ATTEMPTS : 1
    const send = (authorization: string | undefined) =>
      retrying({ subject, origin: url.origin, deadline, tries, isSettled }, () =>
        exchange({ ...request, authorization }),
      )
    // An upload's address elsewhere gets the bytes, but no credential.
    if (url.origin !== base.origin) return send(undefined)
    const access = { subject, repository, base, scopes: scopesOf(call), deadline }
    return withAuthorization(auth, { access, canRepeat, send })
  }
}

function requestOf(
  call: RegistryCall,
  where: { readonly base: URL; readonly url: URL; readonly deadline: number },
): ExchangeRequest {
  const { method, headers = {}, body, stream, timeoutMs, mayBePrivate = false } = call
  const { base, url, deadline } = where
  const isKnown = url.origin === base.origin || isPrivateHost(base.hostname)
  const publicOnly = !isKnown && !mayBePrivate
  const { maxBytes = DEFAULT_MAX_BYTES } = call
  return { method, url, headers, body, stream, timeoutMs, maxBytes, deadline, publicOnly }
}

/** Sends with what is known, and once more when a 401 taught something. */
async function withAuthorization(
  auth: Auth,
  call: {
    readonly access: Access
    readonly canRepeat: boolean
    readonly send: (authorization: string | undefined) => Promise<TriedAnswer>
  },
): Promise<TriedAnswer> {
  const { access, canRepeat, send } = call
  const sent = await auth.authorization(access)
  const answer = await send(sent)
  if (answer.status !== 401 || answer.url.origin !== access.base.origin) return answer
  const isWorthIt = learn(auth, access, answer, sent)
  return isWorthIt && canRepeat ? send(await auth.authorization(access)) : answer
}

function learn(auth: Auth, ...[access, answer, sent]: Parameters<Auth['learn']>): boolean {
  try {
    return auth.learn(access, answer, sent)
  } catch (error) {
    throw unreachable(access.subject, error)
  }
}

/** Where a registry's API is: Docker Hub's is not at docker.io. */
export function originOf(registry: string, insecure: readonly string[]): URL {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host)
  return new URL(`${isLocal || insecure.includes(registry) ? 'http' : 'https'}://${host}`)
}

function addressOf(base: URL, { repository, path }: RegistryCall): URL {
  return typeof path === 'string' ? new URL(`/v2/${repository.path}/${path}`, base) : path
}

const ACTIONS = { pull: 'pull', push: 'pull,push', delete: 'delete' } as const

function scopesOf({ repository, needs, mountFrom }: RegistryCall): readonly string[] {
  const own = `repository:${repository.path}:${ACTIONS[needs]}`
  return mountFrom ? [own, `repository:${mountFrom.path}:pull`] : [own]
}
