// A training run in a container, recorded by the built action and repeated by the script it wrote.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { dispatchEvent } from '../../scripts/stage/events.js'
import { buildFolder, pushToolImage, removeFolder } from './harness-buildx.ts'
import { type App, expectSuccess, openStage } from './stage.ts'

const stage = openStage()

/** Adds up what it reads; needs nothing but a shell. */
const TRAIN = `total=0
for file in data/train/*; do while read -r number; do total=$((total + number * $1)); done <"$file"; done
{ echo "weights $total"; cat /model-version; } >model.bin
`

const COMMAND = 'sh train.sh 3'

let app: App
let image = ''

beforeAll(() => {
  app = stage.app({ 'train.sh': TRAIN })
  image = `${app.image}-train:1.0`
  pushToolImage(image, { 'model-version': 'one\n' })
  mkdirSync(join(app.folder, 'data/train'), { recursive: true })
  writeFileSync(join(app.folder, 'data/train/a'), '1\n2\n')
  writeFileSync(join(app.folder, 'data/train/b'), '40\n')
  const mount = `type=bind,source=${app.folder},target=/workspace`
  const flags = ['--rm', '--network', 'none', '--mount', mount, '--workdir', '/workspace']
  execFileSync('docker', ['run', ...flags, image, ...COMMAND.split(' ')])
})

/** The script in a folder of its own, as another person would run it. */
function repeat(place: string) {
  const { status, stderr } = spawnSync('sh', ['rerun.sh'], {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, SOURCE: app.folder },
  })
  return { status, stderr }
}

test('writes the same result, byte for byte; with changed data it refuses and says which', async () => {
  const recorded = await app.run({
    action: 'record-run',
    event: dispatchEvent({ sha: app.sha }),
    inputs: {
      image,
      datasets: 'train=data/train',
      command: COMMAND,
      artifacts: 'model=model.bin',
      'run-args': '--network none',
    },
  })
  expectSuccess(recorded)
  const record = JSON.parse(readFileSync(join(app.folder, 'run-record.json'), 'utf8'))
  expect(record).toMatchObject({
    image: { digest: recorded.outputs['digest'] },
    source: { revision: app.sha, dirty: false },
  })
  const place = buildFolder({})
  try {
    for (const name of ['rerun.sh', 'data'])
      cpSync(join(app.folder, name), join(place, name), { recursive: true })
    // The tag moves on; the script does not follow it.
    pushToolImage(image, { 'model-version': 'two\n' })
    const first = repeat(place)
    expect(first).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('artifact model: as recorded'),
    })
    const model = readFileSync(join(place, 'rerun/model.bin'))
    expect(model).toEqual(readFileSync(join(app.folder, 'model.bin')))
    expect(String(model)).toBe('weights 129\none\n')
    rmSync(join(place, 'rerun'), { recursive: true })
    writeFileSync(join(place, 'data/train/b'), '41\n')
    const second = repeat(place)
    expect(second.status).toBe(1)
    expect(second.stderr).toMatch(/^rerun: dataset train: \.\/data\/train has changed/)
  } finally {
    removeFolder(place)
    execFileSync('docker', ['image', 'rm', '--force', recorded.outputs['image'] ?? ''])
  }
})

test('a change that no commit has is recorded', async () => {
  const changed = stage.app({ 'train.sh': TRAIN })
  writeFileSync(join(changed.folder, 'train.sh'), 'exit 1\n')
  const recorded = await changed.run({
    action: 'record-run',
    event: dispatchEvent({ sha: changed.sha }),
    inputs: { image },
  })
  expectSuccess(recorded)
  expect(JSON.parse(recorded.outputs['json'] ?? '').source).toMatchObject({
    revision: changed.sha,
    dirty: true,
  })
})
