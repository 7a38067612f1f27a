// One attempt at the wire: a request and the redirects that answer it. Knows nothing of tokens but
// the one rule that matters here: an Authorization header goes to the origin it was made for
// (scheme, host and port) and, once a redirect has left that, is never attached again.
import { ReleaseError } from '../errors.ts'
import type { Clock, Http, HttpRequest } from '../ports.ts'
import { isLinkLocal, isPrivateHost, parseUrl } from './address.ts'
import { type RegistryAnswer, readAnswer } from './answer.ts'

/** The longest silence of a server. */
export const RESPONSE_TIMEOUT_MS = 30_000
const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface ExchangeRequest {
  readonly method: HttpRequest['method']
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly authorization?: string | undefined
  readonly body?: HttpRequest['body'] | undefined
  /** Cap of a success's body. */
  readonly maxBytes: number
  readonly stream?: boolean | undefined
  /** The longest silence. Default: RESPONSE_TIMEOUT_MS. */
  readonly timeoutMs?: number | undefined
  /** On the clock; a body still coming then is given up. */
  readonly deadline: number
  readonly publicOnly: boolean
  /** Default: up to five, of GET and HEAD only. */
  readonly redirects?: 'none'
}

export type Exchange = (request: ExchangeRequest) => Promise<RegistryAnswer>

/** Follows redirects where it may; hands back any other 3xx as it is. */
export function createExchange(world: {
  readonly http: Http
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}): Exchange {
  return async (request) => {
    let { url, authorization, publicOnly } = request
    for (let redirects = 0; ; redirects++) {
      const answer = await send(world, { ...request, url, authorization, publicOnly })
      const location = answer.headers['location']
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      if (
        !isRead ||
        request.redirects === 'none' ||
        !REDIRECTS.has(answer.status) ||
        location === undefined
      )
        return answer
      if (redirects === MAX_REDIRECTS)
        throw new ReleaseError(
          'registry',
          `the registry redirects more than ${MAX_REDIRECTS} times`,
        )
      const next = vetRedirect(url, location)
      if (next.origin !== request.url.origin) authorization = undefined
      const mayBePrivate = isPrivateHost(request.url.hostname) || answer.privatePeer
      publicOnly ||= next.origin !== request.url.origin && !mayBePrivate
      if (publicOnly && isPrivateHost(next.hostname))
        throw refused(next, 'which is a private address')
      url = next
    }
  }
}

async function send(
  { http, clock, signal }: Parameters<typeof createExchange>[0],
  request: ExchangeRequest,
): Promise<RegistryAnswer> {
  const { method, url, headers, authorization, body, publicOnly, deadline } = request
  const { timeoutMs = RESPONSE_TIMEOUT_MS } = request
  const response = await http({
    method,
    url: url.href,
    headers: {
      'accept-encoding': 'identity',
      'user-agent': 'image-release',
      ...headers,
      ...(authorization ? { authorization } : {}),
    },
    timeoutMs: Math.max(1, Math.min(timeoutMs, deadline - clock.now())),
    ...(body ? { body } : {}),
    ...(signal ? { signal } : {}),
    ...(publicOnly ? { publicOnly } : {}),
  })
  return readAnswer(response, {
    url,
    hasBody: method !== 'HEAD',
    maxBytes: request.maxBytes,
    stream: request.stream ?? false,
    clock,
    deadline,
  })
}

function vetRedirect(from: URL, location: string): URL {
  const next = parseUrl(location, from)
  if (!next || (next.protocol !== 'https:' && next.protocol !== 'http:'))
    throw new ReleaseError('registry', 'the registry redirects to something that is no web address')
  if (next.username || next.password) throw refused(next, 'with a password in it')
  if (isLinkLocal(next.hostname) && next.hostname !== from.hostname)
    throw refused(next, 'a link-local address')
  if (from.protocol === 'https:' && next.protocol === 'http:')
    throw refused(next, 'which is not encrypted')
  return next
}

function refused(url: URL, why: string): ReleaseError {
  return new ReleaseError('registry', `the registry redirects to ${url.host}, ${why}`)
}
