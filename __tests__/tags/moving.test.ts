// The steps of one run. That they add up to right tags, whatever others do, is shown where they are
// taken: __tests__/operations/shipping/floating-race.test.ts.
import { expect, test } from '@jest/globals'
import { listed, MAX_LISTS, pointed, startMoving } from '../../src/tags/moving.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import { requestOf, tagPush, versionRules } from './requests.ts'

const { tags } = resolveTags(
  requestOf({
    event: tagPush('v1.4.1'),
    rules: versionRules('semver'),
    flavor: 'latest=auto',
    allowLatest: true,
  }),
)
const isDone = { kind: 'done', warnings: [] }

test('nothing to move, nothing to do', () => {
  const fixed = tags.filter(({ role }) => role === 'version')
  expect(startMoving(fixed).step).toEqual(isDone)
})

test('alone: list, point, look again', () => {
  const first = listed(startMoving(tags), ['1.4.0', '1.4.1', '1.4', '1', 'latest'])
  expect(first.step).toMatchObject({
    kind: 'point',
    targets: [{ tag: { name: '1.4' } }, { tag: { name: '1' } }, { tag: { name: 'latest' } }],
  })
  const second = pointed(first)
  expect(second.step).toEqual({ kind: 'list', settled: true })
  expect(listed(second, ['1.4.0', '1.4.1', '1.4', '1', 'latest']).step).toEqual(isDone)
})

test('what is held back from the start is not looked at again', () => {
  const moving = listed(startMoving(tags), ['1.4.1', '1.4.2', '2.0.0'])
  expect(moving.step).toEqual(isDone)
  expect(moving.heldBack.map(({ tag, reason }) => `${tag.name}: ${reason}`)).toEqual([
    '1.4: 1.4.2 is published and higher',
    '1: 1.4.2 is published and higher',
    'latest: 2.0.0 is published and higher',
  ])
})

test('what an earlier attempt pointed and another overtook goes on', () => {
  const moving = listed(startMoving(tags), ['1.4.1', '1.4.2'], new Set(['1.4']))
  expect(moving.step).toMatchObject({ targets: [{ tag: { name: '1.4' }, to: '1.4.2' }] })
})

test('a tag overtaken after it was pointed goes on, and on', () => {
  const first = pointed(listed(startMoving(tags), ['1.4.1']))
  const second = listed(first, ['1.4.1', '1.5.0'])
  expect(second.step).toEqual({
    kind: 'point',
    targets: [
      { tag: expect.objectContaining({ name: '1' }), to: '1.5.0' },
      { tag: expect.objectContaining({ name: 'latest' }), to: '1.5.0' },
    ],
  })
  const third = listed(pointed(second), ['1.4.1', '1.5.0', '2.0.0'])
  expect(third.step).toMatchObject({ targets: [{ tag: { name: 'latest' }, to: '2.0.0' }] })
  expect(third.heldBack.map(({ tag, higher }) => [tag.name, higher])).toEqual([
    ['1', '1.5.0'],
    ['latest', '2.0.0'],
  ])
})

test('gives up on a registry that always shows something higher, and says so', () => {
  let moving = listed(startMoving(tags), [])
  for (let patch = 2; moving.step.kind === 'point'; patch += 1)
    moving = listed(pointed(moving), [`1.4.${patch}`])
  expect(moving.lists).toBe(MAX_LISTS)
  expect(moving.step).toMatchObject({
    warnings: [
      `1.4 was overtaken ${MAX_LISTS} times and should go on to 1.4.20`,
      `1 was overtaken ${MAX_LISTS} times and should go on to 1.4.20`,
      `latest was overtaken ${MAX_LISTS} times and should go on to 1.4.20`,
    ],
  })
})
