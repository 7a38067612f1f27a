import { describe, expect, test } from '@jest/globals'
import { metadataPath } from '../../src/buildx/args.ts'
import { type BuildPorts, build } from '../../src/buildx/build.ts'
import { ReleaseError } from '../../src/errors.ts'
import type { Command, Exit } from '../../src/ports.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const REQUEST = { push: true, tags: ['r/acme/app:1'], secrets: ['A=hunter2', 'B=line 1\nline 2'] }

/** A buildx that behaves as told, and the world around it. */
function world(
  buildx: (command: Command, files: MemoryFiles) => Partial<Exit>,
  signal?: AbortSignal,
) {
  const files = new MemoryFiles({ './Dockerfile': '' })
  const exec = fakeExec((command) => buildx(command, files))
  const log = new MemoryLog()
  const environment = {
    PATH: '/bin',
    BUILDKIT_PROGRESS: 'quiet',
    'INPUT_REGISTRY-PASSWORD': 'hunter22',
  }
  const ports: BuildPorts = {
    exec,
    files,
    log,
    clock: new VirtualClock(),
    environment,
    ...(signal ? { signal } : {}),
  }
  return { ports, exec, files, log }
}

function leave(files: MemoryFiles, metadata: object): Partial<Exit> {
  files.contents.set(
    metadataPath('/tmp/folder-1'),
    new TextEncoder().encode(JSON.stringify(metadata)),
  )
  return { code: 0 }
}

const FOUND = { 'result.json': { warnings: [{ ruleName: 'R', detail: 'd' }] } }

const succeed = (_: Command, files: MemoryFiles) =>
  leave(files, { 'containerimage.digest': DIGEST })

function print(command: Command, text: string): void {
  command.onOutput?.(new TextEncoder().encode(text), 'stderr')
}

function fail(words: string): (command: Command) => Partial<Exit> {
  return (command) => {
    print(command, words)
    return { code: 1 }
  }
}

describe('a build', () => {
  test('runs buildx once, without a shell, and gives the digest', async () => {
    const { ports, exec } = world(succeed)
    await expect(build(REQUEST, ports)).resolves.toMatchObject({ digest: DIGEST, findings: [] })
    expect(exec.commands).toHaveLength(1)
    expect(exec.commands[0]).toMatchObject({
      file: 'docker',
      environment: { PATH: '/bin', BUILDX_METADATA_PROVENANCE: 'disabled' },
    })
    expect(exec.commands[0]?.args.slice(0, 2)).toEqual(['buildx', 'build'])
    expect(exec.commands[0]?.environment).not.toHaveProperty('INPUT_REGISTRY-PASSWORD')
  })

  test('hands over secrets in private files only, masked, and gone afterwards', async () => {
    const modes: (number | undefined)[] = []
    const seen: (string | undefined)[] = []
    const { ports, exec, files, log } = world((command, files) => {
      for (const index of [0, 1])
        seen.push(new TextDecoder().decode(files.contents.get(`/tmp/folder-1/secret-${index}`)))
      return succeed(command, files)
    })
    const write = files.write.bind(files)
    files.write = (path, content, mode?: number) => {
      modes.push(mode)
      return write(path, content)
    }
    await build(REQUEST, ports)
    expect(seen).toEqual(['hunter2', 'line 1\nline 2'])
    expect(modes).toEqual([0o600, 0o600])
    expect(JSON.stringify(exec.commands)).not.toContain('hunter2')
    expect(log.secrets).toEqual(['hunter2', 'line 1\nline 2'])
    expect([...files.contents.keys()]).toEqual(['./Dockerfile'])
  })

  test('passes output on as it comes', async () => {
    const { ports, log } = world((command, files) => {
      print(command, '#1 one\n')
      expect(log.lines).toEqual(['foreign: #1 one\n'])
      return succeed(command, files)
    })
    await build(REQUEST, ports)
  })

  test('says how far the push is', async () => {
    const told: string[] = []
    const { ports } = world((command, files) => {
      print(command, '#5 exporting layers\n')
      told.push('exported')
      print(command, '#5 pushing layers\n')
      print(command, '#5 DONE 0.1s\n')
      return succeed(command, files)
    })
    await build(REQUEST, ports, (moment) => told.push(moment))
    expect(told).toEqual(['exported', 'begun', 'done'])
  })

  test.each([
    ['findings', 1, FOUND, ['R']],
    ['nothing found', 0, { 'result.json': { warnings: null } }, []],
  ])('that only checks gives %s', async (_, code, metadata, rules) => {
    const { ports } = world((_, files) => ({ ...leave(files, metadata), code }))
    const { digest, findings } = await build({ call: 'check', push: true }, ports)
    expect({ digest, rules: findings.map(({ rule }) => rule) }).toEqual({
      digest: undefined,
      rules,
    })
  })
})

describe('a build that fails', () => {
  const failures: readonly [
    string,
    (command: Command, files: MemoryFiles) => Partial<Exit>,
    object,
  ][] = [
    [
      'with words',
      fail('ERROR: failed to build: bad\n'),
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
      fail('ERROR: no hunter2\n'),
      { message: 'Cannot build r/acme/app:1: no ***' },
    ],
    [
      'and leaves a digest all the same',
      (command, files) => ({ ...succeed(command, files), code: 1 }),
      { code: 'build' },
    ],
    ['to say what it pushed', (_, files) => leave(files, {}), { code: 'push' }],
    [
      'to say it in a digest',
      (_, files) => leave(files, { 'containerimage.digest': 'sha256:1' }),
      { code: 'push' },
    ],
    ['to leave its metadata', () => ({ code: 0 }), { code: 'push' }],
    [
      'though it found something too',
      (_, files) => ({ ...leave(files, FOUND), code: 1 }),
      { code: 'build' },
    ],
  ]

  test.each(failures)('%s', async (_, buildx, expected) => {
    const { ports, files } = world(buildx)
    await expect(build(REQUEST, ports)).rejects.toMatchObject(expected)
    expect([...files.contents.keys()]).toEqual(['./Dockerfile'])
  })

  test('is one with `call: build` as well', async () => {
    const { ports } = world((_, files) => leave(files, {}))
    await expect(build({ ...REQUEST, call: 'build' }, ports)).rejects.toMatchObject({
      code: 'push',
    })
  })

  test('because there is no docker', async () => {
    const { ports } = world(() => {
      throw Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' })
    })
    await expect(build(REQUEST, ports)).rejects.toMatchObject({ code: 'docker' })
  })

  test('before it began: buildx is not started', async () => {
    const { ports, exec } = world(succeed)
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
    const { ports, exec } = world(() => {
      controller.abort(stopped)
      return end()
    }, controller.signal)
    await expect(build(REQUEST, ports)).rejects.toBe(stopped)
    expect(exec.commands[0]?.signal).toBe(controller.signal)
  })
})
