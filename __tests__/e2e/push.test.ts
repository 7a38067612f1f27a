// Pushing to registries that fail, being stopped, and much output: buildx and a registry of this
// machine, time twenty times as fast.
import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Registry, startRegistry } from '../../scripts/stage/registry.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { build } from '../../src/buildx/build.ts'
import { buildAndPush } from '../../src/buildx/push.ts'
import { ReleaseError } from '../../src/errors.ts'
import { clock } from '../../src/shell/clock.ts'
import { cpuMilliseconds } from '../cpu-time.ts'
import { addTools, buildFolder, realPorts, removeFolder } from './harness-buildx.ts'
import { type Fault, startFaultyRegistry } from './harness-proxy.ts'

const FAST = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 20, signal) }

const DENIED = { errors: [{ code: 'DENIED', message: 'denied' }] }
const SLOW_DOWN = { errors: [{ code: 'TOOMANYREQUESTS', message: 'retry-after: 10s' }] }
const WRITE = { errors: [{ code: 'DENIED', message: 'permission_denied: write_package' }] }

function json(status: number, body: object): Fault {
  const headers = { 'content-type': 'application/json', 'retry-after': '10' }
  return { status, headers, body: JSON.stringify(body) }
}

let registry: Registry
let folder: string

beforeAll(async () => {
  registry = await startRegistry()
  folder = buildFolder({ 'file.txt': 'text' })
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY file.txt /\n')
})

afterAll(async () => {
  await registry.stop()
  removeFolder(folder)
})

/** Pushes to a registry that fails until we say that we try again. */
async function pushThrough(fault: Fault, pattern: RegExp) {
  let failing = true
  const proxy = await startFaultyRegistry(registry.url, (request) =>
    failing && pattern.test(request) ? fault : undefined,
  )
  const ports = realPorts({ clock: FAST })
  const warnings: string[] = []
  ports.log.warning = (text) => {
    warnings.push(text)
    failing = false
  }
  const tag = `${proxy.host}/acme/app:1`
  const request = {
    context: folder,
    push: true,
    tags: [tag],
    platforms: ['linux/amd64', 'linux/arm64'],
  }
  try {
    // buildx takes 7 s to give up on a connection that is closed again and again: over two of these
    // minutes.
    const limits = { pushTimeoutMinutes: fault === 'silence' ? 1 : 10 }
    const result = await buildAndPush(request, ports, limits).catch((error: unknown) => error)
    return { result, warnings, log: ports.log.lines.join(''), requests: proxy.requests }
  } finally {
    await proxy.stop()
  }
}

describe('a push is made again when the registry', () => {
  test.each<[string, Fault, RegExp, string]>([
    ['limits the rate', json(429, SLOW_DOWN), /^PUT .*\/manifests\//, 'Pushing again in 10 s.'],
    ['denies what it had granted', json(403, DENIED), /^PUT .*\/manifests\/1$/, 'denied: denied'],
    ['denies in HTML', { status: 403, body: '<html>' }, /^PUT .*\/manifests\/1$/, '403 Forbidden'],
    ['closes the connection', 'reset', /^PUT .*\/manifests\/1$/, 'Pushing again in'],
    ['does not answer', 'silence', /^PUT .*\/manifests\/1$/, 'not done after 1 minutes'],
  ])('%s', async (_, fault, pattern, words) => {
    const { result, warnings, log } = await pushThrough(fault, pattern)
    const tags = await digestsByTag(`${registry.host}/acme/app`)
    expect(result).toMatchObject({ digest: tags['1'] })
    expect(Object.keys(tags)).toEqual(['1'])
    expect(warnings).toEqual([expect.stringContaining(words)])
    expect(log).toContain('CACHED')
  })

  test('but not when it says that the right is missing', async () => {
    const { result, warnings } = await pushThrough(json(403, WRITE), /^PUT .*\/manifests\/1$/)
    expect(warnings).toEqual([])
    expect(result).toMatchObject({ code: 'push', hint: expect.stringContaining('packages: write') })
  })
})

test('being stopped ends buildx within two seconds, and nothing is pushed', async () => {
  const image = `${registry.host}/acme/stopped-${process.pid}`
  const tools = addTools(folder)
  writeFileSync(join(folder, 'Slow'), `${tools}RUN echo begun ${process.pid} && sleep 60\n`)
  const controller = new AbortController()
  const ports = realPorts({ signal: controller.signal })
  let stopped = 0
  ports.log.foreign = (body) =>
    body((chunk) => {
      if (stopped > 0 || !/^#\d+ [\d.]+ begun/m.test(new TextDecoder().decode(chunk))) return
      stopped = performance.now()
      controller.abort(new ReleaseError('cancelled', 'The run was stopped by SIGTERM'))
    })
  const request = {
    context: folder,
    file: join(folder, 'Slow'),
    network: 'none',
    push: true,
    tags: [`${image}:1`],
  }
  await expect(build(request, ports)).rejects.toMatchObject({ code: 'cancelled' })
  expect(performance.now() - stopped).toBeLessThan(2000)
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  expect(processes).not.toContain(image)
  expect(await digestsByTag(image)).toEqual({})
})

test('5 MB of long lines cost less than a second of work', async () => {
  const docker = join(folder, 'docker')
  const line = `process.stderr.write('x'.repeat(5000) + '\\n')`
  writeFileSync(
    docker,
    `#!${process.execPath}\nfor (let i = 0; i < 1000; i += 1) ${line}\nprocess.exitCode = 1\n`,
  )
  chmodSync(docker, 0o755)
  const ports = realPorts({ environment: { PATH: folder } })
  let bytes = 0
  ports.log.foreign = (body) =>
    body((chunk) => {
      bytes += chunk.length
    })
  const before = cpuMilliseconds()
  const error = await build({ context: folder }, ports).catch((error: unknown) => error)
  const spent = cpuMilliseconds() - before
  expect(bytes).toBe(5_001_000)
  expect(spent).toBeLessThan(1000)
  expect(error).toMatchObject({ code: 'build' })
  expect(String(error).length).toBeLessThan(20_000)
})
