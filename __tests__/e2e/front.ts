// A front before the registry: keeps a list of the requests for tags, and refuses the writes it is
// told to.
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Front {
  /** What image names begin with to go through it. */
  readonly host: string
  /** Requests for tags as they were answered, in order, and whose: `PUT 1.4.2 201 engine`. */
  readonly seen: string[]
  /** Tags whose next write is answered 403 DENIED. */
  readonly refused: Set<string>
  close(): Promise<void>
}

export async function openFront(registry: string): Promise<Front> {
  const seen: string[] = []
  const refused = new Set<string>()
  const server = createServer((incoming, outgoing) => {
    const tag = /\/manifests\/([^:]+)$/.exec(incoming.url ?? '')?.[1]
    const note = (status: number) => {
      if (tag) seen.push(`${incoming.method} ${tag} ${status} ${agentOf(incoming)}`)
    }
    if (tag && incoming.method === 'PUT' && refused.delete(tag)) {
      note(403)
      outgoing.writeHead(403, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'not today' }] }))
      return
    }
    const { method, url, headers } = incoming
    const onward = request(`http://${registry}${url}`, { method, headers }, (answer) => {
      note(answer.statusCode ?? 0)
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `localhost:${port}`,
    seen,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function agentOf({ headers }: IncomingMessage): string {
  return headers['user-agent']?.startsWith('image-release') ? 'action' : 'engine'
}
