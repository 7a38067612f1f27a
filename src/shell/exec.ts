// The `Exec` port on node's own spawn: no shell in between, output capped or passed on, and a child
// that is always gone at the end.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Command, Exec, Exit } from '../ports.ts'

const MAX_OUTPUT_BYTES = 1024 * 1024
/** How long a child that was told to end may take before it is killed. */
const KILL_AFTER_MS = 2_000
/** How long we listen to pipes that a grandchild still holds after the child has ended. */
const DRAIN_MS = 1_000

/**
 * Aborted: the child gets SIGTERM, then SIGKILL, and once it is gone the call rejects with the
 * signal's reason, whatever the child made of it.
 */
export const exec: Exec = (command) =>
  new Promise((resolve, reject) => {
    if (command.signal?.aborted) return reject(command.signal.reason)
    const { file, args, cwd, environment = process.env } = command
    const child = spawn(file, args, { cwd, env: environment, stdio: 'pipe', windowsHide: true })
    const ending = new Ending(child)
    const kept = keepOutput(child, command, ending)
    const stopWatching = watch(command, ending)
    child.stdin.on('error', () => {}) // The child may end without reading what we write.
    child.stdin.end(command.stdin ?? '')
    child.on('exit', () => setTimeout(() => destroyPipes(child), DRAIN_MS).unref())
    child.on('error', (error) => {
      stopWatching()
      reject(error)
    })
    child.on('close', (code, signal) => {
      stopWatching()
      if (ending.reason !== undefined) reject(ending.reason)
      else resolve({ code, signal, ...kept() })
    })
  })

/** Ends a child, once, and remembers why. */
class Ending {
  reason: unknown
  private readonly child: ChildProcess

  constructor(child: ChildProcess) {
    this.child = child
  }

  because(reason: unknown): void {
    if (this.reason !== undefined) return
    this.reason = reason
    this.child.kill('SIGTERM')
    const kill = setTimeout(() => this.child.kill('SIGKILL'), KILL_AFTER_MS).unref()
    this.child.once('exit', () => clearTimeout(kill))
  }
}

function watch({ file, timeoutMs, signal }: Command, ending: Ending): () => void {
  const abort = () => ending.because(signal?.reason)
  signal?.addEventListener('abort', abort)
  const late = () => ending.because(coded('ETIMEDOUT', `${file} took over ${timeoutMs} ms`))
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs)
  return () => {
    signal?.removeEventListener('abort', abort)
    clearTimeout(timer)
  }
}

/** Passes output on or keeps it; what was kept is given by the returned function. */
function keepOutput(
  child: ReturnType<typeof spawn>,
  { file, onOutput, maxOutputBytes = MAX_OUTPUT_BYTES }: Command,
  ending: Ending,
): () => Pick<Exit, 'stdout' | 'stderr'> {
  const kept: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] }
  let bytes = 0
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk: Uint8Array) => {
      if (onOutput) return onOutput(chunk, stream)
      bytes += chunk.length
      if (bytes <= maxOutputBytes) kept[stream].push(chunk)
      else ending.because(coded('ENOBUFS', `${file} wrote more than ${maxOutputBytes} bytes`))
    })
  const text = (chunks: Uint8Array[]) => Buffer.concat(chunks).toString('utf8')
  return () => ({ stdout: text(kept.stdout), stderr: text(kept.stderr) })
}

function destroyPipes(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
