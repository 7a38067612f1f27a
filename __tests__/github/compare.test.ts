// Which commit comes before which, as GitHub compares them.
import { expect, test } from '@jest/globals'
import { isAncestor } from '../../src/github/compare.ts'
import { REPOSITORY, setUp } from './setup.ts'

//  root - main - tip
//      \- side
test.each([
  ['the same commit', 'main', 'main', true],
  ['a parent', 'root', 'main', true],
  ['a grandparent', 'root', 'tip', true],
  ['a child', 'tip', 'main', false],
  ['a commit on another branch', 'side', 'tip', false],
  ['an unknown base', 'gone', 'tip', undefined],
  ['an unknown head', 'tip', 'gone', undefined],
])('%s', async (_name, base, head, expected) => {
  const { repository, github } = setUp()
  repository.commits
    .set('root', [])
    .set('main', ['root'])
    .set('tip', ['main'])
    .set('side', ['root'])
  expect(await isAncestor({ github, repository: REPOSITORY, base, head })).toBe(expected)
})

test('a server error is an error', async () => {
  const { hub, github } = setUp()
  hub.faults.push({ call: 'GET', status: 500, times: 4 })
  await expect(
    isAncestor({ github, repository: REPOSITORY, base: 'a', head: 'b' }),
  ).rejects.toMatchObject({ code: 'github' })
})
