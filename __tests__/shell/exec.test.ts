// Children of ours: what goes in and comes out, and that none outlives its call.
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import type { Command } from '../../src/ports.ts'
import { exec } from '../../src/shell/exec.ts'

/** A child that runs this JavaScript. */
function node(script: string, more: Partial<Command> = {}): Command {
  return { file: process.execPath, args: ['-e', script], ...more }
}

/** A process that is gone cannot be signalled. */
function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0)
  } catch {
    return true
  }
}

describe('a child', () => {
  test('gives both streams and its exit code', async () => {
    const script =
      "process.stdout.write('out ü'); process.stderr.write('err'); process.exitCode = 3"
    await expect(exec(node(script))).resolves.toEqual({
      code: 3,
      signal: null,
      stdout: 'out ü',
      stderr: 'err',
    })
  })

  test('gets its arguments as they are: no shell reads them', async () => {
    const args = ['$HOME', '`id`', 'a b', '"', "'", '*', ';', '\n', '']
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'
    const { stdout } = await exec({ ...node(script), args: ['-e', script, '--', ...args] })
    expect(JSON.parse(stdout)).toEqual(args)
  })

  test('gets what is written to it', async () => {
    const script = 'process.stdin.pipe(process.stdout)'
    await expect(exec(node(script, { stdin: 'secret\n' }))).resolves.toMatchObject({
      stdout: 'secret\n',
    })
  })

  test('may end without reading what is written to it', async () => {
    const stdin = 'x'.repeat(1_000_000)
    await expect(exec(node('process.exit(0)', { stdin }))).resolves.toMatchObject({ code: 0 })
  })

  test('has the given folder and environment, and no other', async () => {
    const cwd = realpathSync(tmpdir())
    const script = 'console.log(JSON.stringify([process.cwd(), process.env]))'
    const { stdout } = await exec(node(script, { cwd, environment: { ONE: '1', NONE: undefined } }))
    const [folder, environment] = JSON.parse(stdout)
    expect(folder).toBe(cwd)
    expect(Object.keys(environment)).toEqual(['ONE'])
  })

  test('that is ended by a signal says so', async () => {
    const script = "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)"
    await expect(exec(node(script))).resolves.toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  test('that does not exist is an error with ENOENT', async () => {
    await expect(exec({ file: 'no-such-program', args: [] })).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })
})

describe('output', () => {
  test('is passed on as it comes, every byte, and not kept', async () => {
    let bytes = 0
    const onOutput = (chunk: Uint8Array) => {
      bytes += chunk.length
    }
    const script = "for (let i = 0; i < 50; i += 1) process.stdout.write('x'.repeat(100_000))"
    const exit = await exec(node(script, { onOutput, maxOutputBytes: 1 }))
    expect(exit).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(bytes).toBe(5_000_000)
  })

  test('names its stream', async () => {
    const seen: string[] = []
    const onOutput = (chunk: Uint8Array, stream: string) => {
      seen.push(`${stream} ${new TextDecoder().decode(chunk)}`)
    }
    await exec(node("console.log('a'); console.error('b')", { onOutput }))
    expect(seen.sort()).toEqual(['stderr b\n', 'stdout a\n'])
  })

  test('beyond the cap ends the child', async () => {
    const script = "setInterval(() => process.stdout.write('x'.repeat(1000)), 1)"
    await expect(exec(node(script, { maxOutputBytes: 5000 }))).rejects.toMatchObject({
      code: 'ENOBUFS',
    })
  })
})

/**
 * A child that says its pid and goes on for ever; `onTerm` is what it makes of SIGTERM. It is
 * stopped as soon as it has said it, or by the timeout.
 */
async function stopEndless({ onTerm = '', timeoutMs }: { onTerm?: string; timeoutMs?: number }) {
  const controller = new AbortController()
  let said = ''
  let stoppedAt = 0
  const onOutput = (chunk: Uint8Array) => {
    said += new TextDecoder().decode(chunk)
    if (timeoutMs !== undefined || controller.signal.aborted) return
    stoppedAt = performance.now()
    controller.abort(new Error('stopped'))
  }
  const script = `${onTerm}; console.log(process.pid); setInterval(() => {}, 1000)`
  const limits = timeoutMs === undefined ? { signal: controller.signal } : { timeoutMs }
  const error = await exec(node(script, { onOutput, ...limits })).catch((error: unknown) => error)
  const gone = isGone(Number.parseInt(said, 10))
  return { error, said, gone, milliseconds: performance.now() - stoppedAt }
}

describe('a child that is to stop', () => {
  test('may say a last word, and is gone when the call rejects with the reason', async () => {
    const onTerm = "process.on('SIGTERM', () => process.stdout.write('bye', () => process.exit()))"
    const { error, said, gone } = await stopEndless({ onTerm })
    expect(error).toEqual(new Error('stopped'))
    expect(said).toMatch(/^\d+\nbye$/)
    expect(gone).toBe(true)
  })

  test('is killed when it will not, after two seconds', async () => {
    const onTerm = "process.on('SIGTERM', () => {})"
    const { error, gone, milliseconds } = await stopEndless({ onTerm })
    expect(error).toEqual(new Error('stopped'))
    expect(gone).toBe(true)
    expect(milliseconds).toBeGreaterThan(1900)
  })

  test('because its time is over rejects with ETIMEDOUT', async () => {
    const { error, gone } = await stopEndless({ timeoutMs: 500 })
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    expect(gone).toBe(true)
  })

  test('before it began is not started', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    const onOutput = () => {
      throw new Error('it was started')
    }
    await expect(exec(node('console.log(1)', { signal, onOutput }))).rejects.toThrow('stopped')
  })
})

test('a grandchild that keeps the pipes open does not keep us waiting', async () => {
  const script = `
    const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' })
    child.unref()
    console.log(child.pid)
    process.exit(0)`
  const { code, stdout } = await exec(node(script))
  expect(code).toBe(0)
  const grandchild = Number(stdout)
  expect(isGone(grandchild)).toBe(false)
  process.kill(grandchild)
})
