// Ports for tests: a clock without real time, files in memory, a log that remembers, commands
// answered by a table. Nothing here sleeps or touches the machine.
import type { Clock, Command, Exec, Exit, Files, Log, Place } from '../../src/ports.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

/**
 * Time that passes only when everything else has come to rest: once no promise is left to settle,
 * the earliest sleeper wakes. Ends, races and back-offs thus run in order and at once. Only for
 * code whose every wait goes through this clock (in-process fakes, no sockets).
 */
export class VirtualClock implements Clock {
  private time: number
  private order = 0
  private pumping = false
  private timers: Timer[] = []
  private seed: number
  /** Every wait asked for, in milliseconds, in order. */
  readonly sleeps: number[] = []

  constructor({ start = Date.UTC(2026, 0, 1), seed = 1 } = {}) {
    this.time = start
    this.seed = seed
  }

  now(): number {
    return this.time
  }

  /** mulberry32: repeatable from the seed. */
  random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds)
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer: Timer = {
        at: this.time + Math.max(0, milliseconds),
        order: this.order++,
        wake: resolve,
      }
      signal?.addEventListener('abort', () => {
        this.timers = this.timers.filter((other) => other !== timer)
        reject(signal.reason)
      })
      this.timers.push(timer)
      this.pump()
    })
  }

  private pump(): void {
    if (this.pumping) return
    this.pumping = true
    setImmediate(() => {
      this.pumping = false
      this.timers.sort((a, b) => a.at - b.at || a.order - b.order)
      const next = this.timers.shift()
      if (!next) return
      this.time = Math.max(this.time, next.at)
      next.wake()
      if (this.timers.length > 0) this.pump()
    })
  }
}

/** Paths are compared as they are written; a folder is there while something is in it. */
export class MemoryFiles implements Files {
  readonly contents = new Map<string, Uint8Array>()
  readonly modes = new Map<string, number>()
  /** Path to what it leads to. */
  readonly links = new Map<string, string>()
  private folders = 0

  constructor(contents: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(contents))
      this.contents.set(path, new TextEncoder().encode(text))
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.contents.get(path)
  }

  async write(path: string, content: Uint8Array | string, mode?: number): Promise<void> {
    if (mode !== undefined) this.modes.set(path, mode)
    this.contents.set(
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    )
  }

  async mode(path: string): Promise<number | undefined> {
    return this.contents.has(path) ? (this.modes.get(path) ?? 0o644) : undefined
  }

  async kind(path: string): Promise<'file' | 'folder' | 'link' | undefined> {
    if (this.links.has(path)) return 'link'
    if (this.contents.has(path)) return 'file'
    return [...this.contents.keys()].some((other) => other.startsWith(`${path}/`))
      ? 'folder'
      : undefined
  }

  async list(folder: string): Promise<readonly string[]> {
    const below = [...this.contents.keys()].filter((path) => path.startsWith(`${folder}/`))
    const names = below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')
    return [...new Set(names)].sort()
  }

  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const content = this.contents.get(path)
    if (!content) throw Object.assign(new Error(`ENOENT ${path}`), { code: 'ENOENT' })
    for (let at = 0; at < content.length; at += 4) yield content.subarray(at, at + 4)
  }

  async append(path: string, text: string): Promise<void> {
    const before = new TextDecoder().decode(this.contents.get(path))
    await this.write(path, before + text)
  }

  /** Only a link at the path itself is followed. */
  async realPath(path: string): Promise<string | undefined> {
    const real = this.links.get(path) ?? path
    return (await this.kind(real)) ? real : undefined
  }

  async link(target: string, path: string): Promise<void> {
    this.links.set(path, target)
  }

  async temporaryFolder(): Promise<string> {
    this.folders += 1
    return `/tmp/folder-${this.folders}`
  }

  async remove(path: string): Promise<void> {
    for (const other of this.contents.keys())
      if (other === path || other.startsWith(`${path}/`)) this.contents.delete(other)
  }
}

const whereOf = (place?: Place) => (place ? `${place.file}:${place.line}: ` : '')

/** One line per call, such as `warning: text`; foreign output as `foreign: text`. */
export class MemoryLog implements Log {
  readonly lines: string[] = []
  readonly secrets: string[] = []

  info(text: string): void {
    this.lines.push(`info: ${text}`)
  }

  notice(text: string, place?: Place): void {
    this.lines.push(`notice: ${whereOf(place)}${text}`)
  }

  warning(text: string, place?: Place): void {
    this.lines.push(`warning: ${whereOf(place)}${text}`)
  }

  error(text: string, { file, line, column }: Place): void {
    this.lines.push(`error: ${file}:${line}:${column}: ${text}`)
  }

  debug(text: string): void {
    this.lines.push(`debug: ${text}`)
  }

  mask(secret: string): void {
    this.secrets.push(secret)
  }

  hide(text: string): string {
    return this.secrets
      .filter(Boolean)
      .reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text)
  }

  group<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.lines.push(`group: ${title}`)
    return body()
  }

  foreign<T>(body: (write: (chunk: Uint8Array) => void) => Promise<T>): Promise<T> {
    return body((chunk) => this.lines.push(`foreign: ${new TextDecoder().decode(chunk)}`))
  }
}

/** Answers commands from a function and remembers them. */
export function fakeExec(
  answer: (command: Command) => Partial<Exit> | Promise<Partial<Exit>>,
): Exec & { readonly commands: Command[] } {
  const commands: Command[] = []
  const exec: Exec = async (command) => {
    commands.push(command)
    return { code: 0, signal: null, stdout: '', stderr: '', ...(await answer(command)) }
  }
  return Object.assign(exec, { commands })
}
