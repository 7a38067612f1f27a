// What is worth another try, and when: the statuses and connection errors that pass by themselves,
// the wait a server asks for, and our own back-off. Pure; transport.ts does the waiting.
import { systemCode } from '../errors.ts'
import type { RegistryAnswer } from './answer.ts'

export const MAX_ATTEMPTS = 6
/** For one call with all its attempts and waits. */
export const BUDGET_MS = 120_000
/** A server that asks for more is not waited for. */
export const MAX_WAIT_MS = 60_000
const FIRST_WAIT_MS = 500
const MAX_BACKOFF_MS = 30_000

const TRANSIENT = new Set([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])
/** Registry codes that mean "no" also when they come with a 5xx. */
const DEFINITE_CODES = new Set([
  'BLOB_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'MANIFEST_UNVERIFIED',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'TAG_INVALID',
  'UNAUTHORIZED',
  'UNSUPPORTED',
])
const TRANSIENT_ERRORS = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ESHORTBODY',
  'ETIMEDOUT',
])

/** GHCR says with 403 what others say with 429. */
export function isThrottled({ status, text }: RegistryAnswer): boolean {
  return status === 429 || (status === 403 && /secondary rate limit/i.test(text))
}

export function isTransient(answer: RegistryAnswer): boolean {
  if (isThrottled(answer)) return true
  const isDefinite = answer.errors.some(({ code }) => DEFINITE_CODES.has(code))
  return TRANSIENT.has(answer.status) && !isDefinite
}

/**
 * Whether a rejected exchange failed on the way; a refused certificate or unknown host stays so.
 */
export function isTransientError(thrown: unknown): thrown is Error & { code: string } {
  return TRANSIENT_ERRORS.has(systemCode(thrown) ?? '')
}

/** Half to all of 0.5 s, 1 s, 2 s, … 30 s; `attempt` counts from 1, `random` is from 0 up to 1. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + random / 2)
}

/**
 * The wait the server asks for: `Retry-After` as seconds, as a date or as a Go duration, or GHCR's
 * `retry-after: 12.5ms` within the body.
 */
export function retryAfterMs(answer: RegistryAnswer, now: number): number | undefined {
  const header = answer.headers['retry-after']?.trim()
  if (header && /^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000
  const wait = header ? (durationMs(header) ?? dateMs(header) - now) : Number.NaN
  if (Number.isFinite(wait)) return Math.max(0, wait)
  const [, inBody] = /retry-after:?\s*([\d.a-zµμ]+)/i.exec(answer.text) ?? []
  return inBody === undefined ? undefined : durationMs(inBody)
}

/** IMF-fixdate (RFC 9110, 5.6.7); Date.parse alone takes "-1" for a year. */
function dateMs(text: string): number {
  return /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/([\d.]+)([a-zµμ]+)/g)
  return [...parts].reduce(
    (sum, [, value, unit]) => sum + Number(value) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  )
}
