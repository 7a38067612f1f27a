// A registry that fails on demand: a proxy on loopback before a real one.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** What to do with a request instead of passing it on. */
export type Fault =
  | 'reset'
  | 'silence'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }

export interface FaultyRegistry {
  /** `localhost:<port>` */
  readonly host: string
  /** Method and path of every request, in order. */
  readonly requests: readonly string[]
  /** Those that the registry itself failed at, which are sent again. */
  readonly failed: readonly string[]
  /** Ends when the registry is done with all that was passed on to it. */
  stop(): Promise<void>
}

/** `fault` is asked for each request, `PUT /v2/acme/app/manifests/1`; undefined passes it on. */
export async function startFaultyRegistry(
  url: string,
  fault: (request: string) => Fault | undefined,
): Promise<FaultyRegistry> {
  const requests: string[] = []
  const failed: string[] = []
  const underway = new Set<Promise<void>>()
  const server = createServer((incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url}`
    requests.push(line)
    const found = fault(line)
    if (found !== undefined) return fail(found, incoming, outgoing)
    const passed = passOn(url, incoming, outgoing).then((status) => {
      if (status >= 500) failed.push(line)
      underway.delete(passed)
    })
    underway.add(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const stop = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await Promise.all(underway)
  }
  return { host: `localhost:${port}`, requests, failed, stop }
}

/** The registry's status, once it has answered whole; 0 where it could not. */
function passOn(url: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<number> {
  const { method, headers } = incoming
  return new Promise((resolve) => {
    let status = 0
    const onward = request(new URL(incoming.url ?? '/', url), { method, headers }, (answer) => {
      status = answer.statusCode ?? 502
      outgoing.writeHead(status, answer.headers)
      answer.pipe(outgoing)
      // Whoever asked may be gone; what the registry does goes on.
      outgoing.on('close', () => answer.resume())
    })
    onward.on('error', () => outgoing.destroy())
    onward.on('close', () => resolve(status))
    incoming.on('close', () => incoming.complete || onward.destroy())
    incoming.pipe(onward)
  })
}

function fail(fault: Fault, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault === 'reset') incoming.socket.resetAndDestroy()
  if (typeof fault === 'string') return
  incoming.resume()
  incoming.on('end', () => {
    outgoing.writeHead(fault.status, fault.headers)
    outgoing.end(fault.body)
  })
}
