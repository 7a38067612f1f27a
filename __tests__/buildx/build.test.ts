// One run of buildx: its command, secrets, output and result, and every way it can fail or be
// stopped.
import { describe, expect, test } from '@jest/globals'
import { build } from '../../src/buildx/build.ts'
import { ReleaseError } from '../../src/errors.ts'
import type { Exit } from '../../src/ports.ts'
import { DIGEST, failing, leaving, print, type Run, setUp, succeed } from './setup.ts'

const REQUEST = { push: true, tags: ['r/acme/app:1'], secrets: ['A=hunter2', 'B=line 1\nline 2'] }
const FOUND = { 'result.json': { warnings: [{ ruleName: 'R', detail: 'd' }] } }

/** The same run with another exit code. */
function ending(run: Run, code: number): Run {
  return async (command, files) => ({ ...(await run(command, files)), code })
}

describe('a build', () => {
  test('runs buildx once, without a shell, and gives the digest', async () => {
    const environment = { PATH: '/bin', 'INPUT_REGISTRY-PASSWORD': 'hunter22' }
    const { ports, exec } = setUp([succeed], { environment })
    await expect(build(REQUEST, ports)).resolves.toMatchObject({ digest: DIGEST, findings: [] })
    expect(exec.commands).toHaveLength(1)
    expect(exec.commands[0]?.file).toBe('docker')
    expect(exec.commands[0]?.args.slice(0, 2)).toEqual(['buildx', 'build'])
    expect(exec.commands[0]?.environment).toEqual({
      PATH: '/bin',
      BUILDX_METADATA_PROVENANCE: 'disabled',
      BUILDX_METADATA_WARNINGS: 'true',
      TTY_DISPLAY_RATE: '20',
    })
  })

  test('hands over secrets in private files only, masked, and gone afterwards', async () => {
    const seen: [string, number | undefined][] = []
    const { ports, exec, files, log } = setUp([
      (command, files) => {
        for (const path of [0, 1].map((index) => `/tmp/folder-1/secret-${index}`))
          seen.push([new TextDecoder().decode(files.contents.get(path)), files.modes.get(path)])
        return succeed(command, files)
      },
    ])
    await build(REQUEST, ports)
    expect(seen).toEqual([
      ['hunter2', 0o600],
      ['line 1\nline 2', 0o600],
    ])
    expect(JSON.stringify(exec.commands)).not.toContain('hunter2')
    expect(log.secrets).toEqual(['hunter2', 'line 1\nline 2'])
    expect([...files.contents.keys()]).toEqual(['./Dockerfile'])
  })

  test('passes output on as it comes', async () => {
    const { ports, log } = setUp([
      (command, files) => {
        print(command, '#1 one\n')
        expect(log.lines).toEqual(['foreign: #1 one\n'])
        return succeed(command, files)
      },
    ])
    await build(REQUEST, ports)
  })

  test('says how far the push is', async () => {
    const told: string[] = []
    const { ports } = setUp([
      (command, files) => {
        print(command, '#5 exporting layers\n')
        told.push('exported')
        print(command, '#5 pushing layers\n')
        print(command, '#5 DONE 0.1s\n')
        return succeed(command, files)
      },
    ])
    await build(REQUEST, ports, (moment) => told.push(moment))
    expect(told).toEqual(['exported', 'begun', 'done'])
  })

  test.each([
    ['findings', 1, FOUND, ['R']],
    ['nothing found', 0, { 'result.json': { warnings: null } }, []],
  ])('that only checks gives %s', async (_, code, metadata, rules) => {
    const { ports } = setUp([ending(leaving(metadata), code)])
    const { digest, findings } = await build({ call: 'check', push: true }, ports)
    expect({ digest, rules: findings.map(({ rule }) => rule) }).toEqual({
      digest: undefined,
      rules,
    })
  })
})

describe('a build that fails', () => {
  const failures: readonly [string, Run, object][] = [
    [
      'with words',
      failing('ERROR: failed to build: bad\n'),
      { code: 'build', message: 'Cannot build r/acme/app:1: bad' },
    ],
    [
      'without a word',
      () => ({ code: 137 }),
      { code: 'build', message: expect.stringContaining('exit code 137') },
    ],
    ['by a signal', () => ({ code: null, signal: 'SIGKILL' }), { code: 'build' }],
    [
      'showing a secret',
      failing('ERROR: no hunter2\n'),
      { message: 'Cannot build r/acme/app:1: no ***' },
    ],
    ['and leaves a digest all the same', ending(succeed, 1), { code: 'build' }],
    ['to say what it pushed', leaving({}), { code: 'push' }],
    ['to say it in a digest', leaving({ 'containerimage.digest': 'sha256:1' }), { code: 'push' }],
    ['to leave its metadata', () => ({ code: 0 }), { code: 'push' }],
    ['though it found something too', ending(leaving(FOUND), 1), { code: 'build' }],
  ]

  test.each(failures)('%s', async (_, buildx, expected) => {
    const { ports, files } = setUp([buildx])
    await expect(build(REQUEST, ports)).rejects.toMatchObject(expected)
    expect([...files.contents.keys()]).toEqual(['./Dockerfile'])
  })

  test('is one with `call: build` as well', async () => {
    const { ports } = setUp([leaving({})])
    await expect(build({ ...REQUEST, call: 'build' }, ports)).rejects.toMatchObject({
      code: 'push',
    })
  })

  test('because there is no docker', async () => {
    const { ports } = setUp([
      () => {
        throw Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' })
      },
    ])
    await expect(build(REQUEST, ports)).rejects.toMatchObject({ code: 'docker' })
  })

  test('before it began: buildx is not started', async () => {
    const { ports, exec } = setUp([succeed])
    await expect(build({ context: 'nope' }, ports)).rejects.toMatchObject({ code: 'input' })
    expect(exec.commands).toEqual([])
  })
})

describe('a build that is stopped', () => {
  const stopped = new ReleaseError('cancelled', 'The run was stopped by SIGTERM')

  test.each<[string, () => Partial<Exit>]>([
    ['ends by itself', () => ({ code: 130 })],
    ['is ended', () => ({ code: null, signal: 'SIGTERM' })],
    [
      'is ended and rejects',
      () => {
        throw stopped
      },
    ],
    ['was just done', () => ({ code: 0 })],
  ])('and %s tells why it was stopped', async (_, end) => {
    const controller = new AbortController()
    const { ports, exec } = setUp(
      [
        () => {
          controller.abort(stopped)
          return end()
        },
      ],
      { signal: controller.signal },
    )
    await expect(build(REQUEST, ports)).rejects.toBe(stopped)
    expect(exec.commands[0]?.signal).toBe(controller.signal)
  })
})
