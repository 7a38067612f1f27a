// Two runs that ship one commit at the same time, and runs that other runs meet on the way.
import { describe, expect, test } from '@jest/globals'
import { pushEvent, releaseEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { allOn } from '../all-on.ts'
import { commit, type ReleaseStage, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B] = [commit('a'), commit('b')]
const REVISION = 'org.opencontainers.image.revision'

/** A stage that acts once, at that request of those that match, before it is answered. */
function stageThatActs(moment: RegExp, nth: number) {
  let seen = 0
  let act: (() => Promise<unknown>) | undefined
  const stage = releaseStage({
    async around(call, proceed) {
      const now = act
      if (now && moment.test(call) && ++seen === nth) {
        act = undefined
        await now()
      }
      return proceed()
    },
  })
  const actLater = (next: () => Promise<unknown>) => {
    act = next
  }
  return { stage, actLater }
}

const manifest = (tag: string) => `/v2/${PATH}/manifests/${tag}`

/** The tags of a release of 1.4.2. */
const VERSION = ['1', '1.4', '1.4.2', 'git-aaaaaaa']

// name, event of the first run, of the other one, tags at the end
const PAIRS = [
  [
    'tag push and release',
    tagPushEvent({ sha: A, tag: 'v1.4.2' }),
    releaseEvent({ sha: A, tag: 'v1.4.2', id: 1 }),
    VERSION,
  ],
  ['the same push twice', pushEvent({ sha: A }), pushEvent({ sha: A }), ['dev', 'git-aaaaaaa']],
  [
    'push and tag push',
    pushEvent({ sha: A }),
    tagPushEvent({ sha: A, tag: 'v1.4.2' }),
    ['1', '1.4', '1.4.2', 'dev', 'git-aaaaaaa'],
  ],
] as const

// where the first run is when the other one ships from beginning to end
const MOMENTS: readonly (readonly [string, RegExp, number])[] = [
  ['begins to push', new RegExp(`^HEAD ${manifest('git-aaaaaaa')}$`), 1],
  ['has pushed its build', new RegExp(`^HEAD ${manifest('git-aaaaaaa')}$`), 2],
  ['reads its image', new RegExp(`^GET ${manifest('sha256:')}`), 1],
]

describe.each(PAIRS)('%s', (_, first, second, tags) => {
  test.each(MOMENTS)('the other run ships while this one %s', async (...row) => {
    const [, moment, nth] = row
    const { stage, actLater } = stageThatActs(moment, nth)
    stage.repository.addRelease('v1.4.2', { body: '' })
    let running: ReturnType<typeof stage.run> | undefined
    stage.duringBuild(() => {
      actLater(() => {
        running = stage.run(second)
        return running
      })
    })
    const own = await stage.run(first)
    const other = await running
    expect([own.error, other?.error]).toEqual([undefined, undefined])
    const { digest } = own.outputs
    expect(digest).toMatch(/^sha256:/)
    expect(other?.outputs['digest']).toBe(digest)
    expect(stage.tags()).toEqual(allOn(digest, tags))
  })

  // what this run does when the other one ships from beginning to end
  test.each([
    ['builds', 'duringBuild'],
    ['pushes its layers', 'duringPush'],
  ] as const)('what ships while this one %s is taken over', async (_, moment) => {
    const stage = releaseStage()
    stage.repository.addRelease('v1.4.2', { body: '' })
    let other: ReturnType<typeof stage.run> | undefined
    stage[moment](() => {
      other = stage.run(second)
      return other
    })
    const own = await stage.run(first)
    const { digest } = (await other)?.outputs ?? {}
    expect(digest).toMatch(/^sha256:/)
    expect(own.error).toBeUndefined()
    expect(own.outputs).toMatchObject({ digest, built: 'false' })
    expect(stage.tags()).toEqual(allOn(digest, tags))
  })

  test('both run side by side', async () => {
    const stage = releaseStage()
    stage.repository.addRelease('v1.4.2', { body: '' })
    const [one, two] = await Promise.all([stage.run(first), stage.run(second)])
    expect([one.error, two.error]).toEqual([undefined, undefined])
    const { digest } = one.outputs
    expect(two.outputs['digest']).toBe(digest)
    expect(stage.tags()).toEqual(allOn(digest, tags))
  })
})

test('a push that was stopped too late is undone: the image of the faster run is it', async () => {
  const stage = releaseStage({ pushesAtOnce: true })
  let digest = ''
  stage.duringBuild(async () => {
    digest = await imageOfAnother(stage, 'git-aaaaaaa')
  })
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ digest, built: 'false' })
  expect(stage.tags()).toEqual(allOn(digest, VERSION))
})

/** An image of the same commit and inputs that another run puts under a tag. */
async function imageOfAnother(stage: ReleaseStage, tag: string) {
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  const { outputs } = await stage.run(event, { 'dry-run': 'true' })
  const lines = (outputs['labels'] ?? '').split('\n').map((line) => line.split(/=(.*)/s))
  const labels = Object.fromEntries(lines)
  return stage.registry.addImage(PATH, { tags: [tag], labels, content: 'of another' }).digest
}

test("a version that another run's late push took comes back to the commit's image", async () => {
  const { stage, actLater } = stageThatActs(new RegExp(`^HEAD ${manifest('1')}$`), 2)
  let late = ''
  actLater(async () => {
    late = await imageOfAnother(stage, '1.4.2')
  })
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  const { digest } = outputs
  expect(late).toMatch(/^sha256:/)
  expect(digest).not.toBe(late)
  expect(stage.tags()).toEqual(allOn(digest, VERSION))
})

test("the commit's tag goes to a slower run's image while the notes are written: all follow", async () => {
  const { stage, actLater } = stageThatActs(/^PATCH .*releases/, 1)
  const notes = stage.repository.addRelease('v1.4.2', { body: 'New.' })
  const event = releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id })
  let late = ''
  actLater(async () => {
    late = await imageOfAnother(stage, 'git-aaaaaaa')
  })
  const { outputs, error } = await stage.run(event)
  expect(error).toBeUndefined()
  expect(late).toMatch(/^sha256:/)
  expect(outputs).toMatchObject({ digest: late, built: 'false' })
  expect(stage.tags()).toEqual(allOn(late, VERSION))
  expect(notes.body?.match(/sha256:[0-9a-f]{64}/)?.[0]).toBe(late)
})

test('a registry that refuses the look while buildx pushes does not end the push', async () => {
  const stage = releaseStage()
  stage.duringBuild(() => {
    const isLook = ({ url }: { url: URL }) => url.pathname === manifest('git-aaaaaaa')
    stage.registry.inject(async () => ({ status: 403 }), isLook, 2)
  })
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  expect(outputs['built']).toBe('true')
  expect(stage.tags()).toEqual(allOn(outputs['digest'], VERSION))
})

/** What another workflow does while this run builds. */
function publishing(tag: string, labels: Readonly<Record<string, string>>) {
  const stage = releaseStage()
  stage.duringBuild(() => {
    stage.registry.addImage(PATH, { tags: [tag], labels, content: 'of another' })
  })
  return stage
}

test("the commit's tag stays with an image that was built otherwise meanwhile", async () => {
  const labels = { [REVISION]: A, 'image-release.inputs': 'target:1' }
  const stage = publishing('git-aaaaaaa', labels)
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  expect(outputs['held-back']).toContain("git-aaaaaaa: it names this commit's first image")
  expect(stage.tags()['git-aaaaaaa']).not.toBe(outputs['digest'])
  expect(stage.tags()['1.4.2']).toBe(outputs['digest'])
})

test('a version that another commit takes between build and tags is refused', async () => {
  const two = 'localhost:5000/acme/two'
  const stage = releaseStage()
  stage.duringBuild(() => {
    const labels = { [REVISION]: B }
    stage.registry.addImage('acme/two', { tags: ['1.4.2'], labels, content: 'of another' })
  })
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  const { error } = await stage.run(event, { images: `${IMAGE}\n${two}` })
  const taken = stage.registry.tags('acme/two')
  expect(error).toMatchObject({
    code: 'tag-conflict',
    message: `Cannot release 1.4.2: ${two}:1.4.2 is already ${taken['1.4.2']}, of commit ${B}`,
  })
  expect(Object.keys(taken)).toEqual(['1.4.2'])
})

test('with build: always nothing is taken over', async () => {
  const stage = releaseStage()
  const first = await stage.run(pushEvent({ sha: A }))
  const { outputs } = await stage.run(pushEvent({ sha: A }), { build: 'always' })
  expect(stage.tags()).toEqual({
    dev: outputs['digest'],
    'git-aaaaaaa': first.outputs['digest'],
  })
})
