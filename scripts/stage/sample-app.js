// A small application in a Git repository of its own: an image for any platform that needs no base
// image and no network.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const DOCKERFILE = `FROM scratch
ARG TARGETPLATFORM
ARG GREETING=hello
COPY app.txt /app.txt
LABEL sample.platform=$TARGETPLATFORM sample.greeting=$GREETING
`

/**
 * `git` returns what Git printed; `commit` writes files, commits them and returns the full hash.
 * @typedef {object} SampleApp
 * @property {string} folder
 * @property {(...args: string[]) => string} git
 * @property {(files?: Readonly<Record<string, string>>) => string} commit
 * @property {() => void} remove
 */

/** @returns {SampleApp} */
export function createSampleApp() {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-app-'))
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: gitEnvironment() }).trim()
  const write = (/** @type {Readonly<Record<string, string>>} */ files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
  }
  git('init', '-q', '-b', 'main')
  // Unique bytes, so that no test reuses a layer that another one pushed.
  write({ Dockerfile: DOCKERFILE, 'app.txt': `sample ${folder}\n` })
  return {
    folder,
    git,
    commit(files = {}) {
      write(files)
      git('add', '--all')
      git('commit', '-q', '--allow-empty', '-m', 'Change')
      return git('rev-parse', 'HEAD')
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function gitEnvironment() {
  const who = { NAME: 'Sample', EMAIL: 'sample@example.com' }
  const roles = ['AUTHOR', 'COMMITTER']
  const people = roles.flatMap((role) =>
    Object.entries(who).map(([what, value]) => [`GIT_${role}_${what}`, value]),
  )
  return { ...process.env, ...Object.fromEntries(people), GIT_CONFIG_GLOBAL: '/dev/null' }
}
