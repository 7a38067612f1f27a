// Runs that are killed outright, runs of one commit at the same time, and images that never leave
// the machine: what a later look finds.
import { execFileSync, spawn } from 'node:child_process'
import { afterAll, expect, test } from '@jest/globals'
import {
  pullRequestEvent,
  releaseEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { actionProcess, runCli } from '../../scripts/stage/runner.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { startFaultyRegistry } from './harness-proxy.ts'
import { type App, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

/** A run as a process group of its own, with everything it starts, to be ended all at once. */
function startRun(app: App, event: StagedEvent, images: string) {
  const inputs = { images, platforms: 'linux/amd64,linux/arm64' }
  const run = actionProcess({ event, inputs, workspace: app.folder, apiUrl: stage.apiUrl })
  const child = spawn(process.execPath, [run.main], {
    cwd: app.folder,
    env: run.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  let watch: (log: string) => void = () => {}
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      log += text
      watch(log)
    })
  const ended = new Promise<string | null>((resolve) =>
    child.once('close', (_, signal) => {
      run.remove()
      resolve(signal)
    }),
  )
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  return {
    ended,
    kill,
    watch: (look: (log: string) => void) => {
      watch = look
    },
  }
}

const manifest = (method: string, tag: string) => new RegExp(`^${method} .*/manifests/${tag}$`)

// when it is killed, by the request that is then never answered, or by what the log says
const MOMENTS: readonly (readonly [
  string,
  { readonly request?: RegExp; readonly log?: RegExp },
])[] = [
  ['the build begins', { log: /^#\d+ \[/m }],
  ['buildx pushes the first tag', { request: manifest('PUT', '3\\.\\d+\\.0') }],
  ['the first tag is pushed', { request: manifest('HEAD', 'git-\\w+') }],
  ['the second tag is written', { request: manifest('PUT', 'git-\\w+') }],
  ['a floating tag is written', { request: manifest('PUT', '3') }],
  ['all tags are put and the notes are not', { log: /:3 -> sha256/ }],
]

test.each(MOMENTS)('killed when %s: the re-run ends as if nothing had been', async (_, moment) => {
  const app = stage.app()
  const version = `3.${MOMENTS.findIndex(([, other]) => other === moment)}.0`
  const notes = stage.repository.addRelease(`v${version}`, { body: 'What is new' })
  const event = releaseEvent({ sha: app.sha, tag: `v${version}`, id: notes.id })
  let kill = () => {}
  const proxy = await startFaultyRegistry(`http://${stage.host}`, (line) => {
    // buildx asks for tags as well; by HEAD only we ask for the commit's, after the push.
    if (!moment.request?.test(line) || !isPushed(line, proxy.requests)) return undefined
    kill()
    return 'silence'
  })
  const images = app.image.replace(stage.host, proxy.host)
  try {
    const run = startRun(app, event, images)
    kill = run.kill
    run.watch((log) => {
      if (moment.log?.test(log)) run.kill()
    })
    expect(await run.ended).toBe('SIGKILL')
  } finally {
    await proxy.stop()
  }
  const left = await digestsByTag(app.image)
  const inputs = { platforms: 'linux/amd64,linux/arm64' }
  const finished = await app.release({ event, inputs })
  expectSuccess(finished)
  const { digest } = finished.outputs
  const minor = version.split('.', 2).join('.')
  const tags = tagsIn(`${version} ${minor} 3 git-<sha>`, app.sha)
  expect(await digestsByTag(app.image)).toEqual(allOn(digest, tags))
  expect(left).toEqual(allOn(digest, Object.keys(left)))
  expect(String(notes.body).split('<!-- image-release: ')).toHaveLength(2)
  expect(notes.body).toContain(digest)
})

/** Our own look at the commit's tag counts only after buildx wrote something. */
function isPushed(line: string, requests: readonly string[]): boolean {
  return !line.startsWith('HEAD') || requests.some((other) => /^PUT .*\/manifests\//.test(other))
}

test('tag push and release at the same moment: one digest under all tags, in both outputs', async () => {
  const app = stage.app()
  const notes = stage.repository.addRelease('v4.0.0', { body: '' })
  const inputs = { platforms: 'linux/amd64,linux/arm64' }
  const [pushed, released] = await Promise.all([
    app.release({ event: tagPushEvent({ sha: app.sha, tag: 'v4.0.0' }), inputs }),
    app.release({ event: releaseEvent({ sha: app.sha, tag: 'v4.0.0', id: notes.id }), inputs }),
  ])
  expectSuccess(pushed)
  expectSuccess(released)
  const { digest } = pushed.outputs
  expect(released.outputs['digest']).toBe(digest)
  const tags = tagsIn('4.0.0 4.0 4 git-<sha>', app.sha)
  expect(await digestsByTag(app.image)).toEqual(allOn(digest, tags))
})

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
const local: string[] = []
afterAll(() => {
  if (local.length > 0) docker('image', 'rm', '--force', ...local)
})

/** The one digest that all these references have in the local image store. */
function localDigest(references: readonly string[]): string[] {
  local.push(...references)
  const digests = references.map((reference) =>
    docker('image', 'inspect', '--format', '{{join .RepoDigests " "}}', reference),
  )
  return [...new Set(digests.flatMap((line) => line.split(' ')))]
}

const LOADED = '1.2.3 1.2 1 git-<sha>'

test('load without push: every tag in the local store, on one digest, and no registry is asked', async () => {
  const app = stage.app()
  const image = `image-release.invalid/acme/local-${process.pid}`
  const event = tagPushEvent({ sha: app.sha, tag: 'v1.2.3' })
  const inputs = { images: image, load: 'true', push: 'false' }
  const result = await app.release({ event, inputs })
  expectSuccess(result)
  const references = tagsIn(LOADED, app.sha).map((tag) => `${image}:${tag}`)
  expect(result.outputs).toMatchObject({ tags: references.join('\n'), pushed: 'false' })
  expect(localDigest(references)).toEqual([`${image}@${result.outputs['digest']}`])
  expect(docker('image', 'ls', '--format', '{{.Tag}}', image).split('\n').sort()).toEqual(
    tagsIn(LOADED, app.sha).sort(),
  )
})

test('the same by the command line', async () => {
  const app = stage.app()
  const image = `image-release.invalid/acme/local-cli-${process.pid}`
  const args = ['--images', image, '--version', '1.2.3', '--load', 'true', '--push', 'false']
  const { code, stdout, stderr } = await runCli(['release', ...args, '--json'], { cwd: app.folder })
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  const outputs = JSON.parse(stdout)
  const references = tagsIn(LOADED, app.sha).map((tag) => `${image}:${tag}`)
  expect(outputs.tags.split('\n')).toEqual(references)
  expect(localDigest(outputs.tags.split('\n'))).toEqual([`${image}@${outputs.digest}`])
})

test('a fork builds its part and its preview, and the local store has neither', async () => {
  const app = stage.app()
  const event = pullRequestEvent({ sha: app.sha, fork: 'stranger' })
  const label = `fork-${process.pid}`
  for (const inputs of [{}, { part: 'true', platforms: 'linux/amd64' }]) {
    const result = await app.release({ event, inputs: { ...inputs, labels: `run=${label}` } })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ built: 'true', pushed: 'false' })
    expect(result.outputs['digest']).toBeUndefined()
  }
  expect(docker('image', 'ls', '--all', '--quiet', '--filter', `label=run=${label}`)).toBe('')
  expect(await digestsByTag(app.image)).toEqual({})
})
