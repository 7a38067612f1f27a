// Pushes: made again while their failure may pass, ended when they hang.
import { describe, expect, test } from '@jest/globals'
import { buildAndPush, waitBeforeRerun } from '../../src/buildx/push.ts'
import { ReleaseError } from '../../src/errors.ts'
import { captured, DIGEST, failing, print, type Run, setUp, succeed } from './setup.ts'

const REQUEST = { push: true, tags: ['r/acme/app:1'] }
const LIMITS = { pushTimeoutMinutes: 30 }

const failure = (name: string) => failing(captured(`${name}.txt`))

/** A registry that never answers: buildx pushes until it is told to end. */
const SILENCE: Run = (command) => {
  print(command, '#5 pushing layers\n')
  return new Promise((_, reject) => {
    command.signal?.addEventListener('abort', () => reject(command.signal?.reason))
  })
}

describe('a push that fails for the moment', () => {
  test.each([
    '429',
    '429html',
    '403json',
    '403html',
    '403blob',
    '500',
    '503html',
    'reset',
    'refused',
    'classic-429',
    'classic-500',
    'classic-reset',
  ])('is made again after %s', async (name) => {
    const { ports, exec, log } = setUp([failure(name), succeed])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).resolves.toMatchObject({ digest: DIGEST })
    expect(exec.commands).toHaveLength(2)
    const warnings = log.lines.filter((line) => line.startsWith('warning: Cannot push'))
    expect(warnings).toEqual([expect.stringContaining('Pushing again in 4 s.')])
  })

  test('is made again where another build exported the same name at that moment', async () => {
    const { ports, exec, log } = setUp([failure('same-name'), succeed])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).resolves.toMatchObject({ digest: DIGEST })
    expect(exec.commands).toHaveLength(2)
    expect(log.lines).toContain(
      'warning: Cannot build r/acme/app:1: image "localhost:5971/acme/app:1": already exists\nBuilding again in 4 s.',
    )
  })

  test('is made four times in all, with longer and longer waits', async () => {
    const run = failure('503html')
    const { ports, exec, clock } = setUp([run, run, run, run])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).rejects.toMatchObject({ code: 'push' })
    expect(exec.commands).toHaveLength(4)
    const [first = 0, second = 0, third = 0] = clock.sleeps.filter((wait) => wait < 60_000)
    expect([first / 3000, second / 9000, third / 27_000].map(Math.floor)).toEqual([1, 1, 1])
  })

  test('does not build afresh again what was built', async () => {
    const fresh = { ...REQUEST, 'no-cache': true, 'no-cache-filters': ['a'], pull: true }
    const { ports, exec } = setUp([failure('500'), succeed])
    await buildAndPush(fresh, ports, LIMITS)
    const flags = exec.commands.map(({ args }) =>
      args.filter((arg) => /^--(no-cache|pull)/.test(arg)),
    )
    expect(flags).toEqual([['--no-cache', '--no-cache-filter=a', '--pull'], []])
  })
})

describe('a failure that will not pass', () => {
  test.each([
    '403write',
    '403org',
    '401',
    'immutable',
    'immutable400',
    'run-failed',
    'base-429',
    'nodaemon',
  ])('is told at once: %s', async (name) => {
    const { ports, exec } = setUp([failure(name)])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).rejects.toBeInstanceOf(ReleaseError)
    expect(exec.commands).toHaveLength(1)
  })
})

describe('a registry that never answers', () => {
  test('is given up on after the timeout and asked once more', async () => {
    const { ports, exec, clock } = setUp([SILENCE, succeed])
    const before = clock.now()
    await expect(buildAndPush(REQUEST, ports, LIMITS)).resolves.toMatchObject({ digest: DIGEST })
    expect(exec.commands).toHaveLength(2)
    expect(clock.now() - before).toBeGreaterThan(30 * 60_000)
    expect(clock.now() - before).toBeLessThan(31 * 60_000)
  })

  test('twice, is the failure', async () => {
    const { ports } = setUp([SILENCE, SILENCE])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).rejects.toMatchObject({
      code: 'push',
      message: 'Cannot push r/acme/app:1: not done after 30 minutes',
      hint: expect.stringContaining('`push-timeout`'),
    })
  })

  test('only the push is on the clock, neither the build before nor the cache after it', async () => {
    const { ports, clock } = setUp([
      async (command, files) => {
        await clock.sleep(5 * 3_600_000)
        print(command, '#5 pushing layers\n#5 DONE 1.0s\n#6 exporting cache\n')
        await clock.sleep(3_600_000)
        command.signal?.throwIfAborted()
        return succeed(command, files)
      },
    ])
    await expect(buildAndPush(REQUEST, ports, LIMITS)).resolves.toMatchObject({ digest: DIGEST })
  })
})

test('being stopped ends the wait for the next run', async () => {
  const controller = new AbortController()
  const stopped = new ReleaseError('cancelled', 'The run was stopped by SIGTERM')
  const { ports, log } = setUp([failure('500')])
  log.warning = () => controller.abort(stopped)
  const running = buildAndPush(REQUEST, { ...ports, signal: controller.signal }, LIMITS)
  await expect(running).rejects.toBe(stopped)
})

describe('the wait before the next run', () => {
  test.each([
    ['first', 'denied: denied', 1, 0, 3000],
    ['with its share of chance', 'denied: denied', 1, 1, 3750],
    ['second', 'denied: denied', 2, 0, 9000],
    ['none after the fourth', 'denied: denied', 4, 0, undefined],
    ['what the registry asks for', 'toomanyrequests: retry-after: 45s', 1, 0, 45_000],
    ['in minutes', '429 Too Many Requests: Retry-After: 1.5m', 1, 0, 90_000],
    ['but no longer than two minutes', '429 Too Many Requests: Retry-After: 3600', 1, 0, 120_000],
    ['nor shorter than our own', 'toomanyrequests: retry-after: 515.0µs', 1, 0, 3000],
    ['none for words we do not know', 'flux capacitor', 1, 0, undefined],
  ])('%s', (_, words, run, random, expected) => {
    const error = new ReleaseError('push', `Cannot push r/a:1: ${words}`)
    expect(waitBeforeRerun(error, run, random)).toBe(expected)
  })

  test.each([
    ['a build', new ReleaseError('build', 'Cannot build: denied: denied')],
    [
      'words of a RUN',
      new ReleaseError(
        'build',
        'Cannot build r/a:1: exit code: 1\n0.1 image "r/a:1": already exists',
      ),
    ],
    ['a fault of ours', new TypeError('denied: denied')],
  ])('none for %s', (_, error) => {
    expect(waitBeforeRerun(error, 1, 0)).toBeUndefined()
  })
})
