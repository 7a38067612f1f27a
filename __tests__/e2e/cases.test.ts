// The worked cases in docs/, played command by command: a page says what its commands say. After a
// change that is meant, `UPDATE_CASES=1 npm test -- __tests__/e2e/cases.test.ts` writes the pages
// anew.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { TOKEN } from '../../scripts/stage/github.js'
import { playConsole, withoutPassing } from './console.ts'
import { addTools, buildFolder, removeFolder } from './harness-buildx.ts'
import { openStage } from './stage.ts'

const stage = openStage()
stage.github.addToken(TOKEN, ['contents: write', 'deployments: write'])

const ROOT = new URL('../..', import.meta.url).pathname
/** What the pages call the image in a registry, and the one in the local store. */
const NAME = 'localhost:5000/acme/app'
const LOCAL = 'acme-app'

const bin = mkdtempSync(join(tmpdir(), 'image-release-bin-'))
writeFileSync(join(bin, 'image-release'), `#!/bin/sh\nexec node ${ROOT}dist/cli.js "$@"\n`)
chmodSync(join(bin, 'image-release'), 0o755)
afterAll(() => rmSync(bin, { recursive: true }))

const ownLocal = `${LOCAL}-${process.pid}`
afterAll(() => {
  const tags = [`${ownLocal}:2.0.1`, `${ownLocal}:staging`]
  execFileSync('docker', ['image', 'rm', '--force', ...tags], { stdio: 'ignore' })
})

// the page, further files of the application
test.concurrent.each<[string, Readonly<Record<string, string>>]>([
  ['service', {}],
  [
    'training',
    { 'train.sh': 'while read -r n; do echo "$((n * $1))"; done <data/train >model.bin\n' },
  ],
  ['hotfix', {}],
  ['bad-hotfix', {}],
  ['multi-arch', {}],
])('docs/%s.md', async (name, files) => {
  const tools = name === 'training' ? buildFolder({}) : ''
  const app = stage.app(files)
  if (tools) writeFileSync(join(tools, 'Dockerfile'), addTools(tools))
  const place = {
    cwd: app.folder,
    environment: {
      PATH: `${bin}:${process.env['PATH']}`,
      TOOLS: tools,
      ...stage.commandLine,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Sample',
      GIT_AUTHOR_EMAIL: 'sample@example.com',
      GIT_COMMITTER_NAME: 'Sample',
      GIT_COMMITTER_EMAIL: 'sample@example.com',
    },
  }
  const file = `${ROOT}docs/${name}.md`
  const page = readFileSync(file, 'utf8')
  try {
    const played = await playConsole(
      page.replaceAll(NAME, app.image).replaceAll(LOCAL, ownLocal),
      place,
    )
    const shown = played
      .replaceAll(app.image, NAME)
      .replaceAll(ownLocal, LOCAL)
      .replaceAll(`${app.folder}/`, '')
    if (process.env['UPDATE_CASES']) writeFileSync(file, shown)
    else expect(withoutPassing(shown)).toBe(withoutPassing(page))
  } finally {
    if (tools) removeFolder(tools)
  }
})
