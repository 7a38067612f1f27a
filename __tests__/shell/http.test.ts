// The Http port against servers on loopback: what is on the wire and nothing else, ended in time.
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { HttpRequest } from '../../src/ports.ts'
import { createHttp } from '../../src/shell/http.ts'
import { streamOf } from '../fakes/stream-of.ts'
import { get, http, listen, serve, textOf } from './loopback.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('an exchange', () => {
  test('sends the headers it is given, the host and no others', async () => {
    const url = await serve((request, response) => response.end(JSON.stringify(request.rawHeaders)))
    const { body } = await get(url, { headers: { 'x-one': '1' } })
    const names = JSON.parse(await textOf(body)).filter(
      (_: string, index: number) => index % 2 === 0,
    )
    expect(names.map((name: string) => name.toLowerCase()).sort()).toEqual([
      'connection',
      'host',
      'x-one',
    ])
  })

  test('gives status, headers in lower case, several of a name joined', async () => {
    const url = await serve((_, response) => {
      response.writeHead(401, ['WWW-Authenticate', 'Basic', 'WWW-Authenticate', 'Bearer'])
      response.end('no')
    })
    const { status, headers, body } = await get(url)
    expect([status, headers['www-authenticate'], await textOf(body)]).toEqual([
      401,
      'Basic, Bearer',
      'no',
    ])
  })

  test('follows no redirect', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/x' }).end())
    const { status, headers } = await get(url)
    expect([status, headers['location']]).toEqual([302, '/x'])
  })

  test('undoes no encoding', async () => {
    const packed = gzipSync('text')
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    )
    const { body } = await get(url)
    expect(await textOf(body)).toBe(packed.toString())
  })

  test.each<{
    name: string
    body: () => HttpRequest['body']
    headers?: Record<string, string>
    how: string
  }>([
    { name: 'bytes', body: () => encode('abc'), how: '3' },
    { name: 'no bytes', body: () => new Uint8Array(), how: '0' },
    { name: 'a stream', body: () => streamOf(encode('a'), encode('bc')), how: 'chunked' },
    {
      name: 'a stream of known length',
      body: () => streamOf(encode('a'), encode('bc')),
      headers: { 'content-length': '3' },
      how: '3',
    },
  ])('sends $name', async ({ body, headers = {}, how }) => {
    const url = await serve(async (request, response) => {
      const text = await textOf(request)
      const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
      response.end(JSON.stringify([text, length ?? encoding]))
    })
    const answer = await http({ method: 'PUT', url, headers, body: body() ?? new Uint8Array() })
    expect(JSON.parse(await textOf(answer.body))).toEqual([how === '0' ? '' : 'abc', how])
  })

  test('sends 256 MiB without holding them', async () => {
    let seen = 0
    const url = await serve(async (request, response) => {
      for await (const chunk of request) seen += chunk.length
      response.end()
    })
    const piece = new Uint8Array(64 * 1024)
    let held = 0
    const body = async function* () {
      for (let count = 1; count <= 4096; count++) {
        yield piece
        held = Math.max(held, count * piece.length - seen)
      }
    }
    await http({ method: 'PUT', url, headers: {}, body: body() })
    expect(seen).toBe(256 * 1024 * 1024)
    expect(held).toBeLessThan(16 * 1024 * 1024)
  })

  test('passes on why a stream broke', async () => {
    const url = await serve((request) => request.resume())
    const broken = async function* () {
      yield new Uint8Array(1)
      throw new Error('the source broke')
    }
    const sent = http({ method: 'PUT', url, headers: {}, body: broken() })
    await expect(sent).rejects.toThrow('the source broke')
  })

  test('ends the source of a body with the request', async () => {
    const url = await serve((request) => request.once('data', () => request.destroy()))
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const endless = async function* () {
      try {
        while (true) yield new Uint8Array(65_536)
      } finally {
        end()
      }
    }
    const sent = http({ method: 'PUT', url, headers: {}, body: endless() })
    await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
    await ended
  })

  test('keeps the connection for the next one', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.writeHead(200, { 'content-length': '1' })
      response.end(request.method === 'HEAD' ? undefined : 'x')
    })
    for (let count = 0; count < 5; count++) await textOf((await get(url)).body)
    for (let count = 0; count < 5; count++) await textOf((await get(url, { method: 'HEAD' })).body)
    expect(ports.size).toBe(1)
  })

  test('closes the connection when the body is left early', async () => {
    const flood = (response: ServerResponse): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    let closed = Promise.resolve(false)
    const url = await serve((_, response) => {
      closed = new Promise((resolve) => response.on('close', () => resolve(true)))
      response.on('drain', () => flood(response))
      flood(response)
    })
    for await (const _ of (await get(url)).body) break
    expect(await closed).toBe(true)
  })
})

describe('failures carry their code', () => {
  test('refused', async () => {
    const server = createServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    await expect(get(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('reset', async () => {
    const url = await listen(createSocketServer((socket) => socket.destroy()))
    await expect(get(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('cut within the body', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('x')
      setImmediate(() => request.socket.destroy())
    })
    const { body } = await get(url)
    await expect(textOf(body)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('a name server that is silent', async () => {
    const silent = createHttp({ environment: {}, lookup: (() => undefined) as never })
    const asked = silent({ method: 'GET', url: 'http://a.example/', headers: {}, timeoutMs: 30 })
    await expect(asked).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: 'timed out connecting',
    })
  })

  test('silence before the header', async () => {
    const url = await serve(() => undefined)
    await expect(get(url, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('a header that never ends', async () => {
    const drip = (socket: Socket) => {
      socket.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write('x: y\r\n'), 5)
      socket.on('close', () => clearInterval(timer))
    }
    const url = await listen(createSocketServer(drip))
    await expect(get(url, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('silence within the body', async () => {
    const url = await serve((_, response) => response.write('x'))
    const { body } = await get(url, { timeoutMs: 30 })
    await expect(textOf(body)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('33 KiB of headers', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(33 * 1024) }).end(),
    )
    await expect(get(url)).rejects.toMatchObject({ code: 'HPE_HEADER_OVERFLOW' })
  })

  test('told to stop', async () => {
    const url = await serve(() => controller.abort())
    const controller = new AbortController()
    await expect(get(url, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    })
  })
})
