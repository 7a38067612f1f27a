// Requests and answers of a fake registry, and the ways an answer can fail to come.
import type { Clock, HttpRequest } from '../../src/ports.ts'

export interface FakeRequest {
  readonly method: HttpRequest['method']
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly timeoutMs: number
}

export interface FakeResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
}

/** Instead of the registry's own answer, or around it. */
export type Fault = (
  request: FakeRequest,
  proceed: () => Promise<FakeResponse>,
) => Promise<FakeResponse>

export function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): FakeResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: new TextEncoder().encode(JSON.stringify(value)),
  }
}

export function refuse(
  status: number,
  code: string,
  message = code.toLowerCase(),
  headers: Record<string, string> = {},
): FakeResponse {
  return json(status, { errors: [{ code, message }] }, headers)
}

/** The connection breaks before the request is read. */
export function breakBefore(code: string): Fault {
  return async () => {
    throw Object.assign(new Error(`fake ${code}`), { code })
  }
}

/** The request takes effect, and the connection breaks before the answer. */
export function breakAfter(code: string): Fault {
  return async (_, proceed) => {
    await proceed()
    throw Object.assign(new Error(`fake ${code}`), { code })
  }
}

/** Nothing comes until the caller's patience is over. */
export function hang(clock: Clock): Fault {
  return async ({ timeoutMs }) => {
    await clock.sleep(timeoutMs)
    throw Object.assign(new Error('fake silence'), { code: 'ETIMEDOUT' })
  }
}

/** The header promises the whole body, and half of it comes. */
export const cutBody: Fault = async (_, proceed) => {
  const answer = await proceed()
  const whole = answer.body instanceof Uint8Array ? answer.body : new Uint8Array()
  return {
    ...answer,
    headers: { 'content-length': String(whole.length || 10), ...answer.headers },
    body: whole.subarray(0, whole.length / 2),
  }
}

/** The connection breaks in the middle of the body. */
export const breakMidway: Fault = async (_, proceed) => {
  const answer = await proceed()
  const whole = answer.body instanceof Uint8Array ? answer.body : new Uint8Array()
  const half = async function* () {
    yield whole.subarray(0, whole.length / 2)
    throw Object.assign(new Error('fake ECONNRESET'), { code: 'ECONNRESET' })
  }
  return {
    ...answer,
    headers: { 'content-length': String(whole.length), ...answer.headers },
    body: half(),
  }
}

export function answerWith(response: FakeResponse): Fault {
  return async () => response
}
