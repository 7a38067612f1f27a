// What a release ships on each event, what it ships again, and when it ships nothing.
import { expect, test } from '@jest/globals'
import {
  dispatchEvent,
  mergeGroupEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
  scheduleEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { allOn } from '../all-on.ts'
import { commit, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const A = commit('a')

// name, event, inputs, tags in the order of the output
test.each<[string, StagedEvent, Record<string, string>, string[]]>([
  ['release', releaseEvent({ sha: A, tag: 'v1.4.2' }), {}, ['1.4.2', '1.4', '1', 'git-aaaaaaa']],
  ['tag push', tagPushEvent({ sha: A, tag: 'v1.4.2' }), {}, ['1.4.2', '1.4', '1', 'git-aaaaaaa']],
  ['default branch', pushEvent({ sha: A }), {}, ['dev', 'git-aaaaaaa']],
  ['another branch', pushEvent({ sha: A, branch: 'fix/x' }), {}, ['fix-x', 'git-aaaaaaa']],
  ['dispatch', dispatchEvent({ sha: A, branch: 'try' }), {}, ['try', 'git-aaaaaaa']],
  ['merge group', mergeGroupEvent({ sha: A }), {}, ['git-aaaaaaa']],
  ['pull request', pullRequestEvent({ sha: A }), {}, ['pr-7', 'pr-7-aaaaaaa']],
  ['schedule', scheduleEvent({ sha: A }), {}, ['nightly', 'nightly-20260101']],
  ['a variant', pushEvent({ sha: A }), { variant: 'gpu' }, ['dev-gpu', 'git-aaaaaaa-gpu']],
])('%s: every tag is on the one digest', async (_, event, inputs, names) => {
  const stage = releaseStage()
  const { outputs, error } = await stage.run(event, { ...inputs, 'release-notes': 'false' })
  expect(error).toBeUndefined()
  const { digest } = outputs
  expect(stage.tags()).toEqual(allOn(digest, names))
  expect(outputs).toMatchObject({
    tags: names.map((name) => `${IMAGE}:${name}`).join('\n'),
    'tag-names': names.join('\n'),
    image: `${IMAGE}@${digest}`,
    built: 'true',
    pushed: 'true',
  })
})

test('buildx pushes one tag, the first immutable one; the others get its bytes', async () => {
  const stage = releaseStage()
  await stage.run(pushEvent({ sha: A }))
  const [build] = stage.exec.commands.filter(({ file }) => file === 'docker')
  expect(build?.args.filter((arg) => arg.startsWith('--tag='))).toEqual([
    `--tag=${IMAGE}:git-aaaaaaa`,
  ])
  expect(stage.registry.lines().filter((line) => line.startsWith('PUT'))).toEqual([
    `PUT /v2/${PATH}/manifests/dev`,
  ])
})

test('an image that is pushed at once is not taken for one of another run', async () => {
  const stage = releaseStage({ pushesAtOnce: true })
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  expect(outputs['built']).toBe('true')
})

test('a re-run finishes the same digest and writes nothing twice', async () => {
  const stage = releaseStage()
  const notes = stage.repository.addRelease('v1.4.2', { body: 'New things.' })
  const event = releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id })
  const first = await stage.run(event)
  const body = notes.body
  expect(body).toMatch(/^New things\./)
  expect(body).toContain(first.outputs['digest'])
  stage.forget()
  const second = await stage.run(event)
  expect(second.outputs).toMatchObject({ digest: first.outputs['digest'], built: 'false' })
  expect(notes.body).toBe(body)
  expect(stage.writes()).toEqual([])
})

test('a release ships the image that main built from the commit', async () => {
  const stage = releaseStage()
  const main = await stage.run(pushEvent({ sha: A }))
  const released = await stage.run(tagPushEvent({ sha: A, tag: 'v1.0.0' }))
  expect(stage.builds()).toBe(1)
  expect(released.outputs).toMatchObject({ digest: main.outputs['digest'], built: 'false' })
})

test('other inputs build again, and the log names them', async () => {
  const stage = releaseStage()
  const main = await stage.run(pushEvent({ sha: A }))
  const released = await stage.run(tagPushEvent({ sha: A, tag: 'v1.0.0' }), { target: 'slim' })
  expect(released.outputs['digest']).not.toBe(main.outputs['digest'])
  expect(stage.log.lines).toContain(
    `info: Building: ${IMAGE}:git-aaaaaaa was built with other target`,
  )
  expect(released.outputs['held-back']).toContain("git-aaaaaaa: it names this commit's first image")
  expect(stage.tags()['git-aaaaaaa']).toBe(main.outputs['digest'])
})

test("a pull request's image is never released", async () => {
  const stage = releaseStage()
  const preview = await stage.run(pullRequestEvent({ sha: A }))
  const { outputs } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.0.0' }))
  expect(outputs['digest']).not.toBe(preview.outputs['digest'])
  expect(outputs['built']).toBe('true')
})

test.each([
  ['a fork', pullRequestEvent({ sha: A, fork: 'stranger' })],
  ['Dependabot', pullRequestEvent({ sha: A, actor: 'dependabot[bot]' })],
])('for %s it builds, does not push, and says so', async (_, event) => {
  const stage = releaseStage()
  const { outputs, error, summary } = await stage.run(event)
  expect(error).toBeUndefined()
  expect(stage.builds()).toBe(1)
  expect(stage.registry.lines()).toEqual([])
  expect(outputs).toMatchObject({ built: 'true', pushed: 'false' })
  expect(outputs).not.toHaveProperty('digest')
  expect(summary).toContain('cannot write')
})

test.each(['edited', 'deleted', 'created', 'unpublished'])(
  'release %s is skipped whole',
  async (action) => {
    const stage = releaseStage()
    const { outputs, error } = await stage.run(releaseEvent({ sha: A, tag: 'v1.0.0', action }))
    expect(error).toBeUndefined()
    expect(outputs['skipped']).toContain(action)
    expect([stage.builds(), stage.registry.lines(), stage.hub.calls]).toEqual([0, [], []])
  },
)

test('a dry run plans and writes nothing', async () => {
  const stage = releaseStage()
  stage.repository.addRelease('v1.4.2', { body: '' })
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }), {
    'dry-run': 'true',
  })
  expect(error).toBeUndefined()
  expect(stage.builds()).toBe(0)
  expect([stage.writes(), stage.hub.calls]).toEqual([[], []])
  expect(JSON.parse(outputs['plan'] ?? '')).toMatchObject({
    source: { kind: 'build' },
    push: [`${IMAGE}:1.4.2`],
    tags: [
      { reference: `${IMAGE}:1.4.2`, role: 'version' },
      { reference: `${IMAGE}:1.4`, role: 'floating' },
      { reference: `${IMAGE}:1`, role: 'floating' },
      { reference: `${IMAGE}:git-aaaaaaa`, role: 'commit' },
    ],
  })
})

test('a failing build leaves nothing behind', async () => {
  const stage = releaseStage()
  const notes = stage.repository.addRelease('v1.4.2', { body: 'Text' })
  stage.failBuilds({ code: 1 })
  const { error, outputs } = await stage.run(releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }))
  expect(error).toMatchObject({ code: 'build' })
  expect(stage.tags()).toEqual({})
  expect(notes.body).toBe('Text')
  expect(outputs).not.toHaveProperty('digest')
})
