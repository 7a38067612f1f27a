// What a file of end-to-end tests plays on: one registry, one GitHub with the repository acme/app,
// and for every test an application of its own with an image name nobody else uses. Gone when the
// file is done.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { NAME, OWNER } from '../../scripts/stage/events.js'
import { TOKEN } from '../../scripts/stage/github.js'
import { type Registry, startRegistry } from '../../scripts/stage/registry.js'
import { type ActionCall, type ActionResult, runAction } from '../../scripts/stage/runner.js'
import { createSampleApp, type SampleApp } from '../../scripts/stage/sample-app.js'
import { FakeGitHub } from '../fakes/github.ts'
import type { FakeRepository } from '../fakes/github-state.ts'

export interface App extends SampleApp {
  /** `localhost:<port>/acme/app-<n>`, the input `images` where a test gives none. */
  readonly image: string
  /** The first commit. */
  readonly sha: string
  release(call: Omit<ActionCall, 'workspace'>): Promise<ActionResult>
  /** Any action, with no inputs but those given. */
  run(call: Omit<ActionCall, 'workspace'>): Promise<ActionResult>
}

export interface Stage {
  /** The registry's. */
  readonly host: string
  readonly github: FakeGitHub
  /** Its address, as GITHUB_API_URL. */
  readonly apiUrl: string
  /** Variables of a command line that is to know it and acme/app. */
  readonly commandLine: Readonly<Record<string, string>>
  /** What GitHub holds; the runs' token may write contents. */
  readonly repository: FakeRepository
  /** An application with one commit, of these files beside its own. */
  app(files?: Readonly<Record<string, string>>): App
  /** A PATH where `docker` is this shell script; the real one comes after it. */
  dockerPath(script: string): string
}

/** A PATH where no program is. */
export const EMPTY_PATH = '/nowhere'

/** To be called once, at the top of a file. */
export function openStage(): Stage {
  const ends: (() => unknown)[] = []
  const github = new FakeGitHub()
  const repository = github.addRepository(`${OWNER}/${NAME}`)
  github.addToken(TOKEN, ['contents: write'])
  let registry: Registry | undefined
  let apiUrl = ''
  let apps = 0
  beforeAll(async () => {
    registry = await startRegistry()
    const { url, close } = await github.serve()
    apiUrl = url
    ends.push(registry.stop, close)
  })
  afterAll(() => Promise.all(ends.map((end) => end())))
  return {
    github,
    repository,
    get host() {
      return registry?.host ?? ''
    },
    get apiUrl() {
      return apiUrl
    },
    get commandLine() {
      const repository = `${OWNER}/${NAME}`
      return { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: TOKEN, GITHUB_API_URL: apiUrl }
    },
    app(files) {
      const app = createSampleApp()
      ends.push(app.remove)
      const image = `${registry?.host}/${OWNER}/${NAME}-${++apps}`
      const run: App['run'] = (call) => runAction({ apiUrl, ...call, workspace: app.folder })
      const release: App['release'] = (call) =>
        run({ ...call, inputs: { images: image, ...call.inputs } })
      return { ...app, image, sha: app.commit(files), release, run }
    },
    dockerPath(script) {
      const folder = mkdtempSync(join(tmpdir(), 'image-release-docker-'))
      ends.push(() => rmSync(folder, { recursive: true }))
      const file = join(folder, 'docker')
      writeFileSync(file, `#!/bin/sh\n${script}\n`)
      chmodSync(file, 0o755)
      return `${folder}:${process.env['PATH']}`
    },
  }
}

/** The names in a row of a table; `<sha>` stands for the commit. */
export function tagsIn(row: string, sha: string): string[] {
  return row.replaceAll('<sha>', sha.slice(0, 7)).split(' ').filter(Boolean)
}

/** What the run's error annotations say. */
export function errorsOf({ commands }: Pick<ActionResult, 'commands'>): string[] {
  return commands.filter(({ name }) => name === 'error').map(({ text }) => text)
}

export function expectSuccess(result: ActionResult): void {
  expect({ code: result.code, errors: errorsOf(result) }).toEqual({ code: 0, errors: [] })
}
