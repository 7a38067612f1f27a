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
  stop(): Promise<void>
}

/** `fault` is asked for each request, `PUT /v2/acme/app/manifests/1`; undefined passes it on. */
export async function startFaultyRegistry(
  url: string,
  fault: (request: string) => Fault | undefined,
): Promise<FaultyRegistry> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url}`
    requests.push(line)
    const found = fault(line)
    if (found === undefined) passOn(url, incoming, outgoing)
    else fail(found, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { host: `localhost:${port}`, requests, stop }
}

function passOn(url: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming
  const onward = request(new URL(incoming.url ?? '/', url), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
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
