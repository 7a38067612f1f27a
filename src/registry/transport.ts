// A call of the distribution API from start to definite answer: the registry's address, the token,
// the tries. Everything above speaks of repositories and digests, everything below of bytes.
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Clock, Http, HttpRequest, Log } from '../ports.ts'
import { isPrivateHost } from './address.ts'
import { isSuccess, type RegistryAnswer } from './answer.ts'
import { createAuth } from './auth.ts'
import type { Credentials } from './credentials.ts'
import { createExchange, type ExchangeRequest } from './exchange.ts'
import type { Subject } from './failure.ts'
import { createLimiter } from './limiter.ts'
import { MAX_ATTEMPTS } from './retry.ts'
import { createRetrying, type Task, type TriedAnswer } from './retrying.ts'
import { createTokenService } from './token.ts'

export interface RegistryCall extends Subject {
  /** Below `/v2/<path>/`, query included; or a whole address a registry gave for an upload. */
  readonly path: string | URL
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
  /** On the clock. Default: BUDGET_MS after the first try begins. */
  readonly deadline?: number
}

/**
 * Gives any definite answer, success or not; after the last try also a transient one. Throws
 * ReleaseErrors: `registry` without an answer, `too-large`, and what credentials and tokens throw.
 */
export type Transport = (call: RegistryCall) => Promise<CallAnswer>

export type CallAnswer = TriedAnswer & {
  /** A call of ours had succeeded at this repository before: we may read it. */
  readonly isKnown: boolean
}

export interface RegistryWorld {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly credentials: Credentials
  /** Hosts (with port) that are spoken to over http, beside localhost, 127.0.0.1 and [::1]. */
  readonly insecureRegistries?: readonly string[]
  /** Hosts of token services on another site than their registry. */
  readonly trustedRealms?: readonly string[]
  /** Requests under way at one host. Default 8. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
}

const DEFAULT_MAX_BYTES = 64 * 1024

export function createTransport(world: RegistryWorld): Transport {
  const {
    clock,
    log,
    credentials,
    insecureRegistries = [],
    trustedRealms = [],
    signal,
    concurrency,
  } = world
  const exchange = createExchange(world)
  const retrying = createRetrying({ ...world, limiter: createLimiter(clock, signal, concurrency) })
  const tokens = createTokenService({ exchange, retrying, log })
  const auth = createAuth({ credentials, tokens, trustedRealms, clock, log })
  const known = new Set<string>()

  return async (call) => {
    const { repository, deadline, isSettled } = call
    const base = originOf(repository.registry, insecureRegistries)
    const url = addressOf(base, call)
    const request = requestOf(call, base, url)
    const canRepeat = call.body === undefined || call.body instanceof Uint8Array

    const attempt = async (until: number): Promise<RegistryAnswer> => {
      const send = (authorization?: string) =>
        exchange({ ...request, deadline: until, authorization })
      // An upload's address elsewhere gets the bytes, but no credential.
      if (url.origin !== base.origin) return send()
      const target = { subject: call, base, scopes: scopesOf(call), deadline: until }
      const sent = await auth.authorization(target)
      const answer = await send(sent)
      if (answer.status !== 401 || answer.url.origin !== base.origin) return answer
      const isWorthIt = auth.learn(target, answer, sent) && canRepeat
      return isWorthIt ? send(await auth.authorization(target)) : answer
    }
    const tries = canRepeat ? MAX_ATTEMPTS : 1
    const answer = await retrying({ subject: call, url, deadline, tries, isSettled }, attempt)
    const isKnown = known.has(formatRepository(repository))
    if (isSuccess(answer)) known.add(formatRepository(repository))
    return { ...answer, isKnown }
  }
}

function requestOf(call: RegistryCall, base: URL, url: URL): Omit<ExchangeRequest, 'deadline'> {
  const { method, headers = {}, body, stream, timeoutMs, mayBePrivate = false } = call
  const { maxBytes = DEFAULT_MAX_BYTES } = call
  const isKnown = url.origin === base.origin || isPrivateHost(base.hostname)
  const publicOnly = !isKnown && !mayBePrivate
  return { method, url, headers, body, stream, timeoutMs, maxBytes, publicOnly }
}

/** Where a registry's API is: Docker Hub's is not at docker.io. */
function originOf(registry: string, insecure: readonly string[]): URL {
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
