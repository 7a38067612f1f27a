// The Http port over node:http and node:https: connections kept alive, redirects and encodings left
// alone, silence ended. Certificates: NODE_EXTRA_CA_CERTS, read by Node itself at its start.
// Proxies: HTTP(S)_PROXY and NO_PROXY where Node can; an older Node goes direct, see missedProxy.
// To loopback everything goes direct, as in Docker: no proxy can reach this machine's registry.
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import type { Environment, Http, HttpRequest, HttpResponse } from '../ports.ts'
import { isPrivateAddress, isPrivateHost } from '../registry/address.ts'

const CONNECT_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 32 * 1024

const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])$/

type Resolve = typeof dns.lookup

/** Says that the environment names a proxy which this Node cannot use. */
export function missedProxy(
  environment: Environment,
  version = process.versions.node,
): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isAble = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21)
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
  const name = names.find((candidate) => environment[candidate])
  if (isAble || name === undefined) return undefined
  return `${name} is set, but Node ${version} cannot use proxies: registries are reached directly. Node 22.21 and 24.5 can.`
}

/** `lookup` and `ca` (PEM) take the place of the system's; for tests. */
export function createHttp(world: {
  readonly environment: Environment
  readonly lookup?: Resolve
  readonly ca?: string
}): Http {
  const { lookup = dns.lookup } = world
  const direct = createAgents({ ...world, environment: {} })
  const agents = { any: createAgents(world), public: createAgents(world), direct }
  // A name we looked up ourselves was reached directly; through a proxy we never know the address.
  const privateNames = new Map<string, boolean>()

  return (request) =>
    new Promise((resolve, reject) => {
      const url = new URL(request.url)
      if (request.publicOnly && isPrivateHost(url.hostname)) return reject(notPublic(url.hostname))
      const kind = LOOPBACK.test(url.hostname) ? 'direct' : request.publicOnly ? 'public' : 'any'
      const { agent, send } = choose(url, agents[kind])
      const outgoing = send(url, {
        method: request.method,
        headers: headersOf(request),
        agent,
        maxHeaderSize: MAX_HEADER_BYTES,
        lookup: watchedLookup({ lookup, privateNames, publicName: publicNameOf(request, url) }),
        ...(request.signal ? { signal: request.signal } : {}),
      })
      limitSilence(outgoing, request.timeoutMs)
      outgoing.on('error', reject)
      outgoing.on('response', (incoming) =>
        resolve(responseOf(incoming, privateNames.get(url.hostname))),
      )
      sendBody(outgoing, request.body)
    })
}

interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/** Public-only requests have their own: a kept connection is not looked up again. */
function createAgents({ environment, ca }: Parameters<typeof createHttp>[0]): Agents {
  const options = { keepAlive: true, proxyEnv: environment }
  return {
    http: new http.Agent(options),
    https: new https.Agent({ ...options, ...(ca === undefined ? {} : { ca }) }),
  }
}

function choose(url: URL, agents: Agents) {
  return url.protocol === 'https:'
    ? { agent: agents.https, send: https.request }
    : { agent: agents.http, send: http.request }
}

function headersOf({ headers, body }: HttpRequest): Record<string, string> {
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}
  return { ...headers, ...length }
}

function sendBody(outgoing: http.ClientRequest, body: HttpRequest['body']): void {
  if (body === undefined || body instanceof Uint8Array) return void outgoing.end(body)
  const source = Readable.from(body)
  source.on('error', (error) => outgoing.destroy(error))
  // What nobody takes any more may hold a connection of its own.
  outgoing.on('close', () => source.destroy())
  source.pipe(outgoing)
}

function responseOf(incoming: http.IncomingMessage, isPrivate: boolean | undefined): HttpResponse {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: incoming,
    ...(isPrivate === undefined ? {} : { privatePeer: isPrivate }),
  }
}

function limitSilence(outgoing: http.ClientRequest, timeoutMs: number | undefined): void {
  let incoming: http.IncomingMessage | undefined
  const end = (what: string) => (incoming ?? outgoing).destroy(timedOut(what))
  outgoing.on('response', (message) => {
    incoming = message
  })
  outgoing.on('socket', (socket) => {
    if (!socket.connecting) return
    const limit = Math.min(CONNECT_TIMEOUT_MS, timeoutMs ?? CONNECT_TIMEOUT_MS)
    const timer = setTimeout(() => end('connecting'), limit)
    socket.once('connect', () => clearTimeout(timer))
    socket.once('close', () => clearTimeout(timer))
  })
  if (timeoutMs === undefined) return
  const late = () => end('waiting for the server')
  outgoing.setTimeout(timeoutMs, late)
  // A header that comes byte by byte is no silence, and no header either.
  outgoing.once('finish', () => {
    const timer = setTimeout(late, timeoutMs)
    outgoing.once('response', () => clearTimeout(timer))
    outgoing.once('close', () => clearTimeout(timer))
  })
}

function watchedLookup(watch: {
  readonly lookup: Resolve
  readonly privateNames: Map<string, boolean>
  readonly publicName: string | undefined
}): LookupFunction {
  return (hostname, options, done) => {
    watch.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, [])
      const isPrivate = found.some(({ address }) => isPrivateAddress(address))
      watch.privateNames.set(hostname, isPrivate)
      if (isPrivate && hostname === watch.publicName) return done(notPublic(hostname), [])
      const [first] = found
      if (options.all || !first) return done(null, found)
      done(null, first.address, first.family)
    })
  }
}

function publicNameOf({ publicOnly }: HttpRequest, { hostname }: URL): string | undefined {
  return publicOnly ? hostname : undefined
}

function timedOut(doing: string): Error {
  return Object.assign(new Error(`timed out ${doing}`), { code: 'ETIMEDOUT' })
}

function notPublic(host: string): Error {
  const message = `${host} is a private address, and a public server named it`
  return Object.assign(new Error(message), { code: 'EPRIVATE' })
}
