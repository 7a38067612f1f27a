// What a run writes into GitHub releases: one block per image and variant, and nothing else
// touched.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  dispatchEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { type GitHub, startGitHub } from '../../scripts/stage/github.js'
import type { ActionResult } from '../../scripts/stage/runner.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { findBlocks } from '../../src/notes/marked-block.ts'
import { parseRecord } from '../../src/notes/record.ts'
import { errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()
let emulator: GitHub

beforeAll(async () => {
  emulator = await startGitHub()
})
afterAll(() => emulator.stop())

const NOTES = '## What is new\r\n\r\n* Greetings\r\n\r\n```\n<!-- not: ours -->\n```\n'

describe('in the release of the event', () => {
  test.concurrent('a block at the end says what the registry has', async () => {
    const app = stage.app()
    const id = await emulator.release('v1.4.2', NOTES)
    const result = await app.release({
      event: releaseEvent({ sha: app.sha, tag: 'v1.4.2', id }),
      inputs: { platforms: 'linux/amd64,linux/arm64' },
      apiUrl: emulator.url,
    })
    expectSuccess(result)
    const body = await emulator.body(id)
    expect(body.startsWith(NOTES)).toBe(true)
    const blocks = findBlocks(body)
    expect(blocks.map(({ key }) => key)).toEqual([app.image])
    expect(body.slice(NOTES.length).trim()).toBe(body.slice(blocks[0]?.start, blocks[0]?.end))
    const { digest, notes, platforms } = result.outputs
    expect(blocks[0]?.content).toBe(notes?.trim())
    expect(notes).toContain(`docker pull ${app.image}@${digest}`)
    expect(parseRecord(body)).toMatchObject({
      image: app.image,
      version: '1.4.2',
      digest,
      tags: tagsIn('1.4.2 1.4 1 git-<sha>', app.sha),
      platforms: JSON.parse(platforms ?? ''),
      revision: app.sha,
      run: 'https://github.com/acme/app/actions/runs/1',
    })
    expect(result.outputs['release-url']).toContain('/acme/app/releases/')
    expect(result.summary).toContain(String(result.outputs['release-url']))
  })

  test.concurrent('jobs that write at once lose nothing, nor what a person wrote', async () => {
    const app = stage.app()
    const id = await emulator.release('v2.0.0', NOTES)
    const event = releaseEvent({ sha: app.sha, tag: 'v2.0.0', id })
    const variants = ['', 'gpu', 'cpu']
    const results = await Promise.all(
      variants.map((variant) => app.release({ event, inputs: { variant }, apiUrl: emulator.url })),
    )
    for (const result of results) expectSuccess(result)
    const body = await emulator.body(id)
    expect(body.startsWith(NOTES)).toBe(true)
    const digests = findBlocks(body).map(({ key, content }) => [key, parseRecord(content)?.digest])
    expect(new Map(digests.map(([key, digest]) => [key, digest]))).toEqual(
      new Map(
        variants.map((variant, index) => [
          `${app.image} ${variant}`.trim(),
          results[index]?.outputs['digest'],
        ]),
      ),
    )
  })

  test.concurrent('several images have a block each', async () => {
    const app = stage.app()
    const release = stage.repository.addRelease('v1.0.0', { body: null })
    const images = [app.image, `${app.image}-mirror`]
    const event = releaseEvent({ sha: app.sha, tag: 'v1.0.0', id: release.id })
    expectSuccess(await app.release({ event, inputs: { images: images.join('\n') } }))
    expect(findBlocks(release.body ?? '').map(({ key }) => key)).toEqual(images)
  })
})

describe('in the release of the version', () => {
  // name, the release's tag, event, inputs
  test.concurrent.each<[string, string, (sha: string) => StagedEvent, Record<string, string>]>([
    ['a git tag', 'v4.0.0', (sha) => tagPushEvent({ sha, tag: 'v4.0.0' }), {}],
    ['the input version', 'v4.1.0', (sha) => dispatchEvent({ sha }), { version: '4.1.0' }],
    [
      'with a prefix',
      'app/4.2.0',
      (sha) => dispatchEvent({ sha }),
      { version: 'v4.2.0', 'tag-prefix': 'app/' },
    ],
  ])('%s', async (_, tag, event, inputs) => {
    const app = stage.app()
    const release = stage.repository.addRelease(tag, { body: NOTES })
    const result = await app.release({ event: event(app.sha), inputs })
    expectSuccess(result)
    expect(parseRecord(release.body ?? '')?.digest).toBe(result.outputs['digest'])
  })

  // An ordinary push has none, which is nothing to tell.
  test.concurrent.each<[string, (sha: string) => StagedEvent, boolean]>([
    ['a version without one', (sha) => tagPushEvent({ sha, tag: 'v5.0.0' }), true],
    ['no version', (sha) => pushEvent({ sha }), false],
  ])('%s: is none with auto, an error with true', async (_, event, isTold) => {
    const app = stage.app()
    const auto = await app.release({ event: event(app.sha) })
    expectSuccess(auto)
    expect(auto.log.includes('No release notes written')).toBe(isTold)
    const demanded = await app.release({
      event: event(app.sha),
      inputs: { 'release-notes': 'true' },
    })
    expect(errorsOf(demanded)).toEqual([
      expect.stringMatching(/^Cannot write release notes: .*\n.*release-notes to auto/),
    ])
    expect(demanded.outputs).toMatchObject({ digest: auto.outputs['digest'], pushed: 'true' })
  })
})

describe('without the permission', () => {
  const noWrite = { 'github-token': 'token-that-reads' }
  stage.github.addToken(noWrite['github-token'], ['contents: read'])

  /** Pasted, it is the block that the run would have written. */
  const expectToPaste = ({ log, outputs }: ActionResult) => {
    const [block, ...more] = findBlocks(log)
    expect([`${block?.content}\n`, more]).toEqual([outputs['notes'], []])
  }

  async function releaseUnpermitted(tag: string, inputs: Record<string, string> = {}) {
    const app = stage.app()
    const release = stage.repository.addRelease(tag, { body: NOTES })
    const event = releaseEvent({ sha: app.sha, tag, id: release.id })
    const result = await app.release({ event, inputs: { ...noWrite, ...inputs } })
    return { app, release, result }
  }

  test.concurrent('auto: a notice, and the block to paste', async () => {
    const { release, result } = await releaseUnpermitted('v6.0.0')
    expectSuccess(result)
    const text = expect.stringMatching(/release of v6\.0\.0 .* 403.*"contents: write"/)
    expect(result.commands).toContainEqual({ name: 'notice', text })
    expectToPaste(result)
    expect(release.body).toBe(NOTES)
  })

  test.concurrent('true: an error, once everything else is done', async () => {
    const { app, release, result } = await releaseUnpermitted('v6.1.0', { 'release-notes': 'true' })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([
      'Cannot edit the release of v6.1.0 in acme/app: GitHub answered 403, Resource not accessible by integration\nGive the job "contents: write".',
    ])
    expect(result.outputs['digest']).toBe((await digestsByTag(app.image))['6.1.0'])
    expectToPaste(result)
    expect(release.body).toBe(NOTES)
  })
})

test.concurrent('false: GitHub is not asked', async () => {
  const app = stage.app()
  const release = stage.repository.addRelease('v7.0.0', { body: NOTES })
  const event = releaseEvent({ sha: app.sha, tag: 'v7.0.0', id: release.id })
  expectSuccess(await app.release({ event, inputs: { 'release-notes': 'false' } }))
  expect(
    stage.github.calls.filter((call) => call.includes(`/${release.id}`) || call.includes('v7.0.0')),
  ).toEqual([])
  expect(release.body).toBe(NOTES)
})
