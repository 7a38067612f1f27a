// What the standard set leaves out or refuses, and the words it has for that.
import { describe, expect, test } from '@jest/globals'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import {
  eventOf,
  mergeGroup,
  pullRequest,
  push,
  releaseOf,
  requestOf,
  tagPush,
  workflowRun,
} from './requests.ts'

type Change = Partial<TagRequest>

// what happens, the event, what is given besides, the one line
test.each<[string, WorkflowEvent, Change, string]>([
  [
    'an edited release',
    releaseOf('v1.4.2', { action: 'edited' }),
    {},
    'release edited: only published, released and prereleased releases are tagged',
  ],
  [
    "another package's tag",
    tagPush('lib/v1.4.2'),
    { tagPrefix: 'app/' },
    'git tag lib/v1.4.2 does not begin with tag-prefix app/',
  ],
  [
    "a fork's workflow run",
    workflowRun('main', 'evil/app'),
    {},
    "the triggering run is of a fork's commit, which gets no tag of this repository",
  ],
])('%s is skipped', (_, event, change, skipped) => {
  expect(resolveTags(requestOf({ event, ...change }))).toEqual({
    tags: [],
    prerelease: false,
    skipped,
    notices: [],
    unused: [],
  })
})

// the event, what is given besides, part of a notice
test.each<[WorkflowEvent, Change, string]>([
  [push('prod'), {}, 'branch prod gets no tag of its name: prod is a channel'],
  [push('#latest'), {}, 'branch #latest gets no tag of its name: latest is for releases'],
  [push('###'), {}, 'branch ### gets no tag of its name: no character of it can stand in a tag'],
  [push('1.4'), {}, 'branch 1.4 gets no tag of its name: 1.4 looks like a version'],
  [push('pr/7'), {}, 'branch pr/7 gets no tag of its name: pr-… is for commits and pull requests'],
  [pullRequest(), { version: '9.9.9' }, 'version 9.9.9 is ignored: a pull request releases no'],
  [
    eventOf('schedule', 'refs/heads/main'),
    { version: '9.9.9', versionFrom: 'version-file' },
    'version-file 9.9.9 is ignored: a schedule releases no version',
  ],
  [mergeGroup(), { version: '9.9.9' }, 'version 9.9.9 is ignored: a merge group releases no'],
  [eventOf('push', 'refs/heads/x', { repository: {} }), {}, 'which branch is the default one'],
  [tagPush('v1.4.2'), { floating: false }, 'no tag 1.4, floating is false'],
  [
    parseEvent({ environment: {}, payload: undefined }),
    { version: '2.0.1' },
    'type=standard: no commit is known, so no tag git-…',
  ],
  [push('.hidden'), {}, '".hidden" is no tag; it becomes hidden'],
])('a notice (%#) says what was not done', (event, change, notice) => {
  const { notices } = resolveTags(requestOf({ event, ...change }))
  expect(notices.join('\n')).toContain(notice)
})

// the event, what is given besides, the whole message
test.each<[string, WorkflowEvent, Change, string]>([
  [
    'input and tag disagree',
    tagPush('v1.4.2'),
    { version: '1.4.3' },
    'Cannot tag version 1.4.3: version says 1.4.3, but the git tag is v1.4.2',
  ],
  [
    'file and release disagree',
    releaseOf('v1.4.2'),
    { version: '1.4.20', versionFrom: 'version-file' },
    'Cannot tag version 1.4.20: version-file says 1.4.20, but the git tag is v1.4.2',
  ],
  [
    'the tag ends with more digits',
    tagPush('app-11.4.2'),
    { version: '1.4.2' },
    'Cannot tag version 1.4.2: version says 1.4.2, but the git tag is app-11.4.2',
  ],
  [
    'a tag that is no version',
    tagPush('v0.29'),
    {},
    'Cannot tag an image for git tag v0.29:\ntype=standard: v0.29 is not a semantic version like 1.4.2',
  ],
])('%s: an error of code event', (_, event, change, message) => {
  expect(() => resolveTags(requestOf({ event, ...change }))).toThrow(
    expect.objectContaining({ code: 'event', message }),
  )
})

describe.each([
  ['a push', push('main')],
  ['a dispatch', eventOf('workflow_dispatch', 'refs/heads/main')],
])('on %s', (_, event) => {
  test.each(['nope', 'two', 'latest', '1.x', 'v'])('a version that is none: %s', (version) => {
    expect(() => resolveTags(requestOf({ event, version }))).toThrow(
      expect.objectContaining({
        code: 'input',
        message: `version: "${version}" is no version like 1.4.2`,
        hint: expect.stringContaining('type=raw'),
      }),
    )
  })
})
