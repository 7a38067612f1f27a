// The way a request takes: to no private address where that is asked, through a proxy where there
// is one.
import { describe, expect, test } from '@jest/globals'
import type { Environment } from '../../src/ports.ts'
import { createHttp, missedProxy } from '../../src/shell/http.ts'
import { get, serve, textOf } from './loopback.ts'

/** Every name is 127.0.0.1. */
function namedLoopback(environment: Environment) {
  const found = [{ address: '127.0.0.1', family: 4 }]
  const lookup = (_host: string, _options: object, done: (error: null, all: object[]) => void) =>
    done(null, found)
  return createHttp({ environment, lookup: lookup as never })
}

describe('publicOnly', () => {
  const ask = (port: string, publicOnly: boolean) =>
    ({ method: 'GET', url: `http://registry.example:${port}/`, headers: {}, publicOnly }) as const

  test('refuses an address in the URL', async () => {
    const url = await serve((_, response) => response.end('x'))
    await expect(get(url, { publicOnly: true })).rejects.toMatchObject({ code: 'EPRIVATE' })
  })

  test('refuses a name that resolves to one, also after the name was reached without it', async () => {
    const { port } = new URL(await serve((_, response) => response.end('x')))
    const named = namedLoopback({})
    const { status, privatePeer, body } = await named(ask(port, false))
    expect([status, privatePeer, await textOf(body)]).toEqual([200, true, 'x'])
    await expect(named(ask(port, true))).rejects.toMatchObject({ code: 'EPRIVATE' })
  })
})

describe('proxies', () => {
  const isAble = missedProxy({ HTTP_PROXY: 'x' }) === undefined

  test('of the environment are used where Node can, and else not at all', async () => {
    const url = await serve((request, response) => response.end(`${request.url}`))
    const host = new URL(url).host.replace('127.0.0.1', 'registry.example')
    const proxied = namedLoopback({ HTTP_PROXY: url })
    const answer = await proxied({ method: 'GET', url: `http://${host}/x`, headers: {} })
    expect(await textOf(answer.body)).toBe(isAble ? `http://${host}/x` : '/x')
    expect(answer.privatePeer).toBe(isAble ? undefined : true)
  })

  test('NO_PROXY is heeded', async () => {
    const url = await serve((request, response) => response.end(`${request.url}`))
    const proxied = namedLoopback({ HTTP_PROXY: url, NO_PROXY: 'registry.example' })
    const near = url.replace('127.0.0.1', 'registry.example')
    const answer = await proxied({ method: 'GET', url: `${near}y`, headers: {} })
    expect([await textOf(answer.body), answer.privatePeer]).toEqual(['/y', true])
  })

  test.each(['127.0.0.1', 'localhost'])('are not for %s', async (name) => {
    const url = await serve((request, response) => response.end(`${request.url}`))
    const proxied = createHttp({ environment: { HTTP_PROXY: 'http://127.0.0.1:1' } })
    const near = url.replace('127.0.0.1', name)
    const answer = await proxied({ method: 'GET', url: `${near}z`, headers: {} })
    expect(await textOf(answer.body)).toBe('/z')
  })

  test.each([
    ['20.20.2', { https_proxy: 'http://proxy' }, 'https_proxy is set, but Node 20.20.2 cannot'],
    ['22.20.0', { HTTP_PROXY: 'http://proxy' }, 'HTTP_PROXY is set'],
    ['24.4.1', { HTTPS_PROXY: 'http://proxy' }, 'HTTPS_PROXY is set'],
    ['24.4.1', { HTTPS_PROXY: '' }, undefined],
    ['24.4.1', { NO_PROXY: 'x' }, undefined],
    ['22.21.0', { HTTPS_PROXY: 'http://proxy' }, undefined],
    ['24.5.0', { HTTPS_PROXY: 'http://proxy' }, undefined],
    ['26.0.0', { HTTPS_PROXY: 'http://proxy' }, undefined],
  ])('Node %s with %j: %s', (version, environment, said) => {
    const warning = missedProxy(environment, version)
    if (said === undefined) expect(warning).toBeUndefined()
    else expect(warning).toContain(said)
  })
})
