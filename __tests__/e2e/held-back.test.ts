// Tags that may not move, and the inputs that move them all the same.
import { expect, test } from '@jest/globals'
import { tagPushEvent } from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

test.concurrent('floating tags stay with a higher version', async () => {
  const app = stage.app()
  const higher = await app.release({ event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }) })
  const sha = app.commit({ 'app.txt': 'a fix for an older version' })
  const lower = await app.release({ event: tagPushEvent({ sha, tag: 'v1.4.1' }) })
  expectSuccess(lower)
  expect(lower.outputs['held-back']?.split('\n')).toEqual(
    ['1.4', '1'].map((tag) => `${tag}: 1.4.2 is published and higher`),
  )
  expect(await digestsByTag(app.image)).toEqual({
    ...allOn(higher.outputs['digest'], tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)),
    ...allOn(lower.outputs['digest'], tagsIn('1.4.1 git-<sha>', sha)),
  })
  const said = lower.commands.filter(({ name }) => name === 'notice').map(({ text }) => text)
  expect(said).toEqual(expect.arrayContaining([expect.stringMatching(/^1\.4 is held back/)]))
  expect(lower.summary).toMatch(/`1\.4`.*is published and higher/)
})

test.concurrent('move-back moves them', async () => {
  const app = stage.app()
  await app.release({ event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }) })
  const sha = app.commit({ 'app.txt': 'a fix for an older version' })
  const event = tagPushEvent({ sha, tag: 'v1.4.1' })
  const lower = await app.release({ event, inputs: { 'move-back': 'true' } })
  expectSuccess(lower)
  expect(await digestsByTag(app.image)).toMatchObject(
    allOn(lower.outputs['digest'], ['1.4.1', '1.4', '1']),
  )
})

test.concurrent('a version stays with its commit, unless overwritten', async () => {
  const app = stage.app()
  const first = await app.release({ event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }) })
  const before = await digestsByTag(app.image)
  const sha = app.commit({ 'app.txt': 'moved' })
  const event = tagPushEvent({ sha, tag: 'v1.4.2' })
  const refused = await app.release({ event, environment: { PATH: stage.dockerPath('exit 99') } })
  expect(refused.code).toBe(1)
  const [error = ''] = errorsOf(refused)
  for (const named of [`${app.image}:1.4.2`, first.outputs['digest'], app.sha, 'overwrite: true'])
    expect(error).toContain(named)
  expect(await digestsByTag(app.image)).toEqual(before)

  const moved = await app.release({ event, inputs: { overwrite: 'true' } })
  expectSuccess(moved)
  expect(await digestsByTag(app.image)).toEqual({
    ...allOn(first.outputs['digest'], tagsIn('git-<sha>', app.sha)),
    ...allOn(moved.outputs['digest'], tagsIn('1.4.2 1.4 1 git-<sha>', sha)),
  })
})
