import { describe, expect, test } from '@jest/globals'
import { dispatchEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import { digestOf } from '../../src/oci/digest.ts'
import type { World } from '../../src/operations/operation.ts'
import { recordRun } from '../../src/operations/record-run.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { fakeRegistry, routeHosts } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

const SHA = 'a'.repeat(40)
const IMAGE = 'localhost:5000/acme/train'

interface Setting {
  readonly platforms?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** What Git says is changed; undefined: no work tree. */
  readonly status?: string | undefined
  readonly environment?: Readonly<Record<string, string>>
}

const sha256 = (text: string) => digestOf(new TextEncoder().encode(text)).slice('sha256:'.length)

function stage(setting: Setting = {}) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock })
  const { platforms = ['linux/amd64', 'linux/arm64'] } = setting
  const image = registry.addImage('acme/train', { tags: ['1.0'], platforms })
  /** What MLflow got, and what it answers next. */
  const posts: { url: string; headers: object; body: Record<string, string> }[] = []
  const answers: (number | 'broken')[] = []
  const mlflow: World['http'] = async ({ url, headers, body }) => {
    posts.push({ url, headers, body: JSON.parse(new TextDecoder().decode(body as Uint8Array)) })
    const status = answers.shift() ?? 200
    if (status === 'broken') throw Object.assign(new Error('hang up'), { code: 'ECONNRESET' })
    return { status, headers: {}, body: emptyBody() }
  }
  const log = new MemoryLog()
  const files = new MemoryFiles(setting.files)
  const exec = fakeExec(({ file, args }) => {
    if (file === 'uname') return { stdout: 'x86_64\n' }
    const isTree = !('status' in setting) || setting.status !== undefined
    if (file !== 'git' || !isTree) return { code: 128 }
    return { stdout: args[0] === 'status' ? (setting.status ?? '') : `${SHA}\n` }
  })
  const run = async (given: Readonly<Record<string, string>> = {}) => {
    const outputs: Record<string, string> = {}
    const { environment, payload } = dispatchEvent({ sha: 'b'.repeat(40) })
    const world: World = {
      http: routeHosts({ 'localhost:5000': registry, 'mlflow.test': { http: mlflow } }),
      exec,
      files,
      clock,
      log,
      environment: { ...environment, HOME: '/home', ...setting.environment },
      event: parseEvent({ environment, payload }),
      isCommandLine: false,
      signal: new AbortController().signal,
      match: matchText,
      github: () => async () => ({ status: 200, data: {}, headers: {} }),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async () => {},
    }
    const all: Readonly<Record<string, string>> = { image: `${IMAGE}:1.0`, ...given }
    const error = await Promise.resolve()
      .then(() =>
        recordRun.run(readInputs(recordRun.inputs, { given: (name) => all[name] }), world),
      )
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    return { outputs, error, record: outputs['json'] ? JSON.parse(outputs['json']) : undefined }
  }
  return { image, posts, answers, log, files, exec, run, registry }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

test('the whole record', async () => {
  const { run, image, files } = stage({
    files: { 'data/train.csv': 'x', 'out/model.bin': 'y', 'more/a': '1' },
    status: '',
  })
  const { outputs, error } = await run({
    datasets: `train=data/train.csv\nmore=more\nweb=https://x.test/d.tar#sha256:${'c'.repeat(64)}\nbase=v3`,
    command: 'python train.py --lr 0.1',
    parameters: 'lr=0.1\nnote=a = b',
    artifacts: 'model=out/model.bin',
    'run-args': '--gpus all\n--shm-size 1g',
  })
  expect(error).toBeUndefined()
  const written = new TextDecoder().decode(await files.read('run-record.json'))
  expect(JSON.parse(written)).toEqual({
    schema: 1,
    image: { reference: `${IMAGE}:1.0`, digest: image.digest, platform: 'linux/amd64' },
    source: { repository: 'https://github.com/acme/app', revision: SHA, dirty: false },
    datasets: [
      { name: 'train', path: 'data/train.csv', sha256: sha256('x') },
      { name: 'more', path: 'more', sha256: sha256(`${sha256('1')}  ./a\n`) },
      { name: 'web', uri: 'https://x.test/d.tar', sha256: 'c'.repeat(64) },
      { name: 'base', version: 'v3', unverifiable: true },
    ],
    command: 'python train.py --lr 0.1',
    parameters: { lr: '0.1', note: 'a = b' },
    artifacts: [{ name: 'model', path: 'out/model.bin', sha256: sha256('y') }],
    runArgs: ['--gpus', 'all', '--shm-size', '1g'],
    workdir: '/workspace',
    run: 'https://github.com/acme/app/actions/runs/1',
    at: '2026-01-01T00:00:00.000Z',
  })
  expect(outputs).toMatchObject({
    record: 'run-record.json',
    script: 'rerun.sh',
    digest: image.digest,
    image: `${IMAGE}@${image.digest}`,
    platform: 'linux/amd64',
    json: JSON.stringify(JSON.parse(written)),
  })
  expect(await files.mode('rerun.sh')).toBe(0o755)
})

// name, what Git says, the source that is recorded
test.each<[string, string | undefined, object]>([
  ['a clean work tree', '', { revision: SHA, dirty: false }],
  ['a dirty one', ' M train.py\n', { revision: SHA, dirty: true }],
  ["none: the event's commit", undefined, { revision: 'b'.repeat(40) }],
])('the source: %s', async (_, status, source) => {
  const { run, log } = stage({ status })
  const repository = 'https://github.com/acme/app'
  expect((await run()).record.source).toEqual({ repository, ...source })
  const isKnown = 'dirty' in source
  expect(log.lines.filter((line) => line.startsWith('notice: No Git work tree'))).toHaveLength(
    isKnown ? 0 : 1,
  )
})

test('data, results and what we write make no work tree dirty', async () => {
  const { run, exec } = stage({ files: { 'data/x': '', '/abs/y': '', '../z': '' } })
  await run({ datasets: 'x=data/x\ny=/abs/y\nz=../z' })
  expect(exec.commands.find(({ args }) => args[0] === 'status')?.args.slice(4)).toEqual([
    ':(exclude,literal)run-record.json',
    ':(exclude,literal)rerun.sh',
    ':(exclude,literal)data/x',
  ])
})

// name, the image's platforms, RUNNER_ARCH, input, the platform
test.each<[string, string[], string, string, string]>([
  ["the runner's", ['linux/amd64', 'linux/arm64'], 'ARM64', '', 'linux/arm64'],
  ["the machine's", ['linux/amd64', 'linux/arm64'], '', '', 'linux/amd64'],
  ['the only one', ['linux/riscv64'], 'X64', '', 'linux/riscv64'],
  ['the named one', ['linux/amd64', 'linux/arm64'], 'X64', 'linux/arm64/v8', 'linux/arm64'],
])('the platform: %s', async (_, platforms, RUNNER_ARCH, platform, expected) => {
  const { run } = stage({ platforms, environment: { RUNNER_ARCH } })
  expect((await run({ platform })).outputs['platform']).toBe(expected)
})

// name, inputs, the error
test.each<[string, Record<string, string>, object]>([
  [
    'a command whose quote is open',
    { image: `${IMAGE}:1.0`, command: 'echo "x' },
    { message: expect.stringMatching(/^command: .* has a quote that is not closed$/) },
  ],
  [
    'an address with a login',
    { image: `${IMAGE}:1.0`, datasets: `a=https://me:s3cret@data.test/f#sha256:${'a'.repeat(64)}` },
    { message: 'datasets: a is an address with a login in it, which would be recorded' },
  ],
  ['no image', { image: '' }, { code: 'input' }],
  ['an image without tag', { image: IMAGE }, { message: expect.stringContaining('neither a tag') }],
  ['an image that is not there', { image: `${IMAGE}:2` }, { message: `Cannot find ${IMAGE}:2` }],
  [
    'a platform it has not',
    { platform: 'linux/s390x' },
    { message: 'platform: the image is for linux/amd64, linux/arm64, not for linux/s390x' },
  ],
  [
    'data that is not there',
    { datasets: 'a=data/a' },
    { message: 'datasets: a: there is no data/a' },
  ],
  [
    'a result that is not there',
    { artifacts: 'm=m.bin' },
    { message: 'artifacts: m: there is no m.bin' },
  ],
  ['a path that cannot be mounted', { datasets: 'a=x,y' }, { code: 'input' }],
  ['a name that is none', { datasets: '$(x)=y' }, { code: 'input' }],
  ['run-args that take a shell', { 'run-args': '-v $PWD:/x' }, { code: 'input' }],
])('refuses %s', async (_, inputs, expected) => {
  const { run, files } = stage()
  expect((await run(inputs)).error).toMatchObject(expected)
  expect([...files.contents.keys()]).toEqual([])
})

test('a dry run writes nothing', async () => {
  const { run, files, posts } = stage()
  const { outputs } = await run({
    'dry-run': 'true',
    'metrics-uri': 'http://mlflow.test',
    'run-id': 'r',
  })
  expect(JSON.parse(outputs['plan'] ?? '')).toMatchObject({ schema: 1 })
  expect([[...files.contents.keys()], posts]).toEqual([[], []])
})

describe('at MLflow', () => {
  const mlflow = { 'metrics-uri': 'http://mlflow.test/base/', 'run-id': 'r1' }

  test('digest, commit and data are tags of the run', async () => {
    const { run, posts, image } = stage({ files: { d: 'x' } })
    await run({ ...mlflow, datasets: 'd=d\nv=v3' })
    expect(new Set(posts.map(({ url }) => url))).toEqual(
      new Set(['http://mlflow.test/base/api/2.0/mlflow/runs/set-tag']),
    )
    expect(posts.every(({ body }) => body['run_id'] === 'r1')).toBe(true)
    expect(Object.fromEntries(posts.map(({ body }) => [body['key'], body['value']]))).toEqual({
      'image-release.image': `${IMAGE}@${image.digest}`,
      'image-release.digest': image.digest,
      'image-release.platform': 'linux/amd64',
      'image-release.revision': SHA,
      'image-release.dirty': 'false',
      'image-release.dataset.d': `sha256:${sha256('x')}`,
      'image-release.dataset.v': 'v3',
      'mlflow.docker.image.uri': `${IMAGE}@${image.digest}`,
      'mlflow.source.git.commit': SHA,
    })
  })

  test('what passes is tried again', async () => {
    const { run, posts, answers, log } = stage()
    answers.push(503, 'broken', 429)
    await run(mlflow)
    expect(posts.slice(0, 4).map(({ body }) => body['key'])).toEqual(
      Array(4).fill('image-release.image'),
    )
    expect(log.lines).toContain('info: Tagged run r1 at MLflow')
  })

  // name, inputs, answers, the warning, requests
  test.each<[string, Record<string, string>, (number | 'broken')[], RegExp, number]>([
    ['down', mlflow, [500, 500, 500, 500], /mlflow.test answered 500/, 4],
    ['refusing', mlflow, [404], /mlflow.test answered 404/, 1],
    ['unreachable', mlflow, Array(4).fill('broken'), /did not answer: hang up/, 4],
    ['not on http', { ...mlflow, 'metrics-uri': 'databricks' }, [], /no http or https/, 0],
    ['not told the run', { ...mlflow, 'run-id': '' }, [], /run-id is empty/, 0],
  ])('%s: a warning, never a failure', async (_, inputs, given, warning, requests) => {
    const { run, posts, answers, log } = stage()
    answers.push(...given)
    const { error, outputs } = await run(inputs)
    expect([error, outputs['script']]).toEqual([undefined, 'rerun.sh'])
    expect(log.lines.find((line) => line.startsWith('warning'))).toMatch(warning)
    expect(posts).toHaveLength(requests)
  })

  // name, environment, address, header
  test.each([
    ['a token', { MLFLOW_TRACKING_TOKEN: 's3cret' }, 'mlflow.test', 'Bearer s3cret'],
    [
      'a user',
      { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 's3cret' },
      'mlflow.test',
      `Basic ${btoa('u:s3cret')}`,
    ],
    ['the address', {}, 'u:s3cret@mlflow.test', `Basic ${btoa('u:s3cret')}`],
  ])('logs in with %s, and keeps it to itself', async (_, environment, host, authorization) => {
    const { run, posts, log } = stage({ environment })
    await run({ ...mlflow, 'metrics-uri': `http://${host}` })
    expect(posts[0]).toMatchObject({
      url: 'http://mlflow.test/api/2.0/mlflow/runs/set-tag',
      headers: { authorization },
    })
    expect(log.secrets).toContain('s3cret')
    expect(log.lines.join('\n')).not.toContain('s3cret')
  })
})
