// What release says and does on pull requests.
import { describe, expect, test } from '@jest/globals'
import { pullRequestEvent } from '../../scripts/stage/events.js'
import { commit, releaseStage } from './release-stage.ts'
import { IMAGE } from './stage.ts'

const A = commit('a')
const OPEN = pullRequestEvent({ sha: A })
const MAY_COMMENT = { permissions: ['contents: read', 'pull-requests: write'] }

test('one comment, one block per image and variant, replaced by the next run', async () => {
  const stage = releaseStage(MAY_COMMENT)
  await stage.run(OPEN)
  await stage.run(OPEN, { variant: 'gpu' })
  const { outputs } = await stage.run(pullRequestEvent({ sha: commit('b') }))
  const [comment, ...more] = stage.repository.comments
  expect(more).toEqual([])
  expect(comment).toMatchObject({ issue: 7, login: 'github-actions[bot]' })
  const keys = [...(comment?.body.matchAll(/^<!-- image-release: (.+) -->$/gm) ?? [])]
  expect(keys.map(([, key]) => key)).toEqual([IMAGE, `${IMAGE} gpu`])
  expect(comment?.body).toContain(`docker pull ${outputs['image']}`)
  expect(comment?.body).toContain('`pr-7-bbbbbbb`')
  expect(comment?.body).not.toContain('`pr-7-aaaaaaa`')
})

test.each([
  ['comment: false', MAY_COMMENT, { comment: 'false' }],
  ['no permission', { permissions: ['contents: read'] }, {}],
])('no comment, and no failure: %s', async (_, setting, inputs) => {
  const stage = releaseStage(setting)
  const { error, outputs } = await stage.run(OPEN, inputs)
  expect([error, outputs['pushed'], stage.repository.comments]).toEqual([undefined, 'true', []])
  expect(stage.log.lines.filter((line) => /^(warning|notice)/.test(line))).toEqual([])
})

test('a closed pull request gets no push: one line', async () => {
  const stage = releaseStage(MAY_COMMENT)
  const { error, outputs } = await stage.run(pullRequestEvent({ sha: A, action: 'closed' }))
  expect(error).toBeUndefined()
  expect(outputs['skipped']).toBe('pull request 7 is closed')
  expect([stage.builds(), stage.registry.lines(), stage.hub.calls]).toEqual([0, [], []])
})

describe("a stranger's pull request on pull_request_target", () => {
  const { environment, payload } = pullRequestEvent({ sha: A, fork: 'stranger' })
  const name = { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF: 'refs/heads/main' }
  const event = { payload, environment: { ...environment, ...name } }

  test('is refused, with what to do', async () => {
    const stage = releaseStage(MAY_COMMENT)
    const { error } = await stage.run(event)
    expect(error).toMatchObject({
      code: 'event',
      hint: expect.stringContaining('allow-pull-request-target: true'),
    })
    expect([stage.builds(), stage.registry.lines(), stage.hub.calls]).toEqual([0, [], []])
  })

  test('is pushed and told where the workflow allows it', async () => {
    const stage = releaseStage(MAY_COMMENT)
    const { outputs } = await stage.run(event, { 'allow-pull-request-target': 'true' })
    expect(outputs).toMatchObject({ pushed: 'true', 'tag-names': 'pr-7\npr-7-aaaaaaa' })
    expect(stage.repository.comments).toHaveLength(1)
  })
})
