// What is not tried again, and when trying again ends.
import { describe, expect, test } from '@jest/globals'
import { RESPONSE_TIMEOUT_MS } from '../../src/registry/exchange.ts'
import { BUDGET_MS } from '../../src/registry/retry.ts'
import { answerWith, breakBefore, hang, refuse } from '../fakes/registry-wire.ts'
import { APP, isManifest, setUp, status } from './faults-setup.ts'
import { fakeRegistryWith } from './registry-setup.ts'

describe('what does not pass', () => {
  const DEFINITE = [400, 401, 403, 405, 409, 410, 411, 412, 413, 414, 416, 431, 501]
  test.each(DEFINITE)('status %d: one request', async (code) => {
    const { registry, client, clock, young } = setUp()
    await client.head({ ...APP, tag: '1.4.2' })
    registry.forget()
    registry.inject(status(code), isManifest('GET'), 10)
    await expect(client.get({ ...APP, digest: young.digest })).rejects.toMatchObject({
      code: code === 401 || code === 403 ? 'denied' : 'registry',
      message: `Cannot read registry.test/acme/app@${young.digest}: the registry answered ${code} UNKNOWN to GET (fake trouble)`,
    })
    expect(registry.lines()).toHaveLength(1)
    expect(clock.sleeps).toEqual([])
  })

  test.each([
    [403, 'to the first call: the permission is missing', 'registry.test', {}, ['HEAD']],
    [403, 'of GHCR: perhaps its limit, and a body would say so', 'ghcr.io', {}, ['HEAD', 'GET']],
    [403, 'with a time to wait', 'registry.test', { 'retry-after': '0' }, ['HEAD', 'GET']],
    [409, 'to the first call', 'registry.test', {}, ['HEAD']],
  ])('HEAD: %d %s', async (code, _, host, headers, methods) => {
    const { registry, client } = fakeRegistryWith()
    registry.inject(status(code, headers), undefined, 10)
    await expect(client.head({ registry: host, path: 'acme/app', tag: '1.4.2' })).rejects.toThrow(
      `answered ${code}`,
    )
    expect(registry.requests.map(({ method }) => method)).toEqual(methods)
  })

  test('status 404 is absence: one request', async () => {
    const { registry, client } = setUp()
    await client.head({ ...APP, tag: '1.4.2' })
    registry.forget()
    expect(await client.get({ ...APP, tag: 'none' })).toBeUndefined()
    expect(registry.lines()).toHaveLength(1)
  })

  test.each([
    ['ENOTFOUND', 'Check the name registry.test.'],
    ['CERT_HAS_EXPIRED', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['HPE_INVALID_CONSTANT', 'can be reached'],
  ])('error %s: one request', async (code, hint) => {
    const { registry, client, young } = setUp()
    registry.inject(breakBefore(code), undefined, 10)
    await expect(client.get({ ...APP, digest: young.digest })).rejects.toMatchObject({
      code: 'registry',
      message: `Cannot read registry.test/acme/app@${young.digest}: GET failed with fake ${code}`,
      hint: expect.stringContaining(hint),
    })
    expect(registry.lines()).toHaveLength(1)
  })

  test('a 500 that carries a definite code: one request', async () => {
    const { registry, client, young } = setUp()
    registry.inject(
      answerWith(refuse(500, 'MANIFEST_INVALID', 'bad')),
      (request) => isManifest('PUT')(request) && 'authorization' in request.headers,
      10,
    )
    await expect(client.put(APP, 'x', young)).rejects.toThrow('500 MANIFEST_INVALID to PUT (bad)')
    expect(registry.lines().filter((line) => line.includes('/manifests/x'))).toEqual([
      'PUT /v2/acme/app/manifests/x', // without a token
      'PUT /v2/acme/app/manifests/x',
    ])
  })
})

describe('the end of patience', () => {
  test('six tries, then the last answer with their number', async () => {
    const { registry, client, clock } = setUp()
    registry.inject(status(503), undefined, 100)
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toMatchObject({
      message:
        'Cannot read tag 1.4 of registry.test/acme/app: the registry answered 503 UNKNOWN to GET, 6 times (fake trouble)',
      hint: 'Run this again; if it stays so, look at the state of registry.test.',
    })
    expect(registry.lines()).toHaveLength(6)
    expect(clock.sleeps).toHaveLength(5)
  })

  test('silence: over when the two minutes are', async () => {
    const { registry, client, clock } = setUp()
    const start = clock.now()
    registry.inject(hang(clock), undefined, 100)
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toThrow(
      /GET failed with fake silence, \d times/,
    )
    expect(clock.now() - start).toBeLessThanOrEqual(BUDGET_MS)
    expect(clock.now() - start).toBeGreaterThan(3 * RESPONSE_TIMEOUT_MS)
  })

  test('a wait of ten minutes is not waited: the error says how long', async () => {
    const { registry, client, clock } = setUp()
    registry.inject(status(429, { 'retry-after': '600' }))
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toMatchObject({
      hint: 'The registry asks to wait 600 s; run this again then.',
    })
    expect(clock.sleeps).toEqual([])
  })

  test('told to stop: no further request', async () => {
    const controller = new AbortController()
    const { registry, client } = fakeRegistryWith({}, { signal: controller.signal })
    registry.inject(
      async () => {
        controller.abort(new Error('stopped'))
        throw Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })
      },
      undefined,
      10,
    )
    await expect(client.get({ ...APP, tag: '1.4' })).rejects.toThrow('stopped')
    expect(registry.lines()).toHaveLength(1)
  })
})
