// Images in a Dockerfile (docs.docker.com, "Dockerfile reference"):
//
//   directive    "#" name "=" value            only before all else: `# syntax=image`, `# escape=`
//   instruction  [ "ONBUILD" ] FROM { flag } image [ "AS" stage ]
//                COPY { flag }                 `--from=` names a stage, its number, or an image
//                RUN { flag }                  `--mount=…,from=` likewise
//
// A line that ends with the escape character goes on in the next; comments and empty lines between
// are skipped. What stands in a heredoc (`<<EOF`, `<<-EOF` with tabs before its end) is data.
import { type Mention, obstructed, refuseTooMany, sliceAt, wholeMention } from './mention.ts'
import { holdsVariable } from './variables.ts'

interface Word {
  readonly text: string
  readonly start: number
}

const DIRECTIVES = ['syntax', 'escape', 'check']

const HEREDOC = /^\d*<<(-?)["']?([^<"']+)["']?$/

/** Texts about Dockerfiles, and programs that read them. */
const OTHER_KINDS =
  /\.(?:dockerignore|md|rst|adoc|txt|html?|json|toml|[cm]?[jt]sx?|go|rs|py|rb|java|kt|cs|c|cpp|h|lua|vim|php|sh|ps1|snap)$/i

/**
 * `Dockerfile`, `Dockerfile.dev`, `Dockerfile-dev`, `dev.Dockerfile`; the same with Containerfile.
 */
export function isDockerfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (OTHER_KINDS.test(name)) return false
  return /^(?:Docker|Container)file(?:[\d._-].*)?$|\.(?:Docker|Container)file$/i.test(name)
}

export function readDockerfile(text: string): readonly Mention[] {
  return new DockerfileReader(text).read()
}

class DockerfileReader {
  private readonly text: string
  private readonly mentions: Mention[] = []
  private readonly stages = new Set<string>()
  private escape = '\\'
  private position = 0

  constructor(text: string) {
    this.text = text
  }

  read(): readonly Mention[] {
    if (this.text.startsWith('\uFEFF')) this.position = 1
    if (this.text.startsWith('#!', this.position)) this.position = this.lineAt(this.position).next
    this.readDirectives()
    while (this.position < this.text.length) this.readInstruction(this.readWords())
    return this.mentions
  }

  private readDirectives(): void {
    for (;;) {
      const { line, next } = this.lineAt(this.position)
      const found = /^([ \t]*#[ \t]*([A-Za-z]+)[ \t]*=[ \t]*)(\S+)/.exec(line)
      if (!found) return
      const [, before = '', written = '', value = ''] = found
      const name = written.toLowerCase()
      // Behind one that BuildKit does not know all are comments.
      if (!DIRECTIVES.includes(name)) return
      if (name === 'escape') this.escape = value
      if (name === 'syntax') this.image({ text: value, start: this.position + before.length })
      this.position = next
    }
  }

  private lineAt(start: number): { line: string; next: number } {
    const end = this.text.indexOf('\n', start)
    const next = end < 0 ? this.text.length : end + 1
    return { line: this.text.slice(start, end < 0 ? next : end).replace(/\r$/, ''), next }
  }

  /** The words of the next instruction, and the position behind it. */
  private readWords(): readonly Word[] {
    const words: Word[] = []
    for (let goesOn = true, isGlued = false; goesOn && this.position < this.text.length; ) {
      const { line, next } = this.lineAt(this.position)
      const isSkipped = /^\s*(?:#|$)/.test(line)
      const body = isSkipped ? '' : this.withoutEscape(line)
      for (const { 0: text, index } of body.matchAll(/[^ \t]+/g)) {
        const last = isGlued && index === 0 ? words.pop() : undefined
        // A word over two lines is told by the variable that no reference can hold.
        words.push({ text: last ? `${last.text}${text}$` : text, start: this.position + index })
      }
      if (!isSkipped) {
        goesOn = body.length < line.trimEnd().length
        isGlued = goesOn && /[^ \t]$/.test(body)
      } else if (words.length === 0) goesOn = false
      this.position = next
    }
    return words
  }

  private withoutEscape(line: string): string {
    const trimmed = line.trimEnd()
    return trimmed.endsWith(this.escape) ? trimmed.slice(0, -1) : line
  }

  private readInstruction(words: readonly Word[]): void {
    const isTrigger = words[0]?.text.toUpperCase() === 'ONBUILD'
    const [first, ...rest] = isTrigger ? words.slice(1) : words
    const name = first?.text.toUpperCase()
    if (name === 'FROM') this.readFrom(rest)
    if (name === 'COPY' || name === 'RUN') for (const word of rest) if (!this.readFlag(word)) break
    if (name === 'COPY' || name === 'RUN' || name === 'ADD') this.skipHeredocs(rest)
  }

  private readFrom(words: readonly Word[]): void {
    const [image, as, stage] = words.filter(({ text }) => !text.startsWith('--'))
    if (image) this.image(image)
    if (as?.text.toUpperCase() === 'AS' && stage) this.stages.add(stage.text.toLowerCase())
  }

  /** false: the flags are over. */
  private readFlag({ text, start }: Word): boolean {
    const found = /^--from=|^--mount=(?:.*,)?from=/.exec(text)
    const value = found && /^["']?([^,"']*)/.exec(text.slice(found[0].length))?.[1]
    const isStage = value && (/^\d+$/.test(value) || this.stages.has(value.toLowerCase()))
    if (found && value && !isStage) this.image({ text: value, start: start + found[0].length })
    return text.startsWith('--')
  }

  private skipHeredocs(words: readonly Word[]): void {
    for (const { text } of words) {
      const [, dash, end] = HEREDOC.exec(text) ?? []
      while (end !== undefined && this.position < this.text.length) {
        const { line, next } = this.lineAt(this.position)
        this.position = next
        // Only "<<-" takes tabs away.
        if ((dash ? line.replace(/^\t+/, '') : line) === end) break
      }
    }
  }

  private image({ text, start }: Word): void {
    const extent = { start, end: start + text.length }
    if (text === 'scratch' || this.stages.has(text.toLowerCase())) return
    refuseTooMany(this.mentions.length + 1)
    const isOpen = holdsVariable(text)
    this.mentions.push(
      isOpen ? obstructed(text, extent, 'variable') : wholeMention(sliceAt(text, start), extent),
    )
  }
}
