// Foreign output on its way to ours: passed on as it comes, line by line, secrets hidden.
import type { Secrets } from './secrets.ts'

/** A line longer than this is passed on in parts. */
const MAX_LINE_CHARACTERS = 64 * 1024

export interface ForeignOutput {
  readonly write: (chunk: Uint8Array) => void
  /** Passes on what is left, and ends the line. */
  readonly end: () => void
}

export function foreignOutput(stream: NodeJS.WritableStream, secrets: Secrets): ForeignOutput {
  const decoder = new TextDecoder()
  let rest = ''
  const pass = (text: string) => {
    if (text !== '') stream.write(text)
  }
  return {
    write(chunk) {
      const text = rest + decoder.decode(chunk, { stream: true })
      const end = text.lastIndexOf('\n') + 1
      const isEndless = text.length - end > MAX_LINE_CHARACTERS
      const known = secrets.hide(isEndless ? text : text.slice(0, end))
      // The end of an endless line may be the beginning of a secret.
      const cut = isEndless ? Math.max(0, known.length - secrets.longest) : known.length
      pass(known.slice(0, cut))
      rest = known.slice(cut) + (isEndless ? '' : text.slice(end))
    },
    end() {
      rest += decoder.decode()
      if (rest !== '') pass(`${secrets.hide(rest)}\n`)
      rest = ''
    },
  }
}
