// Every event a workflow can run on: what is built, which tags the registry then holds, and that
// they are all on the one digest of the outputs.
import { describe, expect, test } from '@jest/globals'
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
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { EMPTY_PATH, errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

type EventOf = (sha: string) => StagedEvent
type Inputs = Readonly<Record<string, string>>

const release = (tag: string, more: { action?: string; prerelease?: boolean } = {}): EventOf => {
  return (sha) => releaseEvent({ sha, tag, ...more })
}
const tagPush = (tag: string): EventOf => {
  return (sha) => tagPushEvent({ sha, tag })
}
const push = (branch: string): EventOf => {
  return (sha) => pushEvent({ sha, branch })
}

describe('is built and gets its tags', () => {
  // name, event, inputs, the tags in the registry
  test.concurrent.each<[string, EventOf, Inputs, string]>([
    ['release published', release('v1.4.2'), {}, '1.4.2 1.4 1 git-<sha>'],
    ['release released', release('v0.9.0', { action: 'released' }), {}, '0.9.0 0.9 0 git-<sha>'],
    ['prerelease', release('v1.5.0-rc.1'), {}, '1.5.0-rc.1 git-<sha>'],
    ['a release marked so', release('v2.0.0', { prerelease: true }), {}, '2.0.0 git-<sha>'],
    ['git tag', tagPush('v1.4.2'), {}, '1.4.2 1.4 1 git-<sha>'],
    [
      'git tag with our prefix',
      tagPush('app/v1.4.2'),
      { 'tag-prefix': 'app/' },
      '1.4.2 1.4 1 git-<sha>',
    ],
    ['push to the default branch', push('main'), {}, 'dev git-<sha>'],
    ['push to another branch', push('feature/x'), {}, 'feature-x git-<sha>'],
    ['pull request', (sha) => pullRequestEvent({ sha }), {}, 'pr-7 pr-7-<sha>'],
    ['merge group', (sha) => mergeGroupEvent({ sha }), {}, 'git-<sha>'],
    ['dispatch on the default branch', (sha) => dispatchEvent({ sha }), {}, 'dev git-<sha>'],
    ['dispatch on another', (sha) => dispatchEvent({ sha, branch: 'try' }), {}, 'try git-<sha>'],
    ['push to a branch named like a channel', push('prod'), {}, 'git-<sha>'],
  ])('%s', async (_, event, inputs, row) => {
    const app = stage.app()
    const noNotes = { 'release-notes': 'false' }
    const result = await app.release({ event: event(app.sha), inputs: { ...noNotes, ...inputs } })
    const { outputs } = result
    const tags = tagsIn(row, app.sha)
    expectSuccess(result)
    expect(outputs['tag-names']?.split('\n')).toEqual(tags)
    expect(outputs).toMatchObject({ built: 'true', pushed: 'true', name: app.image })
    expect(await digestsByTag(app.image)).toEqual(allOn(outputs['digest'], tags))
  })

  test.concurrent('schedule, afresh each time, under the day too', async () => {
    const app = stage.app()
    const event = scheduleEvent({ sha: app.sha })
    const runs = [await app.release({ event }), await app.release({ event })]
    expect(runs.map(({ outputs }) => outputs['built'])).toEqual(['true', 'true'])
    const names = runs[1]?.outputs['tag-names']?.split('\n')
    expect(names).toEqual(['nightly', expect.stringMatching(/^nightly-20\d{6}$/)])
    expect(await digestsByTag(app.image)).toMatchObject(
      allOn(runs[1]?.outputs['digest'], names ?? []),
    )
  })
})

describe('a branch never gets a name that means something else', () => {
  test.concurrent.each([
    'staging',
    'latest',
    'nightly-x',
    '1',
    '1.4',
    'v1.4.2',
    'git-abcdefa',
    'pr-7',
  ])('%s', async (branch) => {
    const app = stage.app()
    const inputs = { 'dry-run': 'true' }
    const result = await app.release({ event: push(branch)(app.sha), inputs })
    expectSuccess(result)
    expect(result.outputs['tag-names']).toBe(`git-${app.sha.slice(0, 7)}`)
    const notice = expect.stringContaining(`branch ${branch} gets no tag of its name`)
    expect(result.commands).toContainEqual({ name: 'notice', text: notice })
  })
})

describe('is built and not pushed', () => {
  const dependabot = 'dependabot[bot]'

  // name, event, what is said of the token
  test.concurrent.each<[string, EventOf, string]>([
    ["a fork's pull request", (sha) => pullRequestEvent({ sha, fork: 'mallory' }), 'fork'],
    ["Dependabot's", (sha) => pullRequestEvent({ sha, actor: dependabot }), 'Dependabot'],
    ["Dependabot's push", (sha) => pushEvent({ sha, branch: 'bump', actor: dependabot }), 'Depend'],
  ])('%s', async (_, event, who) => {
    const app = stage.app()
    const result = await app.release({ event: event(app.sha) })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ built: 'true', pushed: 'false' })
    expect(result.outputs['digest']).toBeUndefined()
    const said = expect.stringMatching(new RegExp(`^Not pushed: .*${who}.*token`))
    expect(result.commands).toContainEqual({ name: 'notice', text: said })
    expect(result.summary).toContain('not pushed')
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

describe('is skipped whole, without Docker', () => {
  // name, event, inputs, why
  test.concurrent.each<[string, EventOf, Inputs, string]>([
    ...['created', 'edited', 'deleted', 'unpublished'].map(
      (action): [string, EventOf, Inputs, string] => [
        `release ${action}`,
        release('v1.4.2', { action }),
        {},
        action,
      ],
    ),
    ["another image's git tag", tagPush('web/v1.4.2'), { 'tag-prefix': 'app/' }, 'web/v1.4.2'],
  ])('%s', async (_, event, inputs, why) => {
    const app = stage.app()
    const environment = { PATH: EMPTY_PATH }
    const result = await app.release({ event: event(app.sha), inputs, environment })
    expectSuccess(result)
    expect(result.outputs['skipped']).toContain(why)
    expect(result.summary).toContain('Skipped')
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

describe('is refused before anything is built', () => {
  // name, event, what the error says
  test.concurrent.each<[string, EventOf, RegExp]>([
    ['a git tag that is no version', tagPush('banana'), /git tag banana/],
    [
      'pull_request_target',
      (sha) => {
        const { environment, payload } = pullRequestEvent({ sha, fork: 'mallory' })
        const name = { GITHUB_EVENT_NAME: 'pull_request_target' }
        return { environment: { ...environment, ...name }, payload }
      },
      /pull_request_target.*\n.*push: false/,
    ],
  ])('%s', async (_, event, message) => {
    const app = stage.app()
    const environment = { PATH: EMPTY_PATH }
    const result = await app.release({ event: event(app.sha), environment })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([expect.stringMatching(message)])
    expect(await digestsByTag(app.image)).toEqual({})
  })
})
