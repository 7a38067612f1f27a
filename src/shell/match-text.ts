// Users' regular expressions under a time limit: in a context of their own, which V8 can stop.
import { type Context, createContext, Script } from 'node:vm'
import { systemCode } from '../errors.ts'
import type { MatchText } from '../tags/request.ts'

/** A tag that takes longer to match is hostile, or the regex is. */
const MATCH_LIMIT_MS = 80

const SCRIPT = new Script('new RegExp(source, flags).exec(text)')

/** JavaScript's own semantics. Throws when the limit is reached. */
export const matchText: MatchText = ({ source, flags }, text) => {
  const found = run(createContext({ source, flags, text }))
  return found === null ? undefined : Array.from(found as ArrayLike<string | undefined>)
}

function run(context: Context): unknown {
  try {
    return SCRIPT.runInContext(context, { timeout: MATCH_LIMIT_MS })
  } catch (cause) {
    if (systemCode(cause) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause
    throw new Error(`it had not ended after ${MATCH_LIMIT_MS} ms`, { cause })
  }
}
