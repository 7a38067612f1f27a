// One HTTP answer of a registry, read within its cap: bytes of a success, the error list of a
// refusal (distribution-spec, "Error Codes").
import { ReleaseError } from '../errors.ts'
import type { Clock, HttpResponse } from '../ports.ts'

/** Of error answers, of which only so much is read, and of a token service's answers. */
export const MAX_ERROR_BYTES = 64 * 1024

interface RegistryErrorEntry {
  readonly code: string
  readonly message: string
}

export interface RegistryAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A success's whole body; empty for HEAD, for errors and when the body is left as a stream. */
  readonly bytes: Uint8Array
  /** Asked for as a stream: a success's body, unread. */
  readonly stream?: AsyncIterable<Uint8Array>
  /** The beginning of an error's body, as text. */
  readonly text: string
  readonly errors: readonly RegistryErrorEntry[]
  /** The address that answered, after redirects. */
  readonly url: URL
  readonly privatePeer: boolean
}

/**
 * A body that ended before its Content-Length. Carries `code` for retry.ts, like a broken socket.
 */
export class ShortBodyError extends Error {
  readonly code = 'ESHORTBODY'
}

export function isSuccess({ status }: { readonly status: number }): boolean {
  return status >= 200 && status < 300
}

/**
 * Reads an answer. Throws `too-large` beyond `maxBytes`, `registry` on an encoding nobody asked for
 * (a small body could inflate to any size), ShortBodyError when bytes are missing.
 */
export async function readAnswer(
  response: HttpResponse,
  how: {
    readonly url: URL
    readonly hasBody: boolean
    readonly maxBytes: number
    readonly stream: boolean
    readonly clock: Clock
    readonly deadline: number
  },
): Promise<RegistryAnswer> {
  const { status, headers } = response
  const privatePeer = response.privatePeer ?? false
  const common = { status, headers, url: how.url, privatePeer, bytes: EMPTY, text: '', errors: [] }
  // An answer to HEAD has nothing to read, but only what was read to its end frees the connection.
  if (!how.hasBody) await leave(response)
  if (!isSuccess(response)) {
    const text = how.hasBody ? new TextDecoder().decode(await readBeginning(response, how)) : ''
    return { ...common, text, errors: parseErrors(text) }
  }
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    await leave(response)
    throw new ReleaseError('registry', `the answer is encoded as ${JSON.stringify(encoding)}`, {
      hint: 'Something between here and the registry compresses answers; turn that off.',
    })
  }
  if (!how.hasBody) return common
  if (how.stream) return { ...common, stream: response.body }
  return { ...common, bytes: await readWhole(response, how) }
}

/** A body nobody wants; unread, it would keep the connection and with it the process. */
async function leave({ body }: HttpResponse): Promise<void> {
  for await (const _ of body) break
}

/** Stands for the success that a registry could not tell us of. */
export function settledAnswer(url: URL): RegistryAnswer {
  return { status: 201, headers: {}, bytes: EMPTY, text: '', errors: [], url, privatePeer: false }
}

const EMPTY = new Uint8Array()

type Limits = { readonly maxBytes: number; readonly clock: Clock; readonly deadline: number }

async function readWhole(response: HttpResponse, limits: Limits): Promise<Uint8Array> {
  const { maxBytes, clock, deadline } = limits
  const declared = lengthOf(response)
  if (declared !== undefined && declared > maxBytes) {
    await leave(response)
    throw tooLarge(maxBytes)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    if (clock.now() > deadline)
      throw new ReleaseError('registry', 'the answer did not end in time', {
        hint: 'Run this again.',
      })
    chunks.push(chunk)
  }
  if (declared !== undefined && size < declared)
    throw new ShortBodyError(`the answer ended after ${size} of ${declared} bytes`)
  return concatenate(chunks, size)
}

async function readBeginning(response: HttpResponse, limits: Limits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= MAX_ERROR_BYTES || limits.clock.now() > limits.deadline) break
  }
  return concatenate(chunks, size).subarray(0, MAX_ERROR_BYTES)
}

function lengthOf({ headers }: HttpResponse): number | undefined {
  const declared = headers['content-length']
  return declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : undefined
}

function tooLarge(maxBytes: number): ReleaseError {
  return new ReleaseError('too-large', `the answer is larger than ${maxBytes} bytes`)
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function parseErrors(text: string): readonly RegistryErrorEntry[] {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return [] // an error page of something in between; its status speaks for itself
  }
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : []
  if (!Array.isArray(errors)) return []
  return errors.slice(0, 10).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const { code, message } = { code: undefined, message: undefined, ...entry }
    return [{ code: textOf(code), message: textOf(message) }]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
