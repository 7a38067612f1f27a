// What record-run records, and what it refuses to.
import { expect, test } from '@jest/globals'
import { EVENT_SHA, recordRunStage, SHA, sha256, TRAIN } from './record-run-stage.ts'

test('the whole record', async () => {
  const { run, image, files } = recordRunStage({
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
    image: { reference: `${TRAIN}:1.0`, digest: image.digest, platform: 'linux/amd64' },
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
    image: `${TRAIN}@${image.digest}`,
    platform: 'linux/amd64',
    json: JSON.stringify(JSON.parse(written)),
  })
  expect(await files.mode('rerun.sh')).toBe(0o755)
})

// name, what Git says, the source that is recorded
test.each<[string, string | undefined, object]>([
  ['a clean work tree', '', { revision: SHA, dirty: false }],
  ['a dirty one', ' M train.py\n', { revision: SHA, dirty: true }],
  ["none: the event's commit", undefined, { revision: EVENT_SHA }],
])('the source: %s', async (_, status, source) => {
  const { run, log } = recordRunStage({ status })
  const repository = 'https://github.com/acme/app'
  expect((await run()).record.source).toEqual({ repository, ...source })
  const isKnown = 'dirty' in source
  expect(log.lines.filter((line) => line.startsWith('notice: No Git work tree'))).toHaveLength(
    isKnown ? 0 : 1,
  )
})

test('data, results and what we write make no work tree dirty', async () => {
  const { run, exec } = recordRunStage({ files: { 'data/x': '', '/abs/y': '', '../z': '' } })
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
  const { run } = recordRunStage({ platforms, environment: { RUNNER_ARCH } })
  expect((await run({ platform })).outputs['platform']).toBe(expected)
})

// name, inputs, the error
test.each<[string, Record<string, string>, object]>([
  [
    'a command whose quote is open',
    { command: 'echo "x' },
    { message: expect.stringMatching(/^command: .* has a quote that is not closed$/) },
  ],
  [
    'an address with a login',
    { datasets: `a=https://me:s3cret@data.test/f#sha256:${'a'.repeat(64)}` },
    { message: 'datasets: a is an address with a login in it, which would be recorded' },
  ],
  ['no image', { image: '' }, { code: 'input' }],
  ['an image without tag', { image: TRAIN }, { message: expect.stringContaining('neither a tag') }],
  ['an image that is not there', { image: `${TRAIN}:2` }, { message: `Cannot find ${TRAIN}:2` }],
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
  const { run, files } = recordRunStage()
  expect((await run(inputs)).error).toMatchObject(expected)
  expect([...files.contents.keys()]).toEqual([])
})

test('a dry run writes nothing', async () => {
  const { run, files, posts } = recordRunStage()
  const { outputs } = await run({
    'dry-run': 'true',
    'metrics-uri': 'http://mlflow.test',
    'run-id': 'r',
  })
  expect(JSON.parse(outputs['plan'] ?? '')).toMatchObject({ schema: 1 })
  expect([[...files.contents.keys()], posts]).toEqual([[], []])
})
