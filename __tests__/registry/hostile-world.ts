// A registry that wants our password, our memory or our time: scripted answers, every request kept,
// every byte counted.
import { expect } from '@jest/globals'
import type { Http, HttpRequest } from '../../src/ports.ts'
import { isPrivateHost } from '../../src/registry/address.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { RESPONSE_TIMEOUT_MS } from '../../src/registry/exchange.ts'
import { BUDGET_MS } from '../../src/registry/retry.ts'
import type { RegistryWorld } from '../../src/registry/transport.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { type FakeResponse, json } from '../fakes/registry-wire.ts'
import { type MemoryLog, VirtualClock } from '../fakes/world.ts'

export const SECRET = 's3cret-passw0rd'
export const TOKEN = 'minted-t0ken'
/** The memory any case may cost. */
export const MAX_TAKEN_BYTES = 64 * 1024 * 1024
export const HOST = 'registry.test'
/** Resolves to a private address. */
export const PRIVATE_NAME = `auth.${HOST}`

interface HostileRequest extends HttpRequest {
  readonly at: URL
  readonly clock: VirtualClock
}

export type Script = (request: HostileRequest) => FakeResponse

export interface HostileWorld {
  readonly client: RegistryClient
  readonly clock: VirtualClock
  readonly log: MemoryLog
  readonly requests: readonly HostileRequest[]
  /** Bytes of bodies that were taken from the script. */
  readonly taken: () => number
}

export function hostileWorld(
  script: Script,
  more: Pick<RegistryWorld, 'trustedRealms' | 'insecureRegistries'> = {},
): HostileWorld {
  const clock = new VirtualClock()
  const requests: HostileRequest[] = []
  let taken = 0
  const http: Http = async (sent) => {
    const request = { ...sent, at: new URL(sent.url), clock }
    const isPrivate = isPrivateHost(request.at.hostname) || request.at.hostname === PRIVATE_NAME
    if (sent.publicOnly && isPrivate)
      throw Object.assign(new Error('private'), { code: 'EPRIVATE' })
    requests.push(request)
    if (sent.body && !(sent.body instanceof Uint8Array)) for await (const _ of sent.body);
    const { status, headers = {}, body } = script(request)
    return { status, headers, body: counted(sent.method === 'HEAD' ? undefined : body) }
  }
  async function* counted(body: FakeResponse['body']): AsyncGenerator<Uint8Array> {
    const chunks = body instanceof Uint8Array ? [body] : (body ?? [])
    for await (const chunk of chunks) {
      taken += chunk.length
      yield chunk
    }
  }
  const credential = { username: 'user', password: SECRET }
  return { ...fakeClient({ http }, { clock, credential, ...more }), requests, taken: () => taken }
}

/** Whether a request carries the password or a token, in whatever way. */
export function carriesSecret({ url, headers, body }: HttpRequest): boolean {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : ''
  const all = [url, text, ...Object.values(headers)].join('\n')
  return [SECRET, encodeURIComponent(SECRET), btoa(`user:${SECRET}`), TOKEN].some((secret) =>
    all.includes(secret),
  )
}

/** 401 with that challenge to whoever comes without a header. */
export function challenge(value: string): FakeResponse {
  return { status: 401, headers: { 'www-authenticate': value } }
}

export function redirect(location: string, status = 302): FakeResponse {
  return { status, headers: { location } }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Wants a password for everything but its token service, which is honest. */
export function signedIn(then: Script): Script {
  return (request) => {
    if (request.at.host === HOST && request.at.pathname === '/token')
      return json(200, { token: TOKEN, expires_in: 300 })
    if (request.at.host === HOST && !request.headers['authorization'])
      return challenge(`Bearer realm="https://${HOST}/token",service="s"`)
    return then(request)
  }
}

export async function* endless(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  for (;;) yield chunk
}

/** One byte whenever so much time has passed. */
export async function* drip(clock: VirtualClock, everyMs: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    await clock.sleep(everyMs)
    yield Uint8Array.of(0x20)
  }
}

export interface HostileCase {
  readonly name: string
  readonly answer: Script
  readonly run: (client: RegistryClient) => Promise<unknown>
  /** Of the error. */
  readonly code?: string
  /** What comes back without one. */
  readonly gives?: unknown
  /** Default 3. */
  readonly maxRequests?: number
}

/**
 * The case ends as it should, within the bounds of time, memory and requests, and goes nowhere
 * else.
 */
export async function meet(hostile: HostileCase): Promise<void> {
  const { answer, run, code, gives, maxRequests = 3 } = hostile
  const { client, requests, clock, taken } = hostileWorld(answer)
  const start = clock.now()
  const outcome = await run(client).catch((error: Error) => error)
  expect(outcome).toEqual(code ? expect.objectContaining({ code }) : gives)
  expect(requests.length).toBeLessThanOrEqual(maxRequests)
  expect(requests.every(({ at }) => at.host === HOST)).toBe(true)
  expect(clock.now() - start).toBeLessThanOrEqual(BUDGET_MS + RESPONSE_TIMEOUT_MS)
  expect(taken()).toBeLessThan(MAX_TAKEN_BYTES)
}
