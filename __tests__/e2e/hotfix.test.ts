// The five commands of docs/hotfix.md, as they stand there, on a real engine and a real registry.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { TOKEN } from '../../scripts/stage/github.js'
import { digestBySkopeo, digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { openStage, tagsIn } from './stage.ts'

const stage = openStage()
stage.github.addToken(TOKEN, ['contents: write', 'deployments: write'])

const ROOT = new URL('../..', import.meta.url).pathname
const PAGE = readFileSync(join(ROOT, 'docs/hotfix.md'), 'utf8')
const [, COMMANDS = ''] = /## In five commands[\s\S]*?```sh\n([\s\S]*?)```/.exec(PAGE) ?? []

test('they build once, promote the same digest, pin the files and record', async () => {
  expect(COMMANDS.trim().split('\n')).toHaveLength(5)
  const app = stage.app()
  const origin = mkdtempSync(join(tmpdir(), 'image-release-origin-'))
  try {
    app.git('init', '-q', '--bare', origin)
    app.git('remote', 'add', 'origin', origin)
    app.git('config', 'user.name', 'Sample')
    app.git('config', 'user.email', 'sample@example.com')
    const manifest = `image: ${app.image}:2.0.0 # pinned by promote\n`
    const defaults = `images: ${app.image}\n`
    const files = {
      'deploy/staging/app.yaml': manifest,
      '.github/image-release.yml': defaults,
    }
    app.commit(files)
    app.git('tag', 'v2.0.0')
    app.commit({ 'unfinished.txt': 'not for the hotfix' })
    app.commit({ 'fix.txt': 'fixed' })
    const release = stage.repository.addRelease('v2.0.1', { body: 'Fixes the outage.' })

    const cli = `image-release() { '${process.execPath}' '${join(ROOT, 'dist/cli.js')}' "$@"; }`
    // The release is there already: GitHub is not the real one.
    const script = ['set -e', cli, 'gh() { true; }', COMMANDS].join('\n')
    const env = { PATH: process.env['PATH'], HOME: origin, ...stage.commandLine }
    await promisify(execFile)('bash', ['-c', script], { cwd: app.folder, env })

    const sha = app.git('rev-parse', 'HEAD~1')
    const digest = digestBySkopeo(`${app.image}:2.0.1`)
    expect(await digestsByTag(app.image)).toEqual(
      allOn(digest, tagsIn('2.0.1 2.0 2 git-<sha> staging', sha)),
    )
    expect(app.git('ls-files')).not.toContain('unfinished.txt')
    expect(app.git('show', 'origin/hotfix:deploy/staging/app.yaml')).toBe(
      manifest.trim().replace(':2.0.0', `:2.0.1@${digest}`),
    )
    expect(stage.repository.deployments).toMatchObject([
      {
        environment: 'staging',
        sha,
        payload: { digest, version: '2.0.1' },
        statuses: [{ state: 'in_progress' }, { state: 'success' }],
      },
    ])
    expect(release.body).toMatch(/^Fixes the outage\./)
    expect(release.body).toContain(digest)
    expect(release.body).toMatch(/\n- In `staging` since \S+, promoted on the command line\n/)
  } finally {
    rmSync(origin, { recursive: true, force: true })
  }
})
