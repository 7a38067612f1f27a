// Repeats an attempt until its answer is definite, its tries or its time are used up.
import type { Clock, Log } from '../ports.ts'
import { type RegistryAnswer, settledAnswer } from './answer.ts'
import { codeOf, type Subject, unreachable } from './failure.ts'
import type { Limiter } from './limiter.ts'
import {
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
  /** The host the tries are counted at. */
  readonly origin: string
  /** On the clock; no wait goes beyond it. */
  readonly deadline: number
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
export type Retrying = (task: Task, attempt: () => Promise<RegistryAnswer>) => Promise<TriedAnswer>

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
    const { subject, origin, deadline, tries = MAX_ATTEMPTS, isSettled } = task
    for (let attempts = 1; ; attempts++) {
      const backoff = backoffMs(attempts, clock.random())
      const outcome = await limiter.run(origin, async () => {
        const result = await attempt().catch(transientOnly(subject, signal))
        // Before the place is given on: who waits for it must not run into the same limit.
        if (!(result instanceof Error) && isThrottled(result))
          limiter.pause(origin, Math.min(MAX_WAIT_MS, Math.max(backoff, askedBy(result))))
        return result
      })
      if (!(outcome instanceof Error) && !isTransient(outcome)) return { ...outcome, attempts }
      const askedMs = askedBy(outcome)
      const wait = Math.max(askedMs, backoff)
      if (attempts === tries || wait > MAX_WAIT_MS || clock.now() + wait > deadline) {
        if (outcome instanceof Error) throw unreachable(subject, outcome, attempts)
        return { ...outcome, attempts, askedMs }
      }
      const reason = outcome instanceof Error ? codeOf(outcome) : outcome.status
      const seconds = Math.ceil(wait / 100) / 10
      log.info(`${subject.method} to ${subject.what}: ${reason}; trying again in ${seconds} s`)
      await clock.sleep(wait, signal)
      if (await isSettled?.()) return { ...settledAnswer(new URL(origin)), attempts }
    }
  }
}

function transientOnly(subject: Subject, signal: AbortSignal | undefined) {
  return (thrown: unknown): Error => {
    if (signal?.aborted) throw signal.reason
    if (isTransientError(thrown)) return thrown
    throw unreachable(subject, thrown)
  }
}
