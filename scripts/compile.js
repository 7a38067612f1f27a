// Compiles src/ into build/ as plain JavaScript, for the bundle and for generate.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Runs a program of node_modules in the repository's root; its output is shown. */
export function runNode(file, ...args) {
  execFileSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: 'inherit' })
}

export function compile() {
  rmSync(`${ROOT}/build`, { recursive: true, force: true })
  // Types are `npm run check`'s to judge, once for all.
  runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck')
}
