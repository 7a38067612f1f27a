// A registry that wants our password, our memory or our time: scripted answers, every request kept,
// every byte counted.
import { expect } from '@jest/globals'
import type { Http, HttpRequest } from '../../src/ports.ts'
import { isPrivateHost } from '../../src/registry/address.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { BUDGET_MS } from '../../src/registry/retry.ts'
import type { RegistryWorld } from '../../src/registry/transport.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { type FakeResponse, json } from '../fakes/registry-wire.ts'
import { type MemoryLog, VirtualClock } from '../fakes/world.ts'

const SECRET = 's3cret-passw0rd'
export const TOKEN = 'minted-t0ken'
/** The memory any case may cost. */
const MAX_TAKEN_BYTES = 64 * 1024 * 1024
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

export const MEGABYTE = new Uint8Array(1024 * 1024).fill(0x20)

export async function* endless(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  for (;;) yield chunk
}

const DRIP_MS = 1000

/** One byte a second. */
export async function* drip(clock: VirtualClock): AsyncGenerator<Uint8Array> {
  for (;;) {
    await clock.sleep(DRIP_MS)
    yield Uint8Array.of(0x20)
  }
}

export interface HostileCase {
  readonly name: string
  readonly answer: Script
  readonly run: (client: RegistryClient) => Promise<unknown>
  /** Hosts that may be asked at all. Default: the registry. */
  readonly asked?: readonly string[]
  /** Of the error. */
  readonly code?: string
  /** What comes back without one. */
  readonly gives?: unknown
  /** Default 3. */
  readonly maxRequests?: number
}

/**
 * The case ends as it should, within the bounds of time, memory and requests; it goes nowhere
 * else, takes no secret elsewhere and tells none. Gives what came of it, an error included.
 */
export async function meet(hostile: HostileCase): Promise<unknown> {
  const { answer, run, asked = [HOST], code, gives, maxRequests = 3 } = hostile
  const { client, requests, clock, log, taken } = hostileWorld(answer)
  const start = clock.now()
  const outcome = await run(client).catch((error: Error) => error)
  expect(outcome).toEqual(code ? expect.objectContaining({ code }) : gives)
  expect(requests.length).toBeLessThanOrEqual(maxRequests)
  expect(asked).toEqual(expect.arrayContaining(requests.map(({ at }) => at.host)))
  const away = requests.filter(({ at }) => at.origin !== `https://${HOST}`)
  expect(away.filter(carriesSecret)).toEqual([])
  // The end of a body's time is seen when its next byte comes.
  expect(clock.now() - start).toBeLessThanOrEqual(BUDGET_MS + DRIP_MS)
  expect(taken()).toBeLessThan(MAX_TAKEN_BYTES)
  expect([...log.lines, String(outcome)].join('\n')).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`))
  return outcome
}
