// Users' regular expressions under a time limit: in a context of their own, which V8 can stop.
import { createContext, Script } from 'node:vm'
import type { MatchText } from '../tags/request.ts'

/** A tag that takes longer to match is hostile, or the regex is. */
const MATCH_LIMIT_MS = 80

const SCRIPT = new Script('new RegExp(source, flags).exec(text)')

/** JavaScript's own semantics. Throws when the limit is reached. */
export const matchText: MatchText = ({ source, flags }, text) => {
  const found: unknown = SCRIPT.runInContext(createContext({ source, flags, text }), {
    timeout: MATCH_LIMIT_MS,
  })
  return found === null ? undefined : Array.from(found as ArrayLike<string | undefined>)
}
