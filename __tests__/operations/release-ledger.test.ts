// What a release tells the ledger of a channel it moves, also when something comes in between.
import { expect, test } from '@jest/globals'
import { pushEvent } from '../../scripts/stage/events.js'
import { digest } from '../ledger/entries.ts'
import { commit, type ReleaseStage, releaseStage } from './release-stage.ts'
import { IMAGE, ledgerRecord, PATH } from './stage.ts'

const PUSH = pushEvent({ sha: commit('a') })
const permissions = ['contents: write', 'deployments: write']
/** What another run announces. */
const THEIRS = ledgerRecord({ channel: 'dev', digest: digest('b'), operation: 'release' })
const STATUS = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses'

const statesOf = ({ repository }: ReleaseStage) =>
  repository.deployments.map(({ statuses }) => statuses.map(({ state }) => state).join(' '))

test('a channel that moves is recorded as a deployment, one that stays is not', async () => {
  const stage = releaseStage({ permissions })
  const { outputs } = await stage.run(PUSH)
  await stage.run(PUSH)
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
  const { error } = await stage.run(PUSH, { ledger })
  expect(error !== undefined).toBe(fails)
  expect('dev' in stage.tags()).toBe(moves)
  if (ledger !== 'off')
    expect(String(error) + stage.log.lines.join('\n')).toContain('deployments: write')
})

test('a success that could not be told is told once by the next run', async () => {
  const stage = releaseStage({ permissions })
  stage.hub.faults.push({ call: 'POST /repos/acme/app/deployments/', status: 403, skip: 1 })
  const first = await stage.run(PUSH)
  expect(String(first.error)).toContain('deployments')
  expect(stage.tags()['dev']).toBe(first.outputs['digest'])
  for (const _ of [1, 2]) expect((await stage.run(PUSH)).error).toBeUndefined()
  expect(statesOf(stage)).toEqual(['in_progress success'])
})

test('a channel that another run takes at the same time is lost, and to what', async () => {
  let statuses = 0
  const stage = releaseStage({
    permissions,
    around: async (call, act) => {
      // Between our move and the word of its success.
      if (call === STATUS && ++statuses === 2)
        stage.registry.addImage(PATH, { content: 'theirs', tags: ['dev'] })
      await act()
    },
  })
  stage.repository.addDeployment({ environment: 'dev', payload: THEIRS }, 'in_progress')
  const { error } = await stage.run(PUSH)
  expect(String(error)).toContain(`another run has moved it to ${stage.tags()['dev']}`)
  expect(statesOf(stage)).toEqual(['in_progress', 'in_progress success failure'])
})

// when the later commit's run ships from beginning to end, statuses of the two deployments at the
// end
test.each<[string, number, string]>([
  ['between our announcement and our move', 1, 'in_progress failure'],
  ['between our move and the word of its success', 2, 'in_progress success failure'],
])('a channel that a later commit takes %s is held back', async (_, nth, states) => {
  const [own, later] = [commit('a'), commit('b')]
  let statuses = 0
  const stage = releaseStage({
    permissions,
    around: async (call, act) => {
      if (call === STATUS && ++statuses === nth)
        expect((await stage.run(pushEvent({ sha: later }))).error).toBeUndefined()
      await act()
    },
  })
  stage.repository.commits.set(own, []).set(later, [own])
  const { outputs, error } = await stage.run(PUSH)
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({
    'held-back': 'dev: it has the newer commit bbbbbbb',
    'tag-names': 'git-aaaaaaa',
    'tags-failed': '',
  })
  expect(stage.tags()['dev']).toBe(stage.tags()['git-bbbbbbb'])
  expect(statesOf(stage)).toEqual([states, 'in_progress success'])
})

test('whoever has the channel is its last success', async () => {
  const stage = releaseStage({
    permissions,
    around: async (call, act) => {
      await act()
      // Told in the same second, and of a later deployment.
      if (call === STATUS && stage.repository.deployments.length === 1)
        stage.repository.addDeployment({ environment: 'dev', payload: THEIRS }, 'success')
    },
  })
  expect((await stage.run(PUSH)).error).toBeUndefined()
  const [own, other] = stage.repository.deployments
  const toldAt = own?.statuses.at(-1)?.createdAt ?? ''
  expect(toldAt > (other?.statuses.at(-1)?.createdAt ?? '')).toBe(true)
})

// what GitHub answers to whoever reads deployments
test.each([403, 404, 500])(
  'an unread ledger (%i) fails no run that moves nothing',
  async (status) => {
    const stage = releaseStage({ permissions })
    await stage.run(PUSH)
    const call = 'GET /repos/acme/app/deployments'
    for (const each of ['POST /graphql', call])
      stage.hub.faults.push({ call: each, status, times: 100 })
    expect((await stage.run(PUSH)).error).toBeUndefined()
    expect(stage.log.lines.join('\n')).toContain('dev is not recorded')
  },
)

test('where the ledger must be had the permission to write it is named', async () => {
  const stage = releaseStage({ permissions })
  await stage.run(PUSH)
  for (const call of ['POST /graphql', 'GET /repos/acme/app/deployments'])
    stage.hub.faults.push({ call, status: 403, times: 100 })
  const { error } = await stage.run(PUSH, { ledger: 'required' })
  expect(String(error)).toContain('Give the job "deployments: write".')
})
