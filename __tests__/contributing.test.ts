// The steps of CONTRIBUTING.md, performed as they stand there in a copy of this tree: its files are
// written, its lines added, its commands run, and what a contributor would be told in the end is
// looked at.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const ROOT = new URL('..', import.meta.url).pathname
const copy = mkdtempSync(join(tmpdir(), 'image-release-contributor-'))
const GUIDE = readFileSync(`${ROOT}CONTRIBUTING.md`, 'utf8')

beforeAll(() => {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  for (const file of files) cpSync(ROOT + file, join(copy, file))
  symlinkSync(`${ROOT}node_modules`, join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true }))

/** A section's steps in their order: files to write, lines to add, commands. */
function perform(heading: string): void {
  const [, section = ''] = GUIDE.split(`\n## ${heading}\n`)
  const [steps = ''] = section.split('\n## ')
  const pattern = /^ {3}(`{3,})(\w+) (\S+)\n([\s\S]*?)^ {3}\1$|^\d+\. `npm run (\w+)`/gm
  for (const [, , kind, path = '', content = '', command] of steps.matchAll(pattern)) {
    const text = content.replace(/^ {3}/gm, '')
    if (command) run('npm', 'run', '--silent', command)
    else if (kind === 'diff') addLines(path, text)
    else write(path, text)
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
}

/** Every line behind `+` comes after the line before it, which has to be in the file. */
function addLines(path: string, diff: string): void {
  const lines = readFileSync(join(copy, path), 'utf8').split('\n')
  let at = 0
  for (const line of diff.trimEnd().split('\n')) {
    if (line.startsWith('+')) lines.splice(++at, 0, line.slice(1))
    else at = lines.indexOf(line.slice(1), at)
    if (at < 0) throw new Error(`${path} has no line ${line}`)
  }
  writeFileSync(join(copy, path), lines.join('\n'))
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}

const check = () =>
  run(
    'npx',
    'biome',
    'check',
    '--error-on-warnings',
    'src/tags',
    'src/operations',
    'src/main',
    '__tests__/tags',
  )
const tests = (...files: string[]) =>
  run('npm', 'test', '--silent', '--', '--runInBand', ...files.map((file) => `__tests__/${file}`))

test('a new tag rule, and a new sub-action', () => {
  perform('A new tag rule')
  perform('A new sub-action')
  check()
  run('npx', 'tsc')
  tests(
    'tags/actor.test.ts',
    'operations/commit-tag.test.ts',
    'contracts.test.ts',
    'docs.test.ts',
    'architecture.test.ts',
  )
  const event = { GITHUB_SHA: '860c1904a1ce19322e91ac35af1ab07466440c37' }
  const env = { ...process.env, ...event }
  const cli = ['dist/cli.js', 'commit-tag']
  const { stdout } = spawnSync(process.execPath, cli, { cwd: copy, env, encoding: 'utf8' })
  expect(stdout).toBe('git-860c190\n')
})
