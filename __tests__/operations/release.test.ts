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
import { MAX_BODY_CHARACTERS } from '../../src/notes/marked-block.ts'
import { commit, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B, C] = [commit('a'), commit('b'), commit('c')]

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
  expect(stage.tags()).toEqual(Object.fromEntries(names.map((name) => [name, digest])))
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
  stage.registry.forget()
  stage.hub.calls.length = 0
  const second = await stage.run(event)
  expect(second.outputs).toMatchObject({ digest: first.outputs['digest'], built: 'false' })
  expect(notes.body).toBe(body)
  expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
  expect(stage.hub.calls.filter((line) => !line.startsWith('GET '))).toEqual([])
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

test('a version of another commit is an error before any build', async () => {
  const stage = releaseStage()
  const first = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  const before = stage.tags()
  const { error, summary } = await stage.run(tagPushEvent({ sha: B, tag: 'v1.4.2' }))
  expect(error).toMatchObject({
    code: 'tag-conflict',
    message: `Cannot release 1.4.2: ${IMAGE}:1.4.2 is already ${first.outputs['digest']}, of commit ${A}`,
  })
  expect(summary).toContain('Failed to release')
  expect(stage.builds()).toBe(1)
  expect(stage.tags()).toEqual(before)
})

test('overwrite moves it', async () => {
  const stage = releaseStage()
  await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  const { outputs } = await stage.run(tagPushEvent({ sha: B, tag: 'v1.4.2' }), {
    overwrite: 'true',
  })
  expect(stage.tags()['1.4.2']).toBe(outputs['digest'])
})

test('floating tags move back for no one', async () => {
  const stage = releaseStage()
  const newer = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  const older = await stage.run(tagPushEvent({ sha: B, tag: 'v1.4.1' }))
  expect(stage.tags()).toMatchObject({
    '1.4.1': older.outputs['digest'],
    '1.4': newer.outputs['digest'],
    '1': newer.outputs['digest'],
  })
  expect(older.outputs['held-back']).toBe(
    '1.4: 1.4.2 is published and higher\n1: 1.4.2 is published and higher',
  )
  expect(older.summary).toContain('1.4.2 is published and higher')
})

test('move-back moves them', async () => {
  const stage = releaseStage()
  await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  const { outputs } = await stage.run(tagPushEvent({ sha: B, tag: 'v1.4.1' }), {
    'move-back': 'true',
  })
  expect(stage.tags()['1.4']).toBe(outputs['digest'])
})

test('a version that is published during the build holds the tags it is above', async () => {
  const stage = releaseStage()
  const overtaking = () => stage.registry.addImage(PATH, { tags: ['1.4.3'], content: 'newer' })
  stage.duringBuild(overtaking)
  const { outputs, error } = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }))
  expect(error).toBeUndefined()
  expect(Object.keys(stage.tags()).sort()).toEqual(['1.4.2', '1.4.3', 'git-aaaaaaa'])
  expect(outputs['tag-names']).toBe('1.4.2\ngit-aaaaaaa')
  expect(outputs['held-back']).toContain('1.4: 1.4.3 is published and higher')
})

// name, history (commit to its parents), whether dev moves to B
test.each<[string, Record<string, string[]>, boolean]>([
  ['back to an ancestor: no', { [A]: [B], [B]: [] }, false],
  ['on to a descendant', { [B]: [A], [A]: [] }, true],
  ['after a force-push', { [A]: [C], [B]: [C], [C]: [] }, true],
])('dev moves %s', async (_, history, moves) => {
  const stage = releaseStage()
  for (const [sha, parents] of Object.entries(history)) stage.repository.commits.set(sha, parents)
  const before = await stage.run(pushEvent({ sha: A }))
  const { outputs } = await stage.run(pushEvent({ sha: B }))
  expect(stage.tags()['dev']).toBe((moves ? outputs : before.outputs)['digest'])
  expect(outputs['held-back']).toBe(moves ? '' : 'dev: it has the newer commit aaaaaaa')
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
  expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
  expect(stage.hub.calls).toEqual([])
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

test('a refused tag names what moved and what did not, and a re-run finishes', async () => {
  const stage = releaseStage()
  const refused = ({ method, url }: { method: string; url: URL }) =>
    method === 'PUT' && url.pathname.endsWith('/manifests/1.4')
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no' }] })
  stage.registry.inject(
    async () => ({ status: 403, headers: {}, body: new TextEncoder().encode(body) }),
    refused,
    1,
  )
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  const first = await stage.run(event)
  expect(first.error).toMatchObject({ code: 'tags-failed' })
  const { digest } = first.outputs
  const moved = [`${IMAGE}:1.4.2`, `${IMAGE}:1`, `${IMAGE}:git-aaaaaaa`]
  expect(first.outputs).toMatchObject({
    tags: moved.join('\n'),
    'tags-failed': `${IMAGE}:1.4`,
    pushed: 'true',
  })
  expect(String(first.error)).toContain(`on it are ${moved.join(', ')}; not on it are ${IMAGE}:1.4`)
  const second = await stage.run(event)
  expect(second.error).toBeUndefined()
  expect(new Set(Object.values(stage.tags()))).toEqual(new Set([digest]))
})

// permissions, release-notes, whether the step fails
test.each([
  [['contents: read'], 'auto', false],
  [['contents: read'], 'true', true],
])('with %s and release-notes %s', async (permissions, choice, fails) => {
  const stage = releaseStage({ permissions })
  const notes = stage.repository.addRelease('v1.4.2', { body: 'Text' })
  const { error, outputs } = await stage.run(
    releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }),
    { 'release-notes': choice },
  )
  expect(notes.body).toBe('Text')
  expect(outputs['notes']).toContain(outputs['digest'])
  if (fails)
    expect(error).toMatchObject({
      code: 'permission',
      hint: expect.stringContaining('contents: write'),
    })
  else {
    expect(error).toBeUndefined()
    expect(stage.log.lines.join('\n')).toContain('contents: write')
  }
})

// release-notes, the error
test.each([
  ['auto', undefined],
  ['true', { code: 'no-room' }],
])('with a text that leaves no room and release-notes %s', async (choice, expected) => {
  const stage = releaseStage()
  const body = 'x'.repeat(MAX_BODY_CHARACTERS)
  const notes = stage.repository.addRelease('v1.4.2', { body })
  const { error, outputs } = await stage.run(
    releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }),
    { 'release-notes': choice },
  )
  expect(notes.body).toBe(body)
  expect(stage.tags()).toHaveProperty(['1.4.2'], outputs['digest'])
  const log = stage.log.lines.join('\n')
  expect(log).toMatch(/To be pasted .*\n<!-- image-release/)
  if (expected) expect(error).toMatchObject(expected)
  else {
    expect(error).toBeUndefined()
    expect(log).toMatch(/^notice: .* the text leaves no room\. Shorten the text by \d+/m)
  }
})

test('a version-file acts on a branch while its version is unpublished', async () => {
  const stage = releaseStage()
  const first = await stage.run(pushEvent({ sha: A }), { version: '2.0.0' })
  const second = await stage.run(pushEvent({ sha: C }), { version: '2.0.0' })
  expect(stage.tags()).toMatchObject({
    '2.0.0': first.outputs['digest'],
    '2': first.outputs['digest'],
    dev: second.outputs['digest'],
    'git-ccccccc': second.outputs['digest'],
  })
})

const DEPLOYS = { permissions: ['contents: write', 'deployments: write'] }

test('a channel that moves is recorded as a deployment, one that stays is not', async () => {
  const stage = releaseStage(DEPLOYS)
  const { outputs } = await stage.run(pushEvent({ sha: A }))
  await stage.run(pushEvent({ sha: A }))
  expect(stage.repository.deployments).toHaveLength(1)
  const [deployment] = stage.repository.deployments
  expect(deployment).toMatchObject({
    environment: 'dev',
    payload: { image: IMAGE, channel: 'dev', digest: outputs['digest'], operation: 'release' },
  })
  expect(deployment?.statuses.map(({ state }) => state).sort()).toEqual(['in_progress', 'success'])
})

// ledger, whether the step fails, whether dev moves
test.each([
  ['auto', false, true],
  ['required', true, false],
  ['off', false, true],
])('ledger %s without the permission', async (ledger, fails, moves) => {
  const stage = releaseStage()
  const { error } = await stage.run(pushEvent({ sha: A }), { ledger })
  expect(error !== undefined).toBe(fails)
  expect('dev' in stage.tags()).toBe(moves)
  if (ledger !== 'off')
    expect(String(error) + stage.log.lines.join('\n')).toContain('deployments: write')
})

// platforms, annotations given, those that buildx is told beside the OCI ones, whether it is told
// these
test.each<[string, string, string[], boolean]>([
  ['linux/amd64', '', [], false],
  ['linux/amd64', 'team=web\n-org.opencontainers.image.url', ['team=web'], false],
  ['', 'index:team=web', ['index:team=web'], false],
  ['linux/amd64,linux/arm64', 'team=web', ['index:team=web'], true],
])('annotations of an image for "%s": %j', async (platforms, annotations, told, isAnnotated) => {
  const stage = releaseStage()
  const { outputs } = await stage.run(pushEvent({ sha: A }), { platforms, annotations })
  const [build] = stage.exec.commands.filter(({ file }) => file === 'docker')
  const flags = (build?.args ?? []).filter((arg) => arg.startsWith('--annotation='))
  const all = flags.map((arg) => arg.slice('--annotation='.length))
  const isOci = (line: string) => line.startsWith('index:org.opencontainers.image.')
  expect(all.filter((line) => !isOci(line))).toEqual(told)
  expect(all.some(isOci)).toBe(isAnnotated)
  expect(outputs['annotations']?.split('\n').filter(Boolean)).toHaveLength(all.length)
})

// what the user's labels make of the commit's, whether ours has to say it
test.each([
  ['another', 'org.opencontainers.image.revision=of-a-submodule', true],
  ['nothing', '-org.opencontainers.image.revision', true],
  ['the same', `org.opencontainers.image.revision=${A}`, false],
])('an image whose label names %s is found again by its commit', async (_, labels, isMarked) => {
  const stage = releaseStage()
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  const first = await stage.run(event, { labels })
  expect(first.outputs['labels']?.includes(`labels:${A}`) ?? false).toBe(isMarked)
  const { outputs, error } = await stage.run(event, { labels })
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ built: 'false', digest: first.outputs['digest'] })
})

test('a call builds nothing, and does not say that it did', async () => {
  const stage = releaseStage()
  const { outputs, summary, error } = await stage.run(pushEvent({ sha: A }), { call: 'outline' })
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ built: 'false', pushed: 'false' })
  expect(summary).toMatch(/^## Nothing built: .*\n\ncall is outline\n/)
})

test('a digest that is nowhere is an error that says where to look', async () => {
  const digest = `sha256:${'f'.repeat(64)}`
  const { error } = await releaseStage().run(tagPushEvent({ sha: A, tag: 'v1.4.2' }), { digest })
  expect(error).toMatchObject({
    code: 'registry',
    message: `Cannot find ${IMAGE}@${digest}: the registry does not have it`,
    hint: expect.stringContaining('Check the digest'),
  })
})

// Outside of git.
test('without a commit nothing is taken for the same image', async () => {
  const stage = releaseStage()
  const event = dispatchEvent({ sha: '' })
  const first = await stage.run(event, { version: '1.4.2' })
  expect(first.error).toBeUndefined()
  const again = await stage.run(event, {
    version: '1.4.2',
    'dry-run': 'true',
    tags: 'type=raw,value=x',
  })
  expect(JSON.parse(again.outputs['plan'] ?? '').source).toEqual({
    kind: 'build',
    why: 'no commit is known',
  })
  const labelled = { labels: 'org.opencontainers.image.revision=y', version: '1.4.3' }
  const [, other] = [await stage.run(event, labelled), await stage.run(event, labelled)]
  expect(String(other.error)).toMatch(/1\.4\.3 is already sha256:.*, of commit unknown$/m)
})
