// Calls to GitHub's REST API: which failures are tried again, how long is waited before, and what
// the rest become (docs.github.com, "Best practices for using the REST API", "Rate limits").
import { messageOf, ReleaseError } from '../errors.ts'
import type { EventRepository } from '../event/event.ts'
import { plainText } from '../notes/escape.ts'
import type { Clock, GitHubRequest, GitHubResponse, Log } from '../ports.ts'
import { type Answer, asAnswer } from './answer.ts'

export type RepositoryName = Pick<EventRepository, 'owner' | 'name'>

export interface GitHubCall {
  /** `PATCH /repos/{owner}/{repo}/releases/{release_id}` */
  readonly route: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** What cannot be done when it fails: `read release 7 of acme/app`. */
  readonly doing: string
  /** What the job must have, as under `permissions:`; named when GitHub refuses. */
  readonly permission: string
  /** Default 4 for GET and PATCH, 1 for what would be done twice. */
  readonly tries?: number
}

export interface GitHubClient {
  readonly clock: Clock
  readonly log: Log
  /** Throws `denied` (401), `permission` (403, and 404 of a write) or `github`. */
  call(call: GitHubCall): Promise<GitHubResponse>
}

export const MAX_TRIES = 4

/** Longer than this no rate limit is waited for. */
const MAX_WAIT_MS = 120_000

/** Asked for when a secondary rate limit names no time. */
const SECONDARY_LIMIT_WAIT_MS = 60_000

const FIRST_BACKOFF_MS = 1_000

export function createGitHubClient(world: {
  readonly request: GitHubRequest
  readonly clock: Clock
  readonly log: Log
  /** Ends the wait for another try. */
  readonly signal?: AbortSignal
}): GitHubClient {
  const { request, clock, log, signal } = world
  const call = async (wanted: GitHubCall): Promise<GitHubResponse> => {
    const tries = wanted.tries ?? (/^(?:GET|PATCH) /.test(wanted.route) ? MAX_TRIES : 1)
    for (let tried = 1; ; tried++) {
      try {
        return await request(wanted.route, wanted.parameters)
      } catch (thrown) {
        const delay = tried < tries ? retryDelay(thrown, tried, clock) : undefined
        if (delay === undefined) throw failure(thrown, wanted, log)
        log.info(`${sentence(thrown, wanted, log)}; trying again in ${Math.ceil(delay / 1000)} s`)
        await clock.sleep(delay, signal)
      }
    }
  }
  return { clock, log, call }
}

/** The HTTP status of a failed call, of our error or Octokit's; undefined: no answer came. */
export function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined
  if ('status' in thrown && typeof thrown.status === 'number') return thrown.status
  return thrown.cause === undefined ? undefined : statusOf(thrown.cause)
}

/** Milliseconds to wait after that many tries; undefined where trying again cannot help. */
export function retryDelay(thrown: unknown, tried: number, clock: Clock): number | undefined {
  const status = statusOf(thrown)
  if (isRateLimited(thrown)) {
    const wait = rateLimitWait(thrown, clock)
    return wait <= MAX_WAIT_MS ? wait : undefined
  }
  if (status !== undefined && status < 500) return undefined
  return FIRST_BACKOFF_MS * 2 ** (tried - 1) * (0.5 + clock.random() / 2)
}

function isRateLimited(thrown: unknown): boolean {
  const status = statusOf(thrown)
  if (status === 429) return true
  if (status !== 403) return false
  const { 'retry-after': retryAfter, 'x-ratelimit-remaining': remaining } = headersOf(thrown)
  return retryAfter !== undefined || remaining === '0' || /rate limit/i.test(answerOf(thrown))
}

function rateLimitWait(thrown: unknown, clock: Clock): number {
  const headers = headersOf(thrown)
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  if (seconds >= 0) return seconds * 1000
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0)
    return Math.max(0, reset * 1000 - clock.now())
  return SECONDARY_LIMIT_WAIT_MS
}

function failure(thrown: unknown, call: GitHubCall, log: Log): ReleaseError {
  const status = statusOf(thrown)
  const message = sentence(thrown, call, log)
  const because = (code: 'denied' | 'permission' | 'github', hint: string) =>
    new ReleaseError(code, message, { hint, cause: thrown })
  if (status === 401) return because('denied', 'Check the input "github-token".')
  if (isRateLimited(thrown)) return because('github', 'Run the job again when the limit is reset.')
  if (status === 403 || (status === 404 && !call.route.startsWith('GET ')))
    return because('permission', `Give the job "${call.permission}".`)
  return because('github', 'Run the job again; www.githubstatus.com tells of outages.')
}

function sentence(thrown: unknown, { doing }: GitHubCall, log: Log): string {
  const status = statusOf(thrown)
  const came = status === undefined ? 'no answer came' : `GitHub answered ${status}`
  return `Cannot ${doing}: ${came}, ${plainText(log.hide(answerOf(thrown)))}`
}

/** Octokit keeps the answer on its error, and we that error as cause of ours. */
function responseOf(thrown: unknown): Answer {
  if (!(thrown instanceof Error)) return {}
  return 'response' in thrown ? asAnswer(thrown.response) : responseOf(thrown.cause)
}

function headersOf(thrown: unknown): Answer {
  return asAnswer(responseOf(thrown)['headers'])
}

function answerOf(thrown: unknown): string {
  const { message } = asAnswer(responseOf(thrown)['data'])
  return typeof message === 'string' ? message : messageOf(thrown)
}
