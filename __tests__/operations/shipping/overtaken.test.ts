// Two pushes to a branch soon after each other: the first one's build takes longer, and must not
// take the channel back when it is done.
import { expect, test } from '@jest/globals'
import { pushEvent } from '../../../scripts/stage/events.js'
import { commit, releaseStage } from '../release-stage.ts'
import type { Given } from '../stage.ts'

const [FIRST, SECOND] = [commit('a'), commit('b')]

interface Setting {
  readonly branch?: string
  readonly given?: Given
}

/** FIRST builds while SECOND is shipped from beginning to end. `history`: commit to its parents. */
async function overtake(
  history: Record<string, string[]>,
  { branch = 'main', given = {} }: Setting,
) {
  const stage = releaseStage()
  for (const [sha, parents] of Object.entries(history)) stage.repository.commits.set(sha, parents)
  let other: ReturnType<typeof stage.run> | undefined
  stage.duringBuild(() => {
    other = stage.run(pushEvent({ sha: SECOND, branch }))
    return other
  })
  const own = await stage.run(pushEvent({ sha: FIRST, branch }), given)
  expect([own.error, (await other)?.error]).toEqual([undefined, undefined])
  const digests = new Map([
    [own.outputs['digest'], 'first'],
    [(await other)?.outputs['digest'], 'second'],
  ])
  const tags = Object.entries(stage.tags()).map(([tag, digest]) => [tag, digests.get(digest)])
  return { tags: Object.fromEntries(tags), outputs: own.outputs }
}

const LATER = { [FIRST]: [], [SECOND]: [FIRST] }
const FORCED = { [FIRST]: [], [SECOND]: [] }

// name, history, branch and inputs, the tag, whose it is at the end, what the first run says it
// held back
test.each<[string, Record<string, string[]>, Setting, string, string, string]>([
  [
    'a later commit has the channel',
    LATER,
    {},
    'dev',
    'second',
    'dev: it has the newer commit bbbbbbb',
  ],
  [
    'a later commit has the branch',
    LATER,
    { branch: 'x' },
    'x',
    'second',
    'x: it has the newer commit bbbbbbb',
  ],
  ['a commit of another history', FORCED, {}, 'dev', 'first', ''],
  ['moved back on purpose', LATER, { given: { 'move-back': 'true' } }, 'dev', 'first', ''],
])('%s', async (...row) => {
  const [, history, setting, tag, whose, held] = row
  const { tags, outputs } = await overtake(history, setting)
  expect(tags).toMatchObject({ [tag]: whose, 'git-aaaaaaa': 'first', 'git-bbbbbbb': 'second' })
  expect(outputs['held-back']).toBe(held)
  expect(outputs['tag-names']?.split('\n').includes(tag)).toBe(held === '')
})

test('where nobody came between, only the tag is looked at again', async () => {
  const stage = releaseStage()
  for (const sha of [FIRST, SECOND]) stage.repository.commits.set(sha, [])
  await stage.run(pushEvent({ sha: FIRST }))
  const before = stage.hub.calls.length
  await stage.run(pushEvent({ sha: SECOND }))
  const compared = stage.hub.calls.slice(before).filter((call) => call.includes('/compare/'))
  expect(compared).toHaveLength(1)
})
