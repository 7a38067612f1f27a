// The tags of the standard set, event by event.
import { describe, expect, test } from '@jest/globals'
import type { WorkflowEvent } from '../../src/event/event.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import {
  eventOf,
  mergeGroup,
  namesOf,
  pullRequest,
  push,
  releaseOf,
  requestOf,
  tagPush,
  workflowRun,
} from './requests.ts'

const GIT = 'git-860c190'
const GIT_HEAD = 'git-c0ffee1'
const LONG = `feat/${'x'.repeat(150)}`

type Change = Partial<TagRequest>

describe('the standard set', () => {
  // what happens, the event, what is given besides, the tags in order
  test.each<[string, WorkflowEvent, Change, string]>([
    ['a tag', tagPush('v1.4.2'), {}, `1.4.2 1.4 1 ${GIT}`],
    ['a tag without v', tagPush('1.4.2'), {}, `1.4.2 1.4 1 ${GIT}`],
    ['version 0', tagPush('v0.9.0'), {}, `0.9.0 0.9 0 ${GIT}`],
    ['a prerelease tag', tagPush('v2.0.0-rc.1'), {}, `2.0.0-rc.1 ${GIT}`],
    ['a numbered prerelease', tagPush('v2.0.0-1'), {}, `2.0.0-1 ${GIT}`],
    ['build metadata', tagPush('v1.4.2+b.7'), {}, `1.4.2 1.4 1 ${GIT}`],
    ['a calendar version', tagPush('2026.7.24'), {}, `2026.7.24 2026.7 2026 ${GIT}`],
    ['a release', releaseOf('v1.4.2'), {}, `1.4.2 1.4 1 ${GIT}`],
    ['a released release', releaseOf('v1.4.2', { action: 'released' }), {}, `1.4.2 1.4 1 ${GIT}`],
    [
      'a release marked as prerelease',
      releaseOf('v1.4.2', { action: 'prereleased', prerelease: true }),
      {},
      `1.4.2 ${GIT}`,
    ],
    ['a prefixed tag', tagPush('app/v1.4.2'), { tagPrefix: 'app/' }, `1.4.2 1.4 1 ${GIT}`],
    ['a prefix with a dash', tagPush('app-1.4.2'), { tagPrefix: 'app-' }, `1.4.2 1.4 1 ${GIT}`],
    ['a variant', tagPush('v1.4.2'), { variant: 'gpu' }, `1.4.2-gpu 1.4-gpu 1-gpu ${GIT}-gpu`],
    ['no floating tags', tagPush('v1.4.2'), { floating: false }, `1.4.2 ${GIT}`],
    ['a longer commit', tagPush('v1.4.2'), { shaLength: 12 }, '1.4.2 1.4 1 git-860c1904a1ce'],
    ['a created tag', eventOf('create', 'refs/tags/v1.4.2'), {}, `1.4.2 1.4 1 ${GIT}`],
    ['a flavor', tagPush('v1.4.2'), { flavor: 'prefix=x-' }, `x-1.4.2 x-1.4 x-1 x-${GIT}`],
    ['the default branch', push('main'), {}, `dev ${GIT}`],
    ['other channels', push('main'), { channels: ['edge'] }, `edge ${GIT}`],
    ['no channels', push('main'), { channels: [] }, `main ${GIT}`],
    ['a dispatch on it', eventOf('workflow_dispatch', 'refs/heads/main'), {}, `dev ${GIT}`],
    ['a channel variant', push('main'), { variant: 'gpu' }, `dev-gpu ${GIT}-gpu`],
    ['no floating on a branch', push('main'), { floating: false }, `dev ${GIT}`],
    ['a version on it', push('main'), { version: '1.4.2' }, `1.4.2 1.4 1 dev ${GIT}`],
    ['a version with v', push('main'), { version: 'v1.4.2' }, `1.4.2 1.4 1 dev ${GIT}`],
    ['a version on a branch', push('fix'), { version: '1.4.2' }, `1.4.2 1.4 1 fix ${GIT}`],
    [
      'a version by hand',
      eventOf('', 'refs/heads/fix'),
      { version: '1.4.2' },
      `1.4.2 1.4 1 ${GIT}`,
    ],
    ['no version by hand', eventOf('', 'refs/heads/main'), {}, `dev ${GIT}`],
    ['a version and its tag', tagPush('v1.4.2'), { version: '1.4.2' }, `1.4.2 1.4 1 ${GIT}`],
    ['another name for it', tagPush('app-1.4.2'), { version: '1.4.2' }, `1.4.2 1.4 1 ${GIT}`],
    ['a version and its release', releaseOf('1.4.2'), { version: 'v1.4.2' }, `1.4.2 1.4 1 ${GIT}`],
    ['another branch', push('feat/x'), {}, `feat-x ${GIT}`],
    ['a dispatch on another', eventOf('workflow_dispatch', 'refs/heads/x'), {}, `x ${GIT}`],
    ['a maintenance branch', push('1.4.x'), {}, `1.4.x ${GIT}`],
    ['a major branch', push('v1'), {}, `v1 ${GIT}`],
    ['a branch in upper case', push('Dev'), {}, `Dev ${GIT}`],
    ['a branch with odd letters', push('fix/ümlaut & spaces'), {}, `fix-mlaut-spaces ${GIT}`],
    ['a branch with a leading dot', push('.hidden'), {}, `hidden ${GIT}`],
    ['a branch with leading dashes', push('--x'), {}, `x ${GIT}`],
    ['a workflow command', push('x\n::set-output name=y::z'), {}, `x-set-output-name-y-z ${GIT}`],
    ['a shell command', push('$(reboot)'), {}, `reboot- ${GIT}`],
    [
      'a reference',
      push('ghcr.io/evil/app:1.0@sha256:00'),
      {},
      `ghcr.io-evil-app-1.0-sha256-00 ${GIT}`,
    ],
    ['an expression', push('{{sha}}'), {}, `sha- ${GIT}`],
    ['__proto__', push('__proto__'), {}, `__proto__ ${GIT}`],
    ['a branch of no usable letter', push('###'), {}, GIT],
    ['a branch called latest', push('latest'), {}, GIT],
    ['a branch that becomes latest', push('#latest'), {}, GIT],
    ['a branch called as a channel', push('prod'), {}, GIT],
    ['a branch that becomes a channel', push('.staging'), {}, GIT],
    ['a branch called nightly', push('nightly-20260101'), {}, GIT],
    ['a branch called as a commit', push('git-860c190'), {}, GIT],
    ['a branch called as a pull request', push('pr/7'), {}, GIT],
    ['a branch called 1', push('1'), {}, GIT],
    ['a branch called 1.4', push('1.4'), {}, GIT],
    ['a branch called 1.4.2', push('1.4.2'), {}, GIT],
    ['a branch called 1.4.2-rc.1', push('1.4.2-rc.1'), {}, GIT],
    ['a branch called v1.4.2', push('v1.4.2'), {}, GIT],
    ['a merge group', mergeGroup(), {}, GIT],
    ['a queue branch', push(`gh-readonly-queue/main/pr-1-${'a'.repeat(40)}`), {}, GIT],
    ['a pull request', pullRequest(), {}, 'pr-7 pr-7-c0ffee1'],
    ['a pull request of a fork', pullRequest('pull_request', 'evil/app'), {}, 'pr-7 pr-7-c0ffee1'],
    ['a pull_request_target', pullRequest('pull_request_target'), {}, 'pr-7 pr-7-c0ffee1'],
    ['a preview variant', pullRequest(), { variant: 'gpu' }, 'pr-7-gpu pr-7-c0ffee1-gpu'],
    ['a version on a pull request', pullRequest(), { version: '9.9.9' }, 'pr-7 pr-7-c0ffee1'],
    ['a schedule', eventOf('schedule', 'refs/heads/main'), {}, 'nightly nightly-20260724'],
    ['a workflow run', workflowRun('main'), {}, `dev ${GIT_HEAD}`],
    ['a workflow run of a branch', workflowRun('feat/x'), {}, `feat-x ${GIT_HEAD}`],
    [
      'only some parts',
      tagPush('v1.4.2'),
      { rules: 'type=standard,only=version+git' },
      `1.4.2 ${GIT}`,
    ],
    [
      'parts in quotes',
      tagPush('v1.4.2'),
      { rules: 'type=standard,"only=git,floating"' },
      `1.4 1 ${GIT}`,
    ],
    ['all but some parts', push('main'), { rules: 'type=standard,except=git' }, 'dev'],
  ])('%s', (_, event, change, tags) => {
    expect(namesOf({ event, ...change })).toBe(tags)
  })

  test('a branch too long for a tag keeps a hash of its own', () => {
    const [one, other] = [LONG, `${LONG}y`].map((branch) => namesOf({ event: push(branch) }))
    expect(one).toMatch(/^feat-x{114}-[0-9a-f]{8} git-860c190$/)
    expect(one).toBe(namesOf({ event: push(LONG) }))
    expect(one).not.toBe(other)
    expect(namesOf({ event: push(LONG), variant: 'gpu' })).toMatch(/^feat-x{110}-[0-9a-f]{8}-gpu /)
  })

  test('roles, lines and the way back to versions', () => {
    const { tags, version, main } = resolveTags(
      requestOf({ event: tagPush('v1.4.2'), variant: 'gpu' }),
    )
    const family = { scheme: 'semver', prefix: '', suffix: '-gpu', build: false }
    const rule = 'type=standard'
    expect(tags).toEqual([
      { name: '1.4.2-gpu', role: 'version', rule, version: '1.4.2' },
      { name: '1.4-gpu', role: 'floating', rule, version: '1.4.2', line: [1, 4], family },
      { name: '1-gpu', role: 'floating', rule, version: '1.4.2', line: [1], family },
      { name: 'git-860c190-gpu', role: 'commit', rule },
    ])
    expect([version, main]).toEqual(['1.4.2', '1.4.2-gpu'])
  })
})
