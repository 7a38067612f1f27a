// Failures in buildx's own words: told with their code, their place and the next act.
import { describe, expect, test } from '@jest/globals'
import { explainFailure, explainStart } from '../../src/buildx/failure.ts'
import { captured } from './setup.ts'

const FAILED = { code: 1, signal: null }

function explain(output: string, more: Partial<Parameters<typeof explainFailure>[0]> = {}) {
  return explainFailure({ exit: FAILED, output, subject: 'SUBJECT', secrets: [], ...more })
}

const FAILURES: readonly (readonly [string, string, string, string])[] = [
  // captured output, code, begins with, hint speaks of
  ['noplugin', 'docker', 'Cannot build SUBJECT: unknown flag: --progress', 'setup-buildx-action'],
  ['unknownflag', 'docker', 'Cannot build SUBJECT: unknown flag: --shiny', 'too old'],
  [
    'nodaemon',
    'docker',
    'Cannot build SUBJECT: Cannot connect to the Docker daemon',
    'Start Docker',
  ],
  ['nobuilder', 'docker', 'Cannot build SUBJECT: no builder "nope" found', '`builder`'],
  ['classic-multi', 'docker', 'Cannot build SUBJECT: Multi-platform build', 'setup-buildx-action'],
  ['classic-prov', 'docker', 'Cannot build SUBJECT: Attestation is not', 'setup-buildx-action'],
  [
    'classic-load',
    'docker',
    'Cannot build SUBJECT: docker exporter does not',
    'containerd image store',
  ],
  ['push-by-digest', 'docker', 'Cannot build SUBJECT: push-by-digest is', 'setup-buildx-action'],
  ['index-annotation', 'build', 'Cannot build SUBJECT: index annotations not', '`annotations`'],
  ['no-dockerfile', 'build', 'Cannot build SUBJECT: failed to read dockerfile', 'actions/checkout'],
  ['no-context', 'build', 'Cannot build SUBJECT: unable to prepare context', 'actions/checkout'],
  ['same-name', 'build', 'Cannot build SUBJECT: image "localhost:5971', 'concurrency group'],
  ['no-target', 'build', 'Cannot build SUBJECT: target stage "nope"', '`target`'],
  [
    'no-platform',
    'build',
    'Cannot build SUBJECT: localhost:5971/acme/only-amd64:1: failed',
    '`platforms`',
  ],
  [
    'no-emulation',
    'build',
    'Cannot build SUBJECT: process "/bin/sh -c echo hi"',
    'setup-qemu-action',
  ],
  ['no-space', 'build', 'Cannot build SUBJECT: ResourceExhausted: write', 'Make room'],
  ['upper-case', 'build', 'Cannot build SUBJECT: invalid tag "LOCAL/App:1"', 'lower case'],
  ['no-secret', 'build', 'Cannot build SUBJECT: secret tok: not found', '`secret-files`'],
  [
    'no-base',
    'build',
    'Cannot build SUBJECT: localhost:5971/acme/nothere:1: failed',
    'name of the base',
  ],
  ['base-403json', 'build', 'Cannot build SUBJECT: localhost:6200/acme/base-403', 'login-action'],
  ['base-401', 'build', 'Cannot build SUBJECT: localhost:6200/acme/base-401', 'login-action'],
  ['base-429', 'build', 'Cannot build SUBJECT: localhost:6200/acme/base-429', 'anonymous pulls'],
  [
    'base-429html',
    'build',
    'Cannot build SUBJECT: localhost:6200/acme/base-429',
    'anonymous pulls',
  ],
  ['403json', 'push', 'Cannot push SUBJECT: denied: denied', '"packages: write"'],
  [
    '403write',
    'push',
    'Cannot push SUBJECT: denied: permission_denied: write_p',
    '"packages: write"',
  ],
  [
    '403org',
    'push',
    'Cannot push SUBJECT: denied: installation not allowed',
    'organization settings',
  ],
  [
    '403html',
    'push',
    'Cannot push SUBJECT: unexpected status from PUT request',
    '"packages: write"',
  ],
  [
    '403blob',
    'push',
    'Cannot push SUBJECT: unexpected status from POST request',
    '"packages: write"',
  ],
  ['401', 'push', 'Cannot push SUBJECT: unauthorized', 'does not know who'],
  ['429', 'push', 'Cannot push SUBJECT: toomanyrequests: retry-after: 515.0µs', 'again later'],
  ['429html', 'push', 'Cannot push SUBJECT: unexpected status from PUT request', 'again later'],
  ['500', 'push', 'Cannot push SUBJECT: unknown: boom', 'again later'],
  ['503html', 'push', 'Cannot push SUBJECT: unexpected status from PUT request', 'again later'],
  ['reset', 'push', 'Cannot push SUBJECT: failed commit on ref "index-sha256', 'again later'],
  ['refused', 'push', 'Cannot push SUBJECT: failed to do request: Head', 'can reach it'],
  ['dns', 'push', 'Cannot push SUBJECT: failed to do request: Head', 'can reach it'],
  ['immutable', 'push', 'Cannot push SUBJECT: unknown: tag 1 already exists', '`floating: false`'],
  ['immutable400', 'push', 'Cannot push SUBJECT: unknown: The image tag', '`floating: false`'],
  ['classic-403json', 'push', 'Cannot push SUBJECT: denied: denied', '"packages: write"'],
  ['classic-429', 'push', 'Cannot push SUBJECT: toomanyrequests', 'again later'],
  [
    'classic-500',
    'push',
    'Cannot push SUBJECT: received unexpected HTTP status: 500',
    'again later',
  ],
  ['classic-reset', 'push', 'Cannot push SUBJECT: Put "http://localhost:6086', 'again later'],
]

describe('what buildx printed', () => {
  test.each(FAILURES)('%s is told as %s', (name, code, beginning, hint) => {
    const error = explain(captured(`${name}.txt`))
    expect(error.code).toBe(code)
    expect(error.message.slice(0, beginning.length)).toBe(beginning)
    expect(error.hint).toContain(hint)
  })

  test('a failing instruction is shown with its output and its place, without progress', () => {
    const { message, hint } = explain(captured('run-failed.txt'))
    expect(message.split('\n')).toEqual([
      'Cannot build SUBJECT: process "/bin/sh -c echo working && busybox no-such-applet" did not complete successfully: exit code: 127',
      ' > [3/3] RUN echo working && busybox no-such-applet:',
      '0.076 working',
      '0.077 no-such-applet: applet not found',
      'Dockerfile:4',
      '   2 |     COPY sh /bin/sh',
      '   3 |     COPY sh /bin/busybox',
      '   4 | >>> RUN echo working && busybox no-such-applet',
      '   5 |',
    ])
    expect(hint).toBeUndefined()
  })

  test.each([
    'permission denied',
    '401 unauthorized',
    'connection refused',
    '429 Too Many Requests',
    'unexpected EOF',
    'x509: unknown authority',
  ])('what a RUN says of its own troubles is no word of the registry: %s', (words) => {
    const output = `------\n > [2/2] RUN ./x:\n0.1 ${words}\n------\nERROR: failed to build: failed to solve: process "./x" did not complete successfully: exit code: 1\n`
    expect(explain(output)).toMatchObject({ code: 'build', hint: undefined })
  })

  test.each([
    ['its exit code', captured('cancelled.txt'), { code: 130, signal: null }],
    ['SIGTERM', '', { code: null, signal: 'SIGTERM' }],
    ['SIGINT', '', { code: null, signal: 'SIGINT' }],
  ])('a build that was stopped is known by %s', (_, output, exit) => {
    const error = explain(output, { exit })
    expect(error).toMatchObject({ code: 'cancelled', message: 'Building SUBJECT was stopped' })
  })

  test.each([
    ['an exit code', { code: 137, signal: null }, 'buildx ended with exit code 137'],
    ['a signal', { code: null, signal: 'SIGKILL' }, 'buildx was ended by SIGKILL'],
  ])('silence and %s is a failure that says so', (_, exit, words) => {
    const error = explain('', { exit })
    expect(error.message).toBe(`Cannot build SUBJECT: ${words} and said nothing about it`)
    expect(error.hint).toContain('out of memory')
  })
})

describe('hostile output', () => {
  const hostile =
    '\u001b[31mERROR: failed to build: \u001b[1mbad\u001b[0m\u0007\u202e\r\n::set-output name=x::y'

  test('colours and controls do not reach the message', () => {
    const { message } = explain(hostile)
    expect(message).toBe('Cannot build SUBJECT: bad\n::set-output name=x::y')
  })

  test.each([
    ['whole', 'hunter2', 'token hunter2 refused'],
    ['in colours', 'hunter2', 'token hun\u001b[1mter2 refused'],
    ['line by line', 'first line\nhunter2\n', 'token hunter2 refused'],
    ['beside a shorter one that it holds', 'hunter2', 'token hunter2 refused', 'hunter'],
  ])('a secret is removed: %s', (_, secret, printed, ...others) => {
    const { message } = explain(`ERROR: ${printed}`, { secrets: [...others, secret] })
    expect(message).toBe('Cannot build SUBJECT: token *** refused')
  })

  test('endless lines are cut', () => {
    const { message } = explain(`ERROR: ${'x'.repeat(100_000)}\n`.repeat(50))
    expect(message.length).toBeLessThan(12_000)
  })
})

describe('a child that never ran', () => {
  test.each([
    [
      'no docker',
      Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' }),
      'no such program',
    ],
    ['no right', Object.assign(new Error('spawn docker EACCES'), { code: 'EACCES' }), 'EACCES'],
  ])('%s', (_, cause, words) => {
    const error = explainStart(cause)
    expect(error).toMatchObject({ code: 'docker', cause })
    expect(error.message).toContain(words)
    expect(error.hint).toContain('Install Docker')
  })
})
