// Secrets planted wherever a run meets some, and a registry, a GitHub, helpers and a Dockerfile
// that repeat all they are told, with the debug log on: none is found in anything that a run
// leaves.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { dispatchEvent, pullRequestEvent, releaseEvent } from '../../scripts/stage/events.js'
import { TOKEN } from '../../scripts/stage/github.js'
import type { ActionCall, ActionResult } from '../../scripts/stage/runner.js'
import { type Served, serve } from '../fakes/serve.ts'
import { addTools } from './harness-buildx.ts'
import { MINTED, repeatingRegistry } from './repeating-registry.ts'
import { type App, EMPTY_PATH, errorsOf, expectSuccess, openStage } from './stage.ts'

const stage = openStage()

/** Written otherwise in an address, in JSON, in Markdown and in base64. */
const plant = (place: string) => `s3cr_t*of-${place}/+&"<|>`
const [PASSWORD, LOGIN, IDENTITY, HELPER] = ['input', 'config', 'variable', 'helper'].map(plant)
const [VALUE, VARIABLE, FILE] = ['secrets', 'secret-envs', 'secret-files'].map(plant)
const COMPLAINT = 'complaint-of-the-helper'
const [IN_ADDRESS, TRACKING] = ['userinfo-of-an-address', 'tracking-token-of-mlflow']
/** buildx has its own, of which nobody tells us. */
const FOREIGN = 'token-minted-for-buildx-alone'
const PLANTED = [PASSWORD, LOGIN, IDENTITY, HELPER, COMPLAINT, VALUE, VARIABLE, FILE, IN_ADDRESS]
  .concat(TRACKING, MINTED, FOREIGN, TOKEN)
  .filter((secret) => secret !== undefined)

const base64 = (secret: string) => Buffer.from(secret).toString('base64').slice(0, -4)
/** As others write them. */
const SPELLED = PLANTED.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  secret.replaceAll('_', '&#95;').replaceAll('*', '&#42;'),
  ...[secret, `me:${secret}`, `<token>:${secret}`].map(base64),
])

let registry: Served
const folder = mkdtempSync(join(tmpdir(), 'image-release-secrets-'))
beforeAll(async () => {
  registry = await serve(repeatingRegistry)
})
afterAll(async () => {
  await registry.close()
  rmSync(folder, { recursive: true })
})

function helperPath(script: string): string {
  const place = mkdtempSync(join(folder, 'helper-'))
  writeFileSync(join(place, 'docker-credential-planted'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(place, 'docker-credential-planted'), 0o755)
  return `${place}:/usr/bin:/bin`
}

function dockerConfig(config: object): string {
  const place = mkdtempSync(join(folder, 'docker-'))
  writeFileSync(join(place, 'config.json'), JSON.stringify(config))
  return place
}

function filesIn(place: string): string {
  const entries = readdirSync(place, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))).join('\n')
}

/** Runs it with the debug log on, and finds no secret in what it printed, set, wrote and left. */
async function runUnseen(app: App, call: Omit<ActionCall, 'workspace'>): Promise<ActionResult> {
  const temporary = mkdtempSync(join(folder, 'temporary-'))
  const result = await app.run({
    ...call,
    environment: { RUNNER_DEBUG: '1', RUNNER_TEMP: temporary, ...call.environment },
  })
  const traces = {
    log: result.log.replace(/^::add-mask::.*$/gm, ''),
    outputs: JSON.stringify(result.outputs, null, 1),
    summary: result.summary,
    comments: stage.repository.comments.map(({ body }) => body).join('\n'),
    left: filesIn(temporary),
    workspace: filesIn(app.folder),
  }
  for (const [place, trace] of Object.entries(traces))
    expect([place, SPELLED.filter((secret) => trace.includes(secret))]).toEqual([place, []])
  return result
}

const masksOf = ({ commands }: ActionResult) =>
  commands.flatMap(({ name, text }) => (name === 'add-mask' ? [text] : []))

const auths = (entry: object) => ({ auths: { [registry.host]: entry } })
const store = { credsStore: 'planted' }
const gives = `echo '${COMPLAINT}' >&2; echo '${JSON.stringify({ Username: 'me', Secret: HELPER })}'`

// name, image, inputs, environment, masked
test.concurrent.each<
  [string, string, Record<string, string>, () => Record<string, string>, unknown[]]
>([
  [
    'the inputs',
    'acme/app',
    { 'registry-username': 'me', 'registry-password': PASSWORD ?? '' },
    () => ({ DOCKER_CONFIG: dockerConfig({}) }),
    [PASSWORD, ...MINTED],
  ],
  [
    'a login',
    'acme/basic',
    {},
    () => ({ DOCKER_CONFIG: dockerConfig(auths({ auth: btoa(`me:${LOGIN}`) })) }),
    [LOGIN, btoa(`me:${LOGIN}`)],
  ],
  [
    'a variable',
    'acme/app',
    {},
    () => ({ DOCKER_AUTH_CONFIG: JSON.stringify(auths({ identitytoken: IDENTITY })) }),
    [IDENTITY],
  ],
  [
    'a helper',
    'acme/app',
    {},
    () => ({ DOCKER_CONFIG: dockerConfig(store), PATH: helperPath(gives) }),
    [HELPER, ...MINTED],
  ],
  [
    'a helper that fails',
    'acme/app',
    {},
    () => ({ DOCKER_CONFIG: dockerConfig(store), PATH: helperPath(`${gives}; exit 1`) }),
    [],
  ],
])(
  'a login from %s, repeated by a registry that refuses it',
  async (_, name, inputs, environment, masked) => {
    const app = stage.app()
    const result = await runUnseen(app, {
      event: releaseEvent({ sha: app.sha, tag: 'v1.4.2' }),
      inputs: { images: `${registry.host}/${name}`, ...inputs },
      environment: { PATH: EMPTY_PATH, ...environment() },
    })
    expect(errorsOf(result)).toEqual([expect.stringMatching(/^Cannot (read|get|list)/)])
    expect(masksOf(result)).toEqual(expect.arrayContaining([TOKEN, ...masked]))
  },
)

describe.each([
  ['succeeds', ''],
  ['fails', '; exit 1'],
])('a build that prints its secrets and %s', (outcome, end) => {
  const NAMES = ['VALUE', 'VARIABLE', 'FILE']
  const mounts = NAMES.map((id) => `--mount=type=secret,id=${id}`).join(' ')

  test('shows none of them', async () => {
    const app = stage.app()
    const print = NAMES.map((id) => `cat /run/secrets/${id}; echo; cat /run/secrets/${id} >&2`)
    // Never cached: a cached step prints nothing.
    const run = `RUN --network=none ${mounts} : ${app.folder}; ${print.join('; ')}${end}`
    writeFileSync(join(app.folder, 'Dockerfile'), `${addTools(app.folder)}${run}\n`)
    const file = join(mkdtempSync(join(folder, 'file-')), 'file')
    writeFileSync(file, `{\n"key": "${FILE}"\n}\n`)
    // GitHub refuses the comment, with the token in its answer.
    stage.github.faults.push({
      call: 'POST /repos/acme/app/issues',
      status: 403,
      message: `no: ${TOKEN}`,
    })
    const result = await runUnseen(app, {
      event: pullRequestEvent({ sha: app.sha }),
      inputs: {
        images: app.image,
        secrets: `VALUE=${VALUE}`,
        'secret-envs': 'VARIABLE=PLANTED',
        'secret-files': `FILE=${file}`,
      },
      environment: { PLANTED: VARIABLE ?? '' },
    })
    expect(result.code).toBe(outcome === 'fails' ? 1 : 0)
    expect(result.log.match(/\*\*\*/g)?.length).toBeGreaterThan(5)
    expect(result.log).toContain(outcome === 'fails' ? 'Cannot build' : 'No comment written')
    expect(masksOf(result)).toEqual(expect.arrayContaining([TOKEN, VALUE, VARIABLE]))
    expect(masksOf(result)).not.toContain('{')
  })
})

test('an address with a password, and the header of a token nobody told us of', async () => {
  const app = stage.app()
  const header = `authorization: Bearer ${FOREIGN}`
  const PATH = stage.dockerPath(
    `for context; do :; done; echo "ERROR: $context ${header}" >&2; exit 1`,
  )
  const result = await runUnseen(app, {
    event: releaseEvent({ sha: app.sha, tag: 'v1.4.2' }),
    inputs: { images: app.image, context: `https://me:${IN_ADDRESS}@127.0.0.1:9/app.git` },
    environment: { PATH },
  })
  expect(errorsOf(result)).toEqual([expect.stringContaining('https://***@127.0.0.1:9/app.git')])
})

test('a metrics server that repeats its login', async () => {
  const app = stage.app()
  const built = await app.release({ event: dispatchEvent({ sha: app.sha }) })
  const record = (metrics: string, environment = {}) =>
    runUnseen(app, {
      action: 'record-run',
      event: dispatchEvent({ sha: app.sha }),
      inputs: { image: built.outputs['image'] ?? '', 'metrics-uri': metrics, 'run-id': 'run' },
      environment,
    })
  for (const result of [
    await record(`http://me:${IN_ADDRESS}@${registry.host}/`),
    await record(registry.url, { MLFLOW_TRACKING_TOKEN: TRACKING }),
  ]) {
    expectSuccess(result)
    expect(result.log).toContain('answered 403')
  }
})
