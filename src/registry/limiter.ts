// How many requests are under way at one host, and hosts that asked for quiet.
import type { Clock } from '../ports.ts'

/** Hides the round trips of a release without provoking the rate limits of hosted registries. */
const DEFAULT_CONCURRENCY = 8

interface Host {
  running: number
  pausedUntil: number
  readonly waiting: (() => void)[]
}

export interface Limiter {
  /** Runs the body when the host has a free place and no pause; first come, first served. */
  run<T>(origin: string, body: () => Promise<T>): Promise<T>
  /** Nothing new goes to the host for so long; requests under way are left alone. */
  pause(origin: string, milliseconds: number): void
}

/** `concurrency`: requests under way at one host. */
export function createLimiter(
  clock: Clock,
  signal: AbortSignal | undefined,
  concurrency = DEFAULT_CONCURRENCY,
): Limiter {
  const hosts = new Map<string, Host>()
  const hostOf = (origin: string): Host => {
    const host = hosts.get(origin) ?? { running: 0, pausedUntil: 0, waiting: [] }
    hosts.set(origin, host)
    return host
  }

  return {
    async run(origin, body) {
      const host = hostOf(origin)
      if (host.running < concurrency) host.running += 1
      else await new Promise<void>((resolve) => host.waiting.push(resolve))
      try {
        while (host.pausedUntil > clock.now())
          await clock.sleep(host.pausedUntil - clock.now(), signal)
        return await body()
      } finally {
        const next = host.waiting.shift()
        if (next) next()
        else host.running -= 1
      }
    },
    pause(origin, milliseconds) {
      const host = hostOf(origin)
      host.pausedUntil = Math.max(host.pausedUntil, clock.now() + milliseconds)
    },
  }
}
