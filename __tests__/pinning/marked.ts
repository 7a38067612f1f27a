// Files written once for before and after: `«nginx:1|nginx:T@D»` is the first part before it is
// pinned and the second after. There T is the tag of the pin, `@D` its digest behind a name, `=D`
// the digest alone and `=H` the same without its algorithm.
import type { Pin } from '../../src/pinning/mention.ts'

export const PIN: Pin = { digest: `sha256:${'a'.repeat(64)}`, tag: '9.9.9' }

/** What a file had before it was pinned anew. */
export const OLD_DIGEST = `sha256:${'0'.repeat(64)}` as const

export interface Marked {
  readonly before: string
  readonly after: string
}

export function marked(text: string): Marked {
  const after = text.replace(/«([^|»]*)\|([^»]*)»/g, (_, __, to: string) =>
    to
      .replace('@D', `@${PIN.digest}`)
      .replace('=D', PIN.digest)
      .replace('=H', PIN.digest.slice('sha256:'.length))
      .replace(/\bT\b/, PIN.tag ?? ''),
  )
  return { before: text.replace(/«([^|»]*)\|[^»]*»/g, '$1'), after }
}
