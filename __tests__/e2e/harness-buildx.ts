// Real ports for the buildx room, folders it can build, and images made of files of this machine,
// for no base image can be pulled.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BuildPorts } from '../../src/buildx/build.ts'
import { clock } from '../../src/shell/clock.ts'
import { exec } from '../../src/shell/exec.ts'
import { createFiles } from '../../src/shell/files.ts'
import { MemoryLog } from '../fakes/world.ts'

export function realPorts(more: Partial<BuildPorts> = {}): BuildPorts & { log: MemoryLog } {
  const environment = process.env
  const log = new MemoryLog()
  return { exec, clock, environment, files: createFiles(process.env), ...more, log }
}

/** A folder with these files, to be removed by the test. */
export function buildFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'buildx-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Copies `sh`, `cat` and `sleep` with their libraries into the folder, and gives the first lines of
 * a Dockerfile whose RUN finds them.
 */
export function addTools(folder: string): string {
  const tools = ['/bin/sh', '/bin/cat', '/bin/sleep']
  const told = execFileSync('/usr/bin/ldd', tools, { encoding: 'utf8' })
  const libraries = [...told.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  for (const path of new Set([...tools, ...libraries])) {
    mkdirSync(dirname(join(folder, 'tools', path)), { recursive: true })
    copyFileSync(realpathSync(path), join(folder, 'tools', path))
  }
  return 'FROM scratch AS tools\nCOPY tools /\n'
}

/** Pushes an image that has these tools and, at its root, these files. */
export function pushToolImage(
  reference: string,
  files: Readonly<Record<string, string>> = {},
): void {
  const folder = buildFolder(files)
  try {
    const copies = Object.keys(files).map((name) => `COPY ${name} /${name}\n`)
    writeFileSync(join(folder, 'Dockerfile'), addTools(folder) + copies.join(''))
    const flags = ['--provenance=false', '--push', '--tag', reference]
    execFileSync('docker', ['buildx', 'build', ...flags, folder], { stdio: 'pipe' })
  } finally {
    removeFolder(folder)
  }
}
