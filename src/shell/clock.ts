// The `Clock` port on real time.
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../ports.ts'

export const clock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
  random: () => Math.random(),
}
