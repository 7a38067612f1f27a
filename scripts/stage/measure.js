// Measures commands as whole processes: wall time and the CPU time of the process and its children.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/**
 * Milliseconds.
 * @typedef {{ wall: number, cpu?: number }} Measure
 */

/**
 * @param {readonly string[]} command
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {Measure}
 */
export function measure([file = '', ...args], options = {}) {
  // Bash's `time` counts the children a process waited for, which node cannot ask about. It writes
  // to standard error; what the command says goes elsewhere.
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>&3 >&3'
  const { status, stderr, output } = spawnSync('bash', ['-c', script, 'bash', file, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${file} ended with ${status}\n${output[3]}`)
  const [wall = 0, user = 0, system = 0] = String(stderr).trim().split(' ').map(Number)
  return { wall: wall * 1000, cpu: (user + system) * 1000 }
}

/**
 * Runs the sides in turn, so that whatever else the machine does meets them all.
 * @template {string} Side
 * @param {Record<Side, (round: number) => Measure | Promise<Measure>>} sides
 * @param {number} rounds
 * @returns {Promise<Record<Side, Measure>>} Medians.
 */
export async function alternate(sides, rounds) {
  const names = /** @type {Side[]} */ (Object.keys(sides))
  const measures = names.map((name) => ({ name, all: /** @type {Measure[]} */ ([]) }))
  for (let round = 0; round < rounds; round += 1)
    for (const { name, all } of measures) all.push(await sides[name](round))
  return /** @type {Record<Side, Measure>} */ (
    Object.fromEntries(
      measures.map(({ name, all }) => [
        name,
        { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu = 0 }) => cpu)) },
      ]),
    )
  )
}

/**
 * Of work inside this process, whose CPU time is not told apart.
 * @param {() => unknown} body
 * @returns {Promise<Measure>}
 */
export async function timed(body) {
  const started = performance.now()
  await body()
  return { wall: performance.now() - started }
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** One line that says on what was measured. */
export function describeMachine() {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const docker = execFileSync('docker', ['version', '--format', '{{.Server.Version}}'])
  const buildx = execFileSync('docker', ['buildx', 'version'], { encoding: 'utf8' }).split(' ')[1]
  const system = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  return `${cpus().length} x ${model}, ${system}, node ${process.version}, Docker ${String(docker).trim()}, buildx ${buildx}`
}
