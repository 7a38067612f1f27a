// Repeats an attempt until its answer is definite, its tries or its time are used up.
import { systemCode } from '../errors.ts'
import type { Clock, Log } from '../ports.ts'
import { type RegistryAnswer, settledAnswer } from './answer.ts'
import { type Subject, unreachable } from './failure.ts'
import type { Limiter } from './limiter.ts'
import {
  BUDGET_MS,
  backoffMs,
  isThrottled,
  isTransient,
  isTransientError,
  MAX_ATTEMPTS,
  MAX_WAIT_MS,
  retryAfterMs,
} from './retry.ts'

export interface Task {
  readonly subject: Subject
  readonly url: URL
  /** The queue the tries wait in. Default: the host's. */
  readonly lane?: string
  /** On the clock; no wait goes beyond it. Default: BUDGET_MS after the first try begins. */
  readonly deadline?: number | undefined
  /** Default: MAX_ATTEMPTS. */
  readonly tries?: number
  /** Asked before each repetition whether the last try had its effect after all. */
  readonly isSettled?: (() => Promise<boolean>) | undefined
}

/** With how many tries it took and the wait it asks for in vain, for messages. */
export type TriedAnswer = RegistryAnswer & {
  readonly attempts: number
  readonly askedMs?: number
}

/**
 * Gives any definite answer, and the last one when tries or time run out. Throws `registry` where
 * the last try got no answer, or failed in a way that repeating does not mend.
 */
export type Retrying = (
  task: Task,
  attempt: (deadline: number) => Promise<RegistryAnswer>,
) => Promise<TriedAnswer>

export function createRetrying(world: {
  readonly clock: Clock
  readonly log: Log
  readonly limiter: Limiter
  readonly signal?: AbortSignal | undefined
}): Retrying {
  const { clock, log, limiter, signal } = world
  const askedBy = (outcome: RegistryAnswer | Error) =>
    outcome instanceof Error ? 0 : (retryAfterMs(outcome, clock.now()) ?? 0)

  return async (task, attempt) => {
    const { subject, url, lane = url.origin, tries = MAX_ATTEMPTS, isSettled } = task
    let { deadline } = task
    for (let attempts = 1; ; attempts++) {
      const backoff = backoffMs(attempts, clock.random())
      const outcome = await limiter.run(lane, async () => {
        deadline ??= clock.now() + BUDGET_MS // the wait for a place does not count
        const result = await attempt(deadline).catch(transientOnly(subject, signal))
        // Before the place is given on: who waits for it must not run into the same limit.
        if (!(result instanceof Error) && isThrottled(result))
          limiter.pause(lane, Math.min(MAX_WAIT_MS, Math.max(backoff, askedBy(result))))
        return result
      })
      if (!(outcome instanceof Error) && !isTransient(outcome))
        return { ...withoutSecrets(outcome, log), attempts }
      const askedMs = askedBy(outcome)
      const wait = Math.max(askedMs, backoff)
      const isLate = clock.now() + wait > (deadline ?? 0)
      if (attempts === tries || wait > MAX_WAIT_MS || isLate) {
        if (outcome instanceof Error) throw unreachable(subject, outcome, attempts)
        return { ...withoutSecrets(outcome, log), attempts, askedMs }
      }
      const reason = outcome instanceof Error ? systemCode(outcome) : outcome.status
      const seconds = Math.ceil(wait / 100) / 10
      log.info(`${subject.method} to ${subject.what}: ${reason}; trying again in ${seconds} s`)
      await clock.sleep(wait, signal)
      if (await isSettled?.()) return { ...settledAnswer(url), attempts }
    }
  }
}

/** A registry may repeat what it was sent; its words are shown, cut and escaped. */
function withoutSecrets(answer: RegistryAnswer, log: Log): RegistryAnswer {
  const hidden = ({ code, message }: RegistryAnswer['errors'][number]) => ({
    code: log.hide(code),
    message: log.hide(message),
  })
  return { ...answer, errors: answer.errors.map(hidden) }
}

function transientOnly(subject: Subject, signal: AbortSignal | undefined) {
  return (thrown: unknown): Error => {
    if (signal?.aborted) throw signal.reason
    if (isTransientError(thrown)) return thrown
    throw unreachable(subject, thrown)
  }
}
