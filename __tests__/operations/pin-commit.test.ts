// How pin hands its change over: on the branch, or in a pull request.
import { expect, test } from '@jest/globals'
import { pinStage, pod } from './pin-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const OTHER = `sha256:${'0'.repeat(64)}`

const text = pod(`${IMAGE}:1.0.0`)

function committed(permissions?: string[]) {
  const stage = pinStage({ 'a.yaml': text }, permissions ? { permissions } : {})
  stage.repository.git.commit('main', { 'a.yaml': `${text}# newer\n` })
  const { digest } = stage.registry.addImage(PATH, { tags: ['1.0.0'] })
  return { ...stage, digest }
}

test('push: the base has the change on top of its own text', async () => {
  const { run, repository, digest } = committed()
  const { outputs, error } = await run({ commit: 'push', base: 'main' })
  expect(error).toBeUndefined()
  expect(repository.git.filesOf('main')).toEqual({
    'a.yaml': `${pod(`${IMAGE}:1.0.0@${digest}`)}# newer\n`,
  })
  expect(outputs['commit-sha']).toBe(repository.git.branches.get('main'))
})

test('pull-request: its text shows what changed to which digest', async () => {
  const { run, repository, digest } = committed()
  const { outputs } = await run({ commit: 'pull-request', base: 'main' })
  const [pull] = repository.git.pullRequests
  expect(pull?.title).toBe(`Pin ${IMAGE}:1.0.0`)
  expect(pull?.body).toContain(
    `| \`a.yaml:4\` | \`${IMAGE}:1.0.0\` | \`${IMAGE}:1.0.0@${digest}\` |`,
  )
  expect(outputs).toMatchObject({
    'pull-request-number': '1',
    'pull-request-url': 'https://github.com/acme/app/pull/1',
  })
})

test('pull-request: the commit is told also where no pull request may be opened', async () => {
  const { run, repository } = committed(['contents: write', 'pull-requests: read'])
  const { error, outputs } = await run({ commit: 'pull-request', base: 'main' })
  expect(error).toMatchObject({ code: 'permission' })
  expect(outputs['commit-sha']).toBe(repository.git.branches.get('image-release/pin'))
  expect(outputs['commit-sha']).toBeDefined()
})

test('without the permission the diff is printed', async () => {
  const { run, log, digest } = committed(['contents: read'])
  const { error, outputs } = await run({ commit: 'push', base: 'main' })
  expect(error).toMatchObject({ code: 'permission', hint: 'Give the job "contents: write".' })
  expect(outputs['diff']).toContain(`@${digest}`)
  expect(log.lines.join('\n')).toContain(outputs['diff'])
})

test('nothing to do is nothing done', async () => {
  const { run, hub } = pinStage({ 'a.yaml': pod(`${IMAGE}@${OTHER}`) })
  expect((await run({ commit: 'pull-request' })).error).toBeUndefined()
  expect(hub.calls).toEqual([])
})
