// A registry in memory that speaks the distribution protocol: an Http port for tests without
// sockets, and behind serve.ts a server. Behaves like distribution unless an option says otherwise;
// keeps every request, and takes faults.
import type { RawManifest } from '../../src/oci/manifest.ts'
import type { Http, HttpRequest } from '../../src/ports.ts'
import { FakeAuthority } from './registry-auth.ts'
import { addImage, type FakeImage } from './registry-images.ts'
import type { FakeRegistryOptions } from './registry-options.ts'
import { answerRequest, scopesFor } from './registry-routes.ts'
import { FakeRegistryState } from './registry-state.ts'
import type { FakeRequest, FakeResponse, Fault } from './registry-wire.ts'
import { VirtualClock } from './world.ts'

export interface FakeRegistry extends FakeRegistryState {
  readonly http: Http
  readonly requests: readonly FakeRequest[]
  /** `GET /v2/acme/app/manifests/1.4`, in order. */
  lines(): string[]
  forget(): void
  addImage(path: string, image?: FakeImage): RawManifest
  /** The fault takes the place of the next matching answers. Default: one, of any request. */
  inject(fault: Fault, when?: (request: FakeRequest) => boolean, times?: number): void
}

export function fakeRegistry(options: FakeRegistryOptions = {}): FakeRegistry {
  const clock = options.clock ?? new VirtualClock()
  const state = new FakeRegistryState()
  const authority = new FakeAuthority(options.auth ?? { kind: 'none' }, clock)
  const requests: FakeRequest[] = []
  const faults: { fault: Fault; when: (request: FakeRequest) => boolean; times: number }[] = []

  const proceed = async (request: FakeRequest): Promise<FakeResponse> => {
    if (request.url.pathname === '/token') return authority.answerToken(request)
    const refused = authority.check(request, scopesFor(request))
    return refused ?? answerRequest({ state, clock, options }, request)
  }

  const http: Http = async (sent) => {
    const request = await readRequest(sent)
    requests.push(request)
    if (options.latencyMs) await clock.sleep(options.latencyMs)
    const planned = faults.find(({ when, times }) => times > 0 && when(request))
    if (planned) planned.times -= 1
    const answer = planned
      ? await planned.fault(request, () => proceed(request))
      : await proceed(request)
    return responseOf(request, answer)
  }

  return Object.assign(state, {
    http,
    requests,
    lines: () => requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`),
    forget: () => {
      requests.length = 0
    },
    addImage: (path: string, image?: FakeImage) => addImage(state, path, image),
    inject: (fault: Fault, when = (_: FakeRequest) => true, times = 1) => {
      faults.push({ fault, when, times })
    },
  })
}

/** One port for several registries, by host (with port); any other host cannot be found. */
export function routeHosts(hosts: Readonly<Record<string, { readonly http: Http }>>): Http {
  return async (request) => {
    const { host } = new URL(request.url)
    const registry = hosts[host]
    if (!registry)
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
    return registry.http(request)
  }
}

async function readRequest(sent: HttpRequest): Promise<FakeRequest> {
  const { method, url, headers, timeoutMs = 30_000 } = sent
  const chunks: Uint8Array[] = []
  if (sent.body instanceof Uint8Array) chunks.push(sent.body)
  else if (sent.body) for await (const chunk of sent.body) chunks.push(chunk)
  return { method, url: new URL(url), headers, timeoutMs, body: Buffer.concat(chunks) }
}

function responseOf({ method }: FakeRequest, { status, headers = {}, body }: FakeResponse) {
  const length: Record<string, string> =
    body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}
  return {
    status,
    headers: { ...length, ...headers },
    body: chunksOf(method === 'HEAD' ? undefined : body),
  }
}

async function* chunksOf(body: FakeResponse['body']): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body
  else if (body) yield* body
}
