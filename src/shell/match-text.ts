// Users' regular expressions under a time limit: in a context of their own, which V8 can stop.
import { type Context, createContext, Script } from 'node:vm'
import { systemCode } from '../errors.ts'
import type { MatchText } from '../tags/request.ts'

/** A tag that takes longer to match is hostile, or the regex is. */
const MATCH_LIMIT_MS = 80

/** Of the processor; whoever had less in that time was kept waiting by a busy machine. */
const STARVED_MS = 8

/** How often a match that was is begun again. */
const MAX_STARVED = 3

const SCRIPT = new Script('new RegExp(source, flags).exec(text)')

/**
 * JavaScript's own semantics. Throws when the limit is reached. `cpuMs`: the processor's time this
 * process has had, in milliseconds, since V8's limit is of the wall clock.
 */
export function createMatchText(cpuMs: () => number): MatchText {
  return ({ source, flags }, text) => {
    const found = run(createContext({ source, flags, text }), cpuMs)
    return found === null ? undefined : Array.from(found as ArrayLike<string | undefined>)
  }
}

export const matchText = createMatchText(() => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
})

function run(context: Context, cpuMs: () => number): unknown {
  for (let starved = 0; ; starved += 1) {
    const before = cpuMs()
    try {
      return SCRIPT.runInContext(context, { timeout: MATCH_LIMIT_MS })
    } catch (cause) {
      if (systemCode(cause) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause
      if (starved < MAX_STARVED && cpuMs() - before < STARVED_MS) continue
      throw new Error(`it had not ended after ${MATCH_LIMIT_MS} ms`, { cause })
    }
  }
}
