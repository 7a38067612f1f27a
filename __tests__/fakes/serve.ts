// Puts an Http port behind a real server on a free loopback port.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Http } from '../../src/ports.ts'

export interface Served {
  /** `127.0.0.1:<port>`, as in Repository.registry. */
  readonly host: string
  readonly url: string
  close(): Promise<void>
}

/** A port that rejects breaks the connection. */
export async function serve(http: Http): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    answer(http, incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  return {
    host,
    url: `http://${host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(http: Http, incoming: IncomingMessage, outgoing: ServerResponse) {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  const {
    status,
    headers: sent,
    body,
  } = await http({
    method: incoming.method as 'GET',
    url: `http://${incoming.headers.host}${incoming.url}`,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  })
  outgoing.writeHead(status, sent)
  if (incoming.method === 'HEAD') outgoing.end()
  else await pipeline(body, outgoing)
}
