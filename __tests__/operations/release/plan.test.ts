// What a release does with what the registry holds: build or reuse, push, tag, hold back, refuse.
import { expect, test } from '@jest/globals'
import { pushEvent, tagPushEvent } from '../../../scripts/stage/events.js'
import { parseEvent } from '../../../src/event/parse-event.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { type PlanChoices, planRelease } from '../../../src/operations/release/plan.ts'
import { referenceOf } from '../../../src/operations/shipping/plan.ts'
import type { Situation, TagOwner } from '../../../src/operations/shipping/situation.ts'
import { resolveTags } from '../../../src/tags/resolve.ts'
import { digest } from '../../ledger/entries.ts'
import { requestOf } from '../../tags/requests.ts'
import { commit } from '../release-stage.ts'

const INPUTS = 'platforms:111111111111'
const ONE = 'localhost:5000/one'
const TWO = 'localhost:5000/two'

const owned = (more: Partial<TagOwner> = {}): TagOwner => ({
  digest: digest('1'),
  revision: commit('a'),
  inputs: INPUTS,
  isPullRequest: false,
  ...more,
})

interface Held {
  readonly published?: string[]
  readonly owners?: Record<string, TagOwner>
  readonly followed?: Record<string, TagOwner>
}

function situation(
  images: Record<string, Held>,
  staged = tagPushEvent({ sha: commit('a'), tag: 'v1.4.2' }),
): Situation {
  const event = parseEvent(staged)
  return {
    event,
    fingerprint: INPUTS,
    notPushed: undefined,
    tagSet: resolveTags(requestOf({ event })),
    images: Object.entries(images).map(
      ([name, { published = [], owners = {}, followed = {} }]) => ({
        repository: parseRepository(name),
        published,
        owners: new Map(Object.entries(owners)),
        followed: new Map(Object.entries(followed)),
        newer: new Map(),
        recorded: new Map(),
      }),
    ),
  }
}

const choose = (more: Partial<PlanChoices> = {}): PlanChoices => ({
  build: 'once',
  digest: undefined,
  overwrite: false,
  'move-back': false,
  ...more,
})

const GIT = 'git-aaaaaaa'

// name, what the registry holds, choices, source, what buildx pushes, held back
test.each<[string, Held, Partial<PlanChoices>, string, string[], string[]]>([
  ['nothing there', {}, {}, 'build', ['1.4.2'], []],
  ['the commit is there', { owners: { [GIT]: owned() } }, {}, 'reuse', [], []],
  ['both are there', { owners: { [GIT]: owned(), '1.4.2': owned() } }, {}, 'reuse', [], []],
  [
    'both, and differ',
    { owners: { [GIT]: owned({ digest: digest('2') }), '1.4.2': owned() } },
    {},
    'reuse',
    [],
    [GIT],
  ],
  [
    'the commit, built otherwise',
    { owners: { [GIT]: owned({ inputs: 'target:1' }) } },
    {},
    'build',
    ['1.4.2'],
    [GIT],
  ],
  [
    'the commit, by somebody else',
    { owners: { [GIT]: owned({ inputs: undefined }) } },
    {},
    'build',
    ['1.4.2'],
    [GIT],
  ],
  [
    'the commit, for a pull request',
    { owners: { [GIT]: owned({ isPullRequest: true }) } },
    {},
    'build',
    ['1.4.2'],
    [GIT],
  ],
  ['build: always', { owners: { [GIT]: owned() } }, { build: 'always' }, 'build', ['1.4.2'], [GIT]],
  ['a digest', {}, { digest: digest('3') }, 'reuse', [], []],
  [
    'overwrite',
    { owners: { '1.4.2': owned({ revision: commit('b') }) } },
    { overwrite: true },
    'build',
    ['1.4.2'],
    [],
  ],
  ['a higher patch', { published: ['1.4.3'] }, {}, 'build', ['1.4.2'], ['1.4', '1']],
  ['a higher minor', { published: ['1.5.0'] }, {}, 'build', ['1.4.2'], ['1']],
  ['a higher major', { published: ['2.0.0'] }, {}, 'build', ['1.4.2'], []],
])('%s', (_, held, choices, kind, pushed, heldBack) => {
  const plan = planRelease(situation({ [ONE]: held }), choose(choices))
  expect(plan.source.kind).toBe(kind)
  expect(plan.pushed.map(({ tag }) => tag.name)).toEqual(pushed)
  expect(plan.heldBack.map(({ tag }) => tag)).toEqual(heldBack)
  const rest = ['1.4.2', '1.4', '1', GIT].filter((name) => !heldBack.includes(name))
  expect(plan.steps.map(({ tag }) => tag.name)).toEqual(rest)
})

// name, owner of 1.4.2, choices, end of the message
test.each<[string, TagOwner, Partial<PlanChoices>, string]>([
  ['another commit', owned({ revision: commit('b') }), {}, `of commit ${commit('b')}`],
  ['an unknown commit', owned({ revision: undefined }), {}, 'of commit unknown'],
  [
    'other inputs',
    owned({ inputs: 'target:1' }),
    {},
    'of this commit, built with other platforms, target',
  ],
  [
    'a pull request',
    owned({ isPullRequest: true }),
    {},
    'of this commit, built for a pull request',
  ],
  [
    'no label of inputs',
    owned({ inputs: undefined }),
    {},
    'of this commit, and does not say what it was built with',
  ],
  ['build: always', owned(), { build: 'always' }, 'of this commit, from another build'],
  ['a digest', owned(), { digest: digest('2') }, 'of this commit, from another build'],
])('a version that is taken: %s', (_, owner, choices, end) => {
  expect(() =>
    planRelease(situation({ [ONE]: { owners: { '1.4.2': owner } } }), choose(choices)),
  ).toThrow(
    expect.objectContaining({
      code: 'tag-conflict',
      message: `Cannot release 1.4.2: ${ONE}:1.4.2 is already ${digest('1')}, ${end}`,
    }),
  )
})

test('build: never without an image is an error that says why', () => {
  expect(() => planRelease(situation({ [ONE]: {} }), choose({ build: 'never' }))).toThrow(
    'build is never, but there is no image to reuse: no image of commit aaaaaaa is there',
  )
})

test('each image name gets one pushed tag of its own', () => {
  const plan = planRelease(situation({ [ONE]: {}, [TWO]: { published: ['1.4.3'] } }), choose())
  expect(plan.pushed.map(referenceOf)).toEqual([`${ONE}:1.4.2`, `${TWO}:1.4.2`])
  expect(plan.steps.map(referenceOf)).toEqual([
    `${ONE}:1.4.2`,
    `${ONE}:1.4`,
    `${ONE}:1`,
    `${ONE}:${GIT}`,
    `${TWO}:1.4.2`,
    `${TWO}:${GIT}`,
  ])
})

// name, owner of the channel tag, source
test.each<[string, TagOwner, string]>([
  ['of this commit', owned(), 'reuse'],
  ['of another commit', owned({ revision: commit('b') }), 'build'],
])('a channel with an image %s', (_, owner, kind) => {
  const held = { followed: { dev: owner } }
  const plan = planRelease(situation({ [ONE]: held }, pushEvent({ sha: commit('a') })), choose())
  expect(plan.source.kind).toBe(kind)
})

test('a tag that moves is pushed when the immutable one is taken', () => {
  const held = { owners: { [GIT]: owned({ inputs: 'target:1' }) } }
  const plan = planRelease(situation({ [ONE]: held }, pushEvent({ sha: commit('a') })), choose())
  expect(plan.pushed.map(referenceOf)).toEqual([`${ONE}:dev`])
})
