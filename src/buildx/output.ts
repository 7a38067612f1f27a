// What buildx prints, seen as it streams by: the end of it for an error message, and when pushing
// begins and ends. Costs no more memory than the end that is kept, however long the lines are.
import { type Digest, isDigest } from '../oci/digest.ts'

const KEPT_BYTES = 64 * 1024

// Progress of a step is `#<number> <what it does>`, its end `#<number> DONE`; what a RUN prints has
// a time before it.
const PUSHING = /^#(\d+) pushing /m
const WRITING = /^#\d+ pushing manifest for (\S+@sha256:[0-9a-f]{64})/gm
const EXPORTED_INDEX = /^#\d+ exporting manifest list (sha256:[0-9a-f]{64})/gm
const EXPORTED_MANIFEST = /^#\d+ exporting manifest (sha256:[0-9a-f]{64})/gm
/** Enough of a line's beginning to know the above by; a reference is up to 400 characters long. */
const LINE_START_CHARACTERS = 500

/**
 * Told when a push begins; when its layers are there and the manifests are to follow, the tag's
 * last, once for every reference; and when it succeeded. The image is what buildx said that it
 * made.
 */
export type PushListener = (moment: 'begun' | 'writing' | 'done', image?: Digest) => void

export class BuildOutput {
  private chunks: Uint8Array[] = []
  private bytes = 0
  private cut = false
  private lineStart = ''
  /** The number of the step that pushes. */
  private pushing: string | undefined
  private readonly written = new Set<string>()
  private readonly onPush: PushListener

  constructor(onPush: PushListener) {
    this.onPush = onPush
  }

  add(chunk: Uint8Array): void {
    this.keep(chunk)
    const text = this.lineStart + new TextDecoder().decode(chunk)
    this.look(text)
    const lastLine = text.slice(text.lastIndexOf('\n') + 1)
    this.lineStart = lastLine.slice(0, LINE_START_CHARACTERS)
  }

  /** The last whole lines, 64 KiB or somewhat more of them. */
  tail(): string {
    const decoder = new TextDecoder()
    const parts = this.chunks.map((chunk) => decoder.decode(chunk, { stream: true }))
    const text = parts.join('') + decoder.decode()
    return this.cut ? text.slice(text.indexOf('\n') + 1) : text
  }

  /** What buildx said it made: the last index, or where there is none the last manifest. */
  private exported(): Digest | undefined {
    const text = this.tail()
    const found = [...text.matchAll(EXPORTED_MANIFEST), ...text.matchAll(EXPORTED_INDEX)].at(-1)
    return found?.[1] !== undefined && isDigest(found[1]) ? found[1] : undefined
  }

  private keep(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.bytes += chunk.length
    while (this.bytes - (this.chunks[0]?.length ?? 0) >= KEPT_BYTES) {
      this.bytes -= this.chunks.shift()?.length ?? 0
      this.cut = true
    }
  }

  private write(reference: string): void {
    if (this.written.has(reference)) return
    this.written.add(reference)
    this.onPush('writing', this.exported())
  }

  private look(text: string): void {
    if (this.pushing === undefined) {
      const begun = PUSHING.exec(text)
      if (!begun) return
      this.pushing = begun[1]
      this.onPush('begun', this.exported())
    }
    for (const [, reference = ''] of text.matchAll(WRITING)) this.write(reference)
    const done = new RegExp(`^#${this.pushing} DONE`, 'm').exec(text)
    if (!done) return
    this.pushing = undefined
    this.onPush('done')
    this.look(text.slice(done.index + done[0].length))
  }
}
