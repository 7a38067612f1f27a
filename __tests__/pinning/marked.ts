// Files written once for before and after: `«nginx:1|nginx:2@D»` is the first part before it is
// pinned and the second after; D is the digest, H without its
// algorithm, T the tag of the pin.
import type { Pin } from '../../src/pinning/mention.ts'

export const PIN: Pin = { digest: `sha256:${'a'.repeat(64)}`, tag: '9.9.9' }

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
