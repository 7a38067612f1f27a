// A buildx that behaves as told, what real ones printed, and the world around them.
import { readFileSync } from 'node:fs'
import type { BuildPorts } from '../../src/buildx/build.ts'
import type { Command, Environment, Exit } from '../../src/ports.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const DIGEST = `sha256:${'a'.repeat(64)}`

/** How one run of buildx goes. */
export type Run = (command: Command, files: MemoryFiles) => Partial<Exit> | Promise<Partial<Exit>>

/**
 * The first command meets the first run, and so on; one run too many is an error. There is a
 * Dockerfile in the workspace.
 */
export function setUp(
  runs: readonly Run[],
  { environment = {}, signal }: { environment?: Environment; signal?: AbortSignal } = {},
) {
  const files = new MemoryFiles({ './Dockerfile': '' })
  const exec = fakeExec((command) => {
    const run = runs[exec.commands.length - 1]
    if (!run) throw new Error('one run too many')
    return run(command, files)
  })
  const [clock, log] = [new VirtualClock(), new MemoryLog()]
  const world = { exec, files, log, clock, environment }
  const ports: BuildPorts = { ...world, ...(signal ? { signal } : {}) }
  return { ...world, ports }
}

/** Ends well and leaves this metadata where the command asked for it. */
export function leaving(metadata: object): Run {
  return ({ args }, files) => {
    const flag = '--metadata-file='
    const path = args.find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? ''
    files.contents.set(path, new TextEncoder().encode(JSON.stringify(metadata)))
    return { code: 0 }
  }
}

export const succeed = leaving({ 'containerimage.digest': DIGEST })

export function print(command: Command, text: string): void {
  command.onOutput?.(new TextEncoder().encode(text), 'stderr')
}

/** Prints these words and ends with 1. */
export function failing(words: string): Run {
  return (command) => {
    print(command, words)
    return { code: 1 }
  }
}

/** What buildx 0.29.1 with Docker 28.5 printed or left: a file of the folder `captured`. */
export function captured(name: string): string {
  return readFileSync(new URL(`captured/${name}`, import.meta.url), 'utf8')
}
