// A private registry (distribution) on a free loopback port, gone without a trace when stopped.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const READY_WITHIN_MS = 10_000

/**
 * `host` is what image names begin with, such as `localhost:40123`.
 * @typedef {{ host: string, url: string, stop: () => Promise<void> }} Registry
 */

/**
 * Deletion is allowed; there is no login. `more` is further configuration, as YAML. Default of
 * `at`, the port: a free one.
 * @param {{ more?: string, at?: number }} [options]
 * @returns {Promise<Registry>}
 */
export async function startRegistry({ more = '', at } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-registry-'))
  const port = at ?? (await freePort())
  const config = join(folder, 'config.yml')
  writeFileSync(config, configuration(join(folder, 'data'), port) + more)
  const log = join(folder, 'log')
  const out = openSync(log, 'w')
  const server = spawn('docker-registry', ['serve', config], { stdio: ['ignore', out, out] })
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  const url = `http://localhost:${port}`
  const stop = async () => {
    server.kill()
    await Promise.all([ended, removeImages(`localhost:${port}`)])
    rmSync(folder, { recursive: true, force: true })
  }
  if (await isReady(`${url}/v2/`, server)) return { host: `localhost:${port}`, url, stop }
  const told = readFileSync(log, 'utf8')
  await stop()
  throw new Error(`The registry does not answer at ${url}\n${told}`)
}

/**
 * Takes the names of a registry out of Docker's own image store, where a push leaves them.
 * @param {string} host
 */
export async function removeImages(host) {
  const docker = (/** @type {string[]} */ ...args) =>
    promisify(execFile)('docker', ['image', ...args])
  const { stdout } = await docker('ls', '--format', '{{.Repository}}:{{.Tag}}')
  const names = stdout.split('\n').filter((name) => name.startsWith(`${host}/`))
  // All at once: the engine collects garbage after every removal, once for those that come
  // together.
  await Promise.all(names.map((name) => docker('rm', name)))
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 0))
    })
  })
}

/**
 * @param {string} data
 * @param {number} port
 */
function configuration(data, port) {
  return `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${data} }
  delete: { enabled: true }
http: { addr: 127.0.0.1:${port} }
`
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 */
async function isReady(url, server) {
  const end = Date.now() + READY_WITHIN_MS
  while (Date.now() < end && server.exitCode === null && server.pid !== undefined) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return true
    await wait(20)
  }
  return false
}
