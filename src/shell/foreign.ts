// Foreign output on its way to ours: passed on as it comes, line by line, secrets hidden.
import type { Secrets } from './secrets.ts'

const LINE_FEED = 0x0a

/** A line longer than this is passed on in parts, in which a secret might be cut in two. */
const MAX_LINE_BYTES = 64 * 1024

export interface ForeignOutput {
  readonly write: (chunk: Uint8Array) => void
  /** Passes on what is left, and ends the line. */
  readonly end: () => void
}

export function foreignOutput(stream: NodeJS.WritableStream, secrets: Secrets): ForeignOutput {
  let rest = Buffer.alloc(0)
  const pass = (bytes: Buffer) => {
    if (bytes.length > 0) stream.write(secrets.isEmpty ? bytes : secrets.hide(bytes.toString()))
  }
  return {
    write(chunk) {
      const bytes = Buffer.concat([rest, chunk])
      const end = bytes.lastIndexOf(LINE_FEED) + 1
      const whole = bytes.length - end > MAX_LINE_BYTES ? bytes.length : end
      pass(bytes.subarray(0, whole))
      rest = bytes.subarray(whole)
    },
    end() {
      if (rest.length > 0) pass(Buffer.concat([rest, Buffer.from('\n')]))
      rest = Buffer.alloc(0)
    },
  }
}
