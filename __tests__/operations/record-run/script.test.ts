// The script under a real sh, with a `docker` that only tells what it was given.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { createSampleApp } from '../../../scripts/stage/sample-app.js'
import { digestOf } from '../../../src/oci/digest.ts'
import type { RunRecord } from '../../../src/operations/record-run/run-record.ts'
import { renderScript } from '../../../src/operations/record-run/script.ts'

const DIGEST = `sha256:${'d'.repeat(64)}` as const
const sha256 = (text: string) => digestOf(new TextEncoder().encode(text)).slice('sha256:'.length)

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A work tree with a commit and, in a folder with an awkward name, what `files` says. */
function stage(files: Readonly<Record<string, string>> = {}) {
  const app = createSampleApp()
  const revision = app.commit()
  app.commit({ later: '' })
  const root = mkdtempSync(join(tmpdir(), "rerun it's "))
  ends.push(app.remove, () => rmSync(root, { recursive: true }))
  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  for (const [name, content] of Object.entries(files)) write(name, content)
  // Each argument on a line of its own; the result is what the fake run writes.
  write(
    'bin/docker',
    '#!/bin/sh\nprintf "%s\\n" "$@" >"$TOLD"\n[ -z "$RESULT" ] || printf "%s" "$RESULT" >"$PWD/again/out"\n',
  )
  chmodSync(join(root, 'bin/docker'), 0o755)
  const record = (more: Partial<RunRecord> = {}): RunRecord => ({
    schema: 1,
    image: { reference: 'a/b:1', digest: DIGEST, platform: 'linux/amd64' },
    source: { repository: app.folder, revision, dirty: false },
    datasets: [],
    parameters: {},
    artifacts: [],
    runArgs: [],
    workdir: '/workspace',
    run: '',
    at: '2026-01-01T00:00:00Z',
    ...more,
  })
  const run = (script: string, environment: Readonly<Record<string, string>> = {}) => {
    write('rerun.sh', script)
    const told = join(root, 'told')
    const { status, stderr } = spawnSync('sh', ['rerun.sh', 'again'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${root}/bin:${process.env['PATH']}`,
        TOLD: told,
        RESULT: '',
        ...environment,
      },
    })
    const words = existsSync(told)
      ? execFileSync('cat', [told], { encoding: 'utf8' }).split('\n')
      : []
    return { status, stderr, words: words.slice(0, -1) }
  }
  return { app, root, write, record, run, pinned: `ghcr.io/acme/train@${DIGEST}` }
}

test('checks out the commit, which need not be the last, and runs the digest with every word as it was', () => {
  const { record, run, pinned, root } = stage({ 'data set/x': '1' })
  const script = renderScript(
    record({
      datasets: [{ name: 'train', path: 'data set/x', sha256: sha256('1') }],
      command: 'python -c \'print("$HOME")\' --name "it\'s"',
      runArgs: ['--env', 'A=$(touch pwned) `x`', "--label=it's"],
    }),
    pinned,
  )
  const { status, words } = run(script)
  expect(status).toBe(0)
  const folder = join(root, 'again')
  expect(words).toEqual([
    ...['run', '--rm', '--platform', 'linux/amd64', '--workdir', '/workspace'],
    ...['--mount', `type=bind,source=${folder},target=/workspace`],
    '--mount',
    `type=bind,source=${root}/./data set/x,target=/workspace/data set/x,readonly`,
    ...['--env', 'A=$(touch pwned) `x`', "--label=it's"],
    pinned,
    ...['python', '-c', 'print("$HOME")', '--name', "it's"],
  ])
  expect(existsSync(join(root, 'pwned'))).toBe(false)
  const head = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' })
  expect(head.trim()).toBe(record().source.revision)
})

test('data may be elsewhere', () => {
  const { record, run, pinned, root } = stage({ 'mnt/train/x': '1' })
  const list = `${sha256('1')}  ./x\n`
  const datasets = [{ name: 'train', path: 'train', sha256: sha256(list) }]
  const { status, words } = run(renderScript(record({ datasets }), pinned), { DATA: `${root}/mnt` })
  expect(status).toBe(0)
  expect(words.join(' ')).toContain(`source=${root}/mnt/train,target=/workspace/train,readonly`)
})

test('with changed data it refuses and names each', () => {
  const { record, run, pinned, root } = stage({ a: '1', b: '2', c: '3' })
  const datasets = ['a', 'b', 'c', 'd'].map((name) => ({ name, path: name, sha256: sha256('2') }))
  const { status, stderr, words } = run(renderScript(record({ datasets }), pinned))
  expect(status).toBe(1)
  expect(stderr.split('\n')).toEqual([
    `rerun: dataset a: ./a has changed: its sha256 is ${sha256('1')}, and was ${sha256('2')}`,
    'rerun: dataset b: as recorded',
    `rerun: dataset c: ./c has changed: its sha256 is ${sha256('3')}, and was ${sha256('2')}`,
    'rerun: dataset d: there is no ./d',
    '',
  ])
  expect([words, existsSync(join(root, 'again'))]).toEqual([[], false])
})

// what the run writes, the status of the script
test.each([
  ['good', 0],
  ['other', 3],
])('a run that writes %s ends with %s', (RESULT, expected) => {
  const { record, run, pinned } = stage()
  const artifacts = [{ name: 'model', path: 'out', sha256: sha256('good') }]
  const { status, stderr } = run(renderScript(record({ artifacts }), pinned), { RESULT })
  expect(status).toBe(expected)
  expect(stderr).toContain('artifact model')
})

test('says what it cannot repeat', () => {
  const { record, run, pinned } = stage()
  const source = { ...record().source, dirty: true }
  const datasets = [{ name: 'base', version: 'v3', unverifiable: true as const }]
  const { stderr } = run(renderScript(record({ source, datasets }), pinned))
  expect(stderr).toContain('changes that no commit has')
  expect(stderr).toContain('dataset base: cannot be verified here: v3')
})

test('a folder that is there is not touched', () => {
  const { record, run, pinned, write } = stage()
  write('again/mine', '')
  const { status, stderr, words } = run(renderScript(record(), pinned))
  expect([status, words]).toEqual([1, []])
  expect(stderr).toContain('again is there already')
})

test('shellcheck has nothing to say, whatever the record holds', () => {
  const nasty = '$(x) `y` ’‘ “q” \u00a0 \\ ! * ~ # \' " \n%s é'
  const { record, write, root, pinned } = stage()
  const hostile = record({
    source: { repository: nasty, revision: nasty, dirty: true },
    datasets: [
      { name: 'a', path: `${nasty}\\`, sha256: sha256('') },
      { name: 'b', path: '/abs', sha256: sha256('') },
      { name: 'c', uri: nasty, sha256: sha256('') },
      { name: 'd', version: nasty, unverifiable: true },
    ],
    command: `a | ${nasty}`,
    runArgs: [nasty, '', '-x\\'],
    artifacts: [{ name: 'm', path: nasty, sha256: sha256('') }],
    workdir: `/${nasty}`,
  })
  for (const script of [renderScript(hostile, nasty), renderScript(record(), pinned)]) {
    write('script', script)
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', 'script'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
  }
})
