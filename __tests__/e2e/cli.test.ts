// The command line on a developer's machine: no runner, the event from git, text or JSON on
// standard output, all else on standard error.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runCli } from '../../scripts/stage/runner.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { type App, EMPTY_PATH, openStage, tagsIn } from './stage.ts'

const stage = openStage()

describe('release --dry-run --json', () => {
  // name, Git commands before, the tags
  test.concurrent.each<[string, string[], string]>([
    ['a branch', ['checkout -q -b feature/x'], 'feature-x git-<sha>'],
    [
      'the default branch of its remote',
      [
        'remote add origin https://github.com/acme/app.git',
        'update-ref refs/remotes/origin/main HEAD',
        'symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main',
      ],
      'dev git-<sha>',
    ],
    ['a tag', ['tag v1.4.2', 'checkout -q --detach'], '1.4.2 1.4 1 git-<sha>'],
    ['a commit', ['checkout -q --detach'], 'git-<sha>'],
  ])('of %s', async (_, commands, row) => {
    const app = stage.app()
    for (const command of commands) app.git(...command.split(' '))
    const args = ['release', '--dry-run', '--json', '--images', app.image]
    const { code, stdout, stderr } = await runCli(args, { cwd: app.folder })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const outputs: Record<string, string> = JSON.parse(stdout)
    expect(outputs['tag-names']?.split('\n')).toEqual(tagsIn(row, app.sha))
    expect(JSON.parse(outputs['plan'] ?? '').source.kind).toBe('build')
    expect(await digestsByTag(app.image)).toEqual({})
  })

  test.concurrent('the name of the image from the remote', async () => {
    const app = stage.app()
    app.git('remote', 'add', 'origin', 'git@github.com:Acme/App.git')
    const args = ['release', '--dry-run', '--json', '--push', 'false']
    const { code, stdout } = await runCli(args, { cwd: app.folder })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'ghcr.io/acme/app' })
  })
})

test.concurrent('release builds, pushes, and prints what a person wants of its outputs', async () => {
  const app = stage.app()
  app.git('tag', 'v1.4.2')
  app.git('checkout', '-q', '--detach')
  const args = [
    'release',
    `--images=${app.image}`,
    '--platforms',
    'linux/amd64',
    '--platforms',
    'linux/arm64',
  ]
  const { code, stdout, stderr } = await runCli(args, { cwd: app.folder })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const digest = /^digest: (sha256:[0-9a-f]{64})$/m.exec(stdout)?.[1]
  const tags = tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)
  expect(await digestsByTag(app.image)).toEqual(allOn(digest, tags))
  expect(stdout).toContain(`tags:\n${tags.map((tag) => `  ${app.image}:${tag}\n`).join('')}`)
  const names = [...stdout.matchAll(/^([a-z-]+):/gm)].map(([, name]) => name)
  expect(names).toEqual(['image', 'digest', 'tags', 'version', 'built', 'pushed'])
  expect(stderr).toMatch(/^#\d+ .*exporting/m)
  expect(stdout + stderr).not.toMatch(/^::/m)
})

test.concurrent('a failed build: exit 1, the reason, and what was known by then', async () => {
  const app = stage.app({ Dockerfile: 'FROM scratch\nCOPY absent.txt /\n' })
  const args = ['release', '--images', app.image]
  const { code, stdout, stderr } = await runCli(args, { cwd: app.folder })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^Cannot build .*"\/absent\.txt": not found$/m)
  expect(stdout).toMatch(/^version: git-/m)
  expect(stdout).not.toMatch(/^digest:/m)
})

describe('is refused', () => {
  // name, arguments, exit code, the first words on standard error
  test.concurrent.each<[string, string[], number, RegExp]>([
    ['a flag that is none', ['release', '--imagse', 'x'], 2, /^release has no input "--imagse"\n/],
    ['a flag without its value', ['release', '--images'], 2, /^--images needs a value\n/],
    ['a word too many', ['release', 'now'], 2, /^release has no input "now"\n/],
    [
      'an action that is none',
      ['relaese'],
      2,
      /^There is no action "relaese"; there are release\b/,
    ],
    ['a value that is none', ['release', '--push', 'perhaps'], 1, /^push: "perhaps" is none of/],
    ['no image name', ['release'], 1, /^images: an image name is needed\n/],
  ])('%s', async (_, args, code, said) => {
    const app = stage.app()
    const result = await runCli(args, { cwd: app.folder, environment: { PATH: EMPTY_PATH } })
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(said) })
  })
})

test.concurrent('--help names the actions, and the inputs of one', async () => {
  const { folder } = stage.app()
  const all = await runCli(['--help'], { cwd: folder })
  const one = await runCli(['release', '--help'], { cwd: folder })
  expect([all.code, one.code]).toEqual([0, 0])
  expect(all.stdout).toMatch(/^ {2}release +Build/m)
  expect(one.stdout).toMatch(/^ {2}--platforms +Platforms/m)
  expect(one.stdout).not.toContain('github-token')
})

// name, what is done to the work tree, whether it is told
test.concurrent.each<[string, (app: App) => void, boolean]>([
  ['a changed file', ({ folder }) => appendFileSync(join(folder, 'Dockerfile'), '# more\n'), true],
  ['a new file', ({ folder }) => writeFileSync(join(folder, 'new.txt'), ''), false],
])('release tells of %s that is not committed', async (_, change, isTold) => {
  const app = stage.app()
  change(app)
  const { code, stderr } = await runCli(['release', '--dry-run', '--images', app.image], {
    cwd: app.folder,
  })
  expect(code).toBe(0)
  expect(stderr.includes(`Warning: Files have changes that are not committed`)).toBe(isTold)
})
