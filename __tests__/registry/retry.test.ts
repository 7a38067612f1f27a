// The retry policy: what passes, and when to try again.
import { describe, expect, test } from '@jest/globals'
import type { RegistryAnswer } from '../../src/registry/answer.ts'
import { backoffMs, isTransient, isTransientError, retryAfterMs } from '../../src/registry/retry.ts'

function answer(status: number, more: Partial<RegistryAnswer> = {}): RegistryAnswer {
  const url = new URL('https://registry.test/v2/')
  const empty = { headers: {}, bytes: new Uint8Array(), text: '', errors: [] }
  return { status, ...empty, url, privatePeer: false, ...more }
}

describe('isTransient', () => {
  test.each([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])('%d', (status) => {
    expect(isTransient(answer(status))).toBe(true)
  })

  test.each([
    200, 201, 301, 400, 401, 403, 404, 405, 409, 410, 411, 412, 413, 414, 416, 431, 501, 505,
  ])('not %d', (status) => {
    expect(isTransient(answer(status))).toBe(false)
  })

  test('403 that speaks of a secondary rate limit', () => {
    expect(isTransient(answer(403, { text: 'You have exceeded a secondary rate limit.' }))).toBe(
      true,
    )
  })

  test.each(['MANIFEST_INVALID', 'DENIED', 'UNSUPPORTED'])('not 500 with the code %s', (code) => {
    expect(isTransient(answer(500, { errors: [{ code, message: '' }] }))).toBe(false)
  })

  test('500 with a code that says nothing', () => {
    expect(isTransient(answer(500, { errors: [{ code: 'UNKNOWN', message: '' }] }))).toBe(true)
  })
})

test.each([
  ['ECONNRESET', true],
  ['EPIPE', true],
  ['ETIMEDOUT', true],
  ['ECONNREFUSED', true],
  ['EAI_AGAIN', true],
  ['ESHORTBODY', true],
  ['ENOTFOUND', false],
  ['EPRIVATE', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false],
  ['HPE_INVALID_CONSTANT', false],
])('error %s passes: %s', (code, passes) => {
  expect(isTransientError(Object.assign(new Error(), { code }))).toBe(passes)
})

test('back-off doubles from half a second to half a minute, and half of it is chance', () => {
  const attempts = [1, 2, 3, 4, 5, 6, 7, 8, 60]
  expect(attempts.map((attempt) => backoffMs(attempt, 0))).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ])
  expect(backoffMs(2, 0.5)).toBe(750)
  expect(backoffMs(8, 0.999)).toBeLessThan(30_000)
})

describe('retryAfterMs', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
  test.each([
    ['seconds', '7', 7000],
    ['part of a second', '0.5', 500],
    ['a date', 'Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['a date gone by', 'Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['a Go duration', '1m30s', 90_000],
    ['a short one', '12.5ms', 12.5],
    ['nonsense', 'soon', undefined],
    ['a negative number', '-1', undefined],
  ])('header: %s', (_, header, wait) => {
    const found = retryAfterMs(answer(429, { headers: { 'retry-after': header } }), now)
    expect(found).toBe(wait)
  })

  test.each([
    ['retry-after: 12.5ms, allowed: 2000/minute', 12.5],
    ['retry-after: 918.073µs, allowed: 44000/minute', 0.918073],
    ['retry-after: 2s', 2000],
    ['retry-after: 400ns', 0.0004],
    ['retry-after: whenever', undefined],
    ['You have reached your pull rate limit', undefined],
  ])('body: %s', (text, wait) => {
    const found = retryAfterMs(answer(429, { text }), now)
    if (wait === undefined) expect(found).toBeUndefined()
    else expect(found).toBeCloseTo(wait, 9)
  })
})
