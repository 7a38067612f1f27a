// Tokens: the exchange of a credential for a short-lived bearer token of one scope (distribution's
// token authentication specification; OAuth2 variant for identity tokens). Redirects of a token
// service are not followed: no credential of ours has any business elsewhere.
import type { Log } from '../ports.ts'
import { isSuccess, MAX_ERROR_BYTES, type RegistryAnswer } from './answer.ts'
import { basic, type Credential } from './credentials.ts'
import type { Exchange, ExchangeRequest } from './exchange.ts'
import { brokenAnswer, refusal, type Subject } from './failure.ts'
import type { Retrying } from './retrying.ts'

/** What the specification promises where a service does not say (GHCR). */
const DEFAULT_LIFETIME_S = 60
const CLIENT_ID = 'image-release'

interface TokenRequest {
  readonly subject: Subject
  readonly realm: URL
  readonly service: string | undefined
  /** The needed one first: some services look at no other. */
  readonly scopes: readonly string[]
  readonly credential: Credential | undefined
  readonly publicOnly: boolean
  readonly deadline: number
}

interface Token {
  readonly value: string
  readonly lifetimeMs: number
}

export type TokenService = (request: TokenRequest) => Promise<Token>

/** Throws `denied` when the service refuses the credential. Every token is masked in the log. */
export function createTokenService(world: {
  readonly exchange: Exchange
  readonly retrying: Retrying
  readonly log: Log
}): TokenService {
  const ask = (
    request: TokenRequest,
    how: Pick<ExchangeRequest, 'url'> & Partial<ExchangeRequest>,
  ) => {
    const { deadline, publicOnly } = request
    const subject: Subject = { ...request.subject, method: how.method ?? 'GET' }
    // Its own queue: whoever asks holds a place at the registry, which may be the same host.
    const lane = `tokens of ${how.url.origin}`
    return world.retrying({ subject, url: how.url, lane, deadline }, () =>
      world.exchange({
        method: 'GET',
        headers: {},
        maxBytes: MAX_ERROR_BYTES,
        deadline,
        publicOnly,
        redirects: 'none',
        ...how,
      }),
    )
  }

  const obtain = async (request: TokenRequest): Promise<RegistryAnswer> => {
    const { credential, realm } = request
    if (!credential || 'username' in credential)
      return ask(request, forGet(request, credential && basic(credential)))
    const answer = await ask(request, {
      method: 'POST',
      url: realm,
      ...refreshForm(request, credential),
    })
    // A service without the OAuth2 variant takes the identity token as a password.
    if (answer.status !== 404 && answer.status !== 405) return answer
    return ask(request, forGet(request, basic(credential)))
  }

  return async (request) => {
    const answer = await obtain(request)
    const service = `the token service ${request.realm.host}`
    const { credential } = request
    const method = credential && 'identityToken' in credential ? 'POST' : 'GET'
    if (!isSuccess(answer)) throw refusal({ ...request.subject, method }, answer, service)
    const body = parseBody(answer.bytes)
    for (const name of ['token', 'access_token', 'refresh_token'])
      if (typeof body[name] === 'string' && body[name] !== '') world.log.mask(body[name])
    const token = tokenIn(body)
    if (!token) throw brokenAnswer(request.subject, `${service} sent no token`)
    return token
  }
}

function forGet(
  { realm, service, scopes }: TokenRequest,
  authorization: string | undefined,
): Pick<ExchangeRequest, 'url' | 'authorization'> {
  const url = new URL(realm)
  url.hash = ''
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  return { url, authorization }
}

function refreshForm(
  { service, scopes }: TokenRequest,
  { identityToken }: { readonly identityToken: string },
): Pick<ExchangeRequest, 'headers' | 'body'> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(' '),
    client_id: CLIENT_ID,
  })
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(form.toString()),
  }
}

/** Empty where it is no JSON object. */
function parseBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}

function tokenIn(fields: Readonly<Record<string, unknown>>): Token | undefined {
  const value = fields['token'] || fields['access_token']
  // Anything else in a header could end it and begin another.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined
  const seconds = fields['expires_in']
  const isSound = typeof seconds === 'number' && seconds > 0
  return { value, lifetimeMs: (isSound ? seconds : DEFAULT_LIFETIME_S) * 1000 }
}
