// Servers on free ports of the loopback, closed after each test, and a client of them.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { afterEach } from '@jest/globals'
import type { HttpRequest } from '../../src/ports.ts'
import { createHttp } from '../../src/shell/http.ts'

const servers: { close: () => void; closeAllConnections?: () => void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    server.close()
  }
})

/** The address the server can be asked at. */
export async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

export function serve(handler: RequestListener): Promise<string> {
  return listen(createServer(handler))
}

export const http = createHttp({ environment: {} })
export const get = (url: string, more: Partial<HttpRequest> = {}) =>
  http({ method: 'GET', url, headers: {}, ...more })

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
