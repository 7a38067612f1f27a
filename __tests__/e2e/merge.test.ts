// The workflow in merge/README.md, run as it stands there: a run for each platform, and a merge.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import {
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
} from '../../scripts/stage/events.js'
import { digestBySkopeo, digestsByTag, manifestBySkopeo } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { startFaultyRegistry } from './harness-proxy.ts'
import { type App, errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

interface Step {
  readonly uses: string
  readonly with?: Record<string, string | boolean>
}

const README = readFileSync(new URL('../../merge/README.md', import.meta.url), 'utf8')
const [, TEXT = ''] = /```yaml\n(name:[\s\S]*?)```/.exec(README) ?? []
const { jobs } = parse(TEXT)
const MATRIX: { platform: string; runner: string }[] = jobs.part.strategy.matrix.include

/** The inputs of our step in a job of the example. */
function inputsOf(job: 'part' | 'merge', platform = ''): Record<string, string> {
  const steps: Step[] = jobs[job].steps
  const own = steps.find(({ uses }) => uses.startsWith('image-release/'))?.with ?? {}
  const values = Object.entries(own).map(([name, value]) => [
    name,
    String(value).replace('${{ matrix.platform }}', platform),
  ])
  return Object.fromEntries(values)
}

async function runParts(app: App, event: StagedEvent) {
  for (const { platform } of MATRIX)
    expectSuccess(await app.release({ event, inputs: inputsOf('part', platform) }))
}

const merge = (app: App, event: StagedEvent, inputs: Record<string, string> = {}) =>
  app.release({ action: 'merge', event, inputs: { ...inputsOf('merge'), ...inputs } })

const PARTS = 'git-<sha>-linux-amd64 git-<sha>-linux-arm64'

test('the example has at most 35 lines, no shell and no artifacts', () => {
  expect(TEXT.trim().split('\n').length).toBeLessThanOrEqual(35)
  expect(TEXT).not.toMatch(/run:|artifact/)
  expect(MATRIX.map(({ platform }) => platform).join()).toBe(inputsOf('merge')['platforms'])
})

test('main builds it on two machines; the release ships the very same index', async () => {
  const app = stage.app()
  const main = pushEvent({ sha: app.sha })
  await runParts(app, main)
  const merged = await merge(app, main)
  expectSuccess(merged)
  const { digest } = merged.outputs
  expect(await digestsByTag(app.image)).toMatchObject(
    allOn(digest, tagsIn('dev git-<sha>', app.sha)),
  )

  const notes = stage.repository.addRelease('v1.4.2', { body: 'What is new' })
  const event = releaseEvent({ sha: app.sha, tag: 'v1.4.2', id: notes.id })
  await runParts(app, event)
  const released = await merge(app, event)
  expectSuccess(released)
  expect(released.outputs['digest']).toBe(digest)
  expect(Object.keys(await digestsByTag(app.image)).sort()).toEqual(
    tagsIn(`1.4.2 1.4 1 dev git-<sha> ${PARTS}`, app.sha).sort(),
  )
  expect(notes.body).toContain(digest)
})

test('the index is what others read: platforms, attestations with their images, annotations', async () => {
  const app = stage.app()
  const event = pushEvent({ sha: app.sha })
  await runParts(app, event)
  const { outputs } = await merge(app, event)
  const reference = `${app.image}:dev`
  expect(digestBySkopeo(reference)).toBe(outputs['digest'])
  const { manifests, annotations } = manifestBySkopeo(reference)
  const [amd, arm, ...records] = manifests
  expect([amd.platform, arm.platform]).toEqual([
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux' },
  ])
  const about = records.map(
    (record: { annotations: Record<string, string> }) =>
      record.annotations['vnd.docker.reference.digest'],
  )
  expect(about).toEqual([amd.digest, arm.digest])
  expect(annotations['org.opencontainers.image.revision']).toBe(app.sha)
  expect(JSON.parse(outputs['platforms'] ?? '')).toEqual({
    'linux/amd64': amd.digest,
    'linux/arm64': arm.digest,
  })
})

test('requests: at most five a part, one or two for the index, and the tags', async () => {
  const app = stage.app()
  const event = pushEvent({ sha: app.sha })
  await runParts(app, event)
  const proxy = await startFaultyRegistry(`http://${stage.host}`, () => undefined)
  try {
    const images = app.image.replace(stage.host, proxy.host)
    const tags = 'type=raw,value=one\ntype=raw,value=two'
    expectSuccess(await merge(app, event, { images, tags }))
    // Distribution fails at a tag now and then while it writes another.
    const again = [...proxy.failed]
    const counted = proxy.requests.filter((line) => {
      const at = again.indexOf(line)
      if (at >= 0) again.splice(at, 1)
      return at < 0 && !/\/v2\/$/.test(line)
    })
    const ofTags = counted.filter((line) => /\/manifests\/(one|two)$/.test(line))
    expect(ofTags.length).toBeLessThanOrEqual(2 * 3)
    expect(counted.length - ofTags.length).toBeLessThanOrEqual(2 * 5 + 2)
  } finally {
    await proxy.stop()
  }
})

test('a missing part is named', async () => {
  const app = stage.app()
  const event = pushEvent({ sha: app.sha })
  const [first] = MATRIX
  expectSuccess(await app.release({ event, inputs: inputsOf('part', first?.platform) }))
  const result = await merge(app, event)
  expect(result.code).toBe(1)
  const [tag] = tagsIn('git-<sha>-linux-arm64', app.sha)
  expect(errorsOf(result)).toEqual([
    expect.stringContaining(`linux/arm64 is missing: there is no ${app.image}:${tag}\n`),
  ])
  expect(Object.keys(await digestsByTag(app.image))).toEqual(
    tagsIn('git-<sha>-linux-amd64', app.sha),
  )
})

test('for a fork the parts are built, merge is green, and nothing is pushed', async () => {
  const app = stage.app()
  const event = pullRequestEvent({ sha: app.sha, fork: 'stranger' })
  await runParts(app, event)
  const result = await merge(app, event)
  expectSuccess(result)
  expect(result.outputs['skipped']).toContain('cannot write')
  expect(await digestsByTag(app.image)).toEqual({})
})
