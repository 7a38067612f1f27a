// Which tags a release may move, which it holds back, and what a refused one leaves.
import { expect, test } from '@jest/globals'
import { pushEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { answerWith, refuse } from '../fakes/registry-wire.ts'
import { commit, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B, C] = [commit('a'), commit('b'), commit('c')]

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

const REF_RULES = 'type=semver,pattern={{version}}\ntype=ref,event=branch\ntype=sha'

// the branch, the commit pushed to it, inputs, whether the tag of its name moves
test.each<[string, string, Record<string, string>, boolean]>([
  ['1.4.2', B, {}, false],
  ['1.4.2', B, { overwrite: 'true' }, true],
  ['1.4.2', A, {}, false],
  ['1.4', B, {}, true],
  ['1.4.2-fix', B, {}, true],
])('a branch %s of commit %.1s, with %j: its tag moves: %s', async (branch, sha, more, moves) => {
  const stage = releaseStage()
  const inputs = { tags: REF_RULES, ...more }
  const first = await stage.run(tagPushEvent({ sha: A, tag: 'v1.4.2' }), inputs)
  const there = stage.registry.addImage(PATH, { tags: ['1.4', '1.4.2-fix'], content: 'old' })
  const { error, outputs } = await stage.run(pushEvent({ sha, branch }), inputs)
  expect(error).toBeUndefined()
  expect(stage.tags()[branch]).toBe(moves ? outputs['digest'] : first.outputs['digest'])
  expect(outputs['digest']).not.toBe(there.digest)
  const held = `1.4.2: it reads as a full version, and ${first.outputs['digest']} has it`
  expect(outputs['held-back']).toBe(moves || sha === A ? '' : held)
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

test('a version given on a branch acts while it is unpublished', async () => {
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

test('a refused tag names what moved and what did not, and a re-run finishes', async () => {
  const stage = releaseStage()
  const refused = ({ method, url }: { method: string; url: URL }) =>
    method === 'PUT' && url.pathname.endsWith('/manifests/1.4')
  stage.registry.inject(answerWith(refuse(403, 'DENIED')), refused)
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
