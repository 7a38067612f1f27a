// Where the defaults come from: the checkout or, in an empty workspace, the default branch.
import { describe, expect, test } from '@jest/globals'
import { pushEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { DEFAULTS_PATH } from '../../src/inputs/defaults-file.ts'
import { text, type Values } from '../../src/inputs/field.ts'
import { loadInputs } from '../../src/operations/load-inputs.ts'
import { defineOperation, type World } from '../../src/operations/operation.ts'
import type { GitHubResponse } from '../../src/ports.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

const INPUTS = { images: text({ summary: '' }), 'github-token': text({ summary: '' }) }
const operation = defineOperation({
  name: 'release',
  title: '',
  summary: '',
  inputs: INPUTS,
  outputs: {},
  permissions: [],
  run: async () => {},
})
const YAML = 'images: ghcr.io/acme/api\n'

interface Failure {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly message?: string
}

/** What a run in this workspace has, where GitHub fails so often before it answers. */
async function load(
  files: Record<string, string>,
  { failures = [], token = 'token' }: { failures?: readonly Failure[]; token?: string } = {},
) {
  const left = [...failures]
  const calls: string[] = []
  const github = async (route: string): Promise<GitHubResponse> => {
    calls.push(route)
    const failure = left.shift()
    if (!failure) return { status: 200, data: YAML, headers: {} }
    const { status, headers = {}, message = 'no' } = failure
    const response = { headers, data: { message } }
    throw Object.assign(new Error(message), status === undefined ? {} : { status, response })
  }
  const clock = new VirtualClock()
  const log = new MemoryLog()
  const { environment, payload } = pushEvent({ sha: 'a'.repeat(40) })
  const world: World = {
    http: () => Promise.reject(new Error('nobody is asked')),
    exec: fakeExec(() => ({ code: 1 })),
    files: new MemoryFiles(files),
    clock,
    log,
    environment: {},
    event: parseEvent({ environment, payload }),
    isCommandLine: false,
    signal: new AbortController().signal,
    match: () => undefined,
    github: () => github,
    output: () => {},
    summary: async () => {},
  }
  const given = (name: string) => (name === 'github-token' ? token : undefined)
  const loaded: Promise<Values<typeof INPUTS>> = loadInputs({
    operation,
    operations: [operation],
    given,
    world,
  })
  const [images, error] = await loaded.then(
    (values) => [values.images, undefined],
    (thrown: unknown) => [undefined, thrown],
  )
  return { images, error, calls, sleeps: clock.sleeps, lines: log.lines }
}

const FILE = { [`./${DEFAULTS_PATH}`]: 'images: ghcr.io/acme/checked-out\n' }

test('the checkout has the first word, and nobody is asked', async () => {
  expect(await load(FILE)).toMatchObject({ images: 'ghcr.io/acme/checked-out', calls: [] })
  expect(await load({ './readme': '' })).toMatchObject({ images: undefined, calls: [] })
  expect(await load({}, { token: '' })).toMatchObject({ images: undefined, calls: [] })
})

test('an empty workspace has those of the default branch', async () => {
  const { images, lines, calls } = await load({})
  expect(images).toBe('ghcr.io/acme/api')
  expect(calls).toEqual(['GET /repos/{owner}/{repo}/contents/{path}'])
  expect(lines).toContain(`info: Defaults from ${DEFAULTS_PATH} of acme/app's default branch`)
})

describe('where GitHub does not give it', () => {
  const limited = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }
  const WAY_OUT = 'Check the repository out before this step, or run the job again.'

  // name, failures, calls, waits, code and hint; none: it goes on without
  test.each<[string, Failure[], number, number, object | undefined]>([
    ['no such file', [{ status: 404 }], 1, 0, undefined],
    ['no leave to read it', [{ status: 403 }], 1, 0, undefined],
    ['no answer, twice', [{}, {}], 2, 1, { code: 'github', hint: WAY_OUT }],
    ['a failure of the server, twice', [{ status: 502 }, { status: 502 }], 2, 1, { hint: WAY_OUT }],
    ['a limit for the hour', [{ status: 403, headers: limited }], 1, 0, { hint: WAY_OUT }],
    ['a token that is none', [{ status: 401 }], 1, 0, { code: 'denied' }],
  ])('%s', async (_, failures, calls, waits, error) => {
    const found = await load({}, { failures })
    expect(found).toMatchObject({ images: undefined })
    expect(found.error).toEqual(error && expect.objectContaining(error))
    expect([found.calls.length, found.sleeps.length]).toEqual([calls, waits])
  })

  test('a failure that passes is waited for', async () => {
    const { images, error } = await load({}, { failures: [{ status: 500 }] })
    expect([images, error]).toEqual(['ghcr.io/acme/api', undefined])
  })
})
