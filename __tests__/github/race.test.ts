// Many jobs recording into one release at the same time, on a clock without real time: how long a
// call takes, and when within that time it takes effect, is drawn anew for every call.
import { expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { recordInRelease } from '../../src/github/recorder.ts'
import { findBlocks } from '../../src/notes/marked-block.ts'
import { REPOSITORY, setUp } from './setup.ts'

const LATENCY = { GET: [60, 300], PATCH: [60, 400] } as const
const NOTES = '# Notes\n\nSome text.\n'
const EDITED = '# Notes\n\nBetter text.\n'

interface Trial {
  readonly jobs: number
  readonly seed: number
  /** Milliseconds within which the jobs begin. */
  readonly spread?: number
  /** When a person edits the text, if one does. */
  readonly editAt?: number
}

async function run({ jobs, seed, spread = 0, editAt }: Trial) {
  const { hub, repository, clock, log } = setUp({ latency: LATENCY, seed })
  const release = repository.addRelease('v1.4.2', { body: NOTES })
  const work = Array.from({ length: jobs }, async (_, job) => {
    const request = hub.request('token')
    await clock.sleep(clock.random() * spread)
    await recordInRelease({
      github: createGitHubClient({ request, clock, log }),
      repository: REPOSITORY,
      releaseId: release.id,
      key: `image-${job}`,
      block: `digest ${job}`,
    })
  })
  if (editAt !== undefined)
    work.push(
      clock.sleep(editAt).then(() => {
        release.body = (release.body ?? '').replace(NOTES, EDITED)
      }),
    )
  await Promise.all(work)
  const blocks = findBlocks(release.body ?? '').map(({ key, content }) => [key, content])
  return { blocks: blocks.sort(), text: release.body ?? '' }
}

const everyBlock = (jobs: number) =>
  Array.from({ length: jobs }, (_, job) => [`image-${job}`, `digest ${job}`]).sort()

test('20 jobs at once, 200 times: nothing lost, nothing doubled, the text intact', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { blocks, text } = await run({ jobs: 20, seed })
    expect(blocks).toEqual(everyBlock(20))
    expect(text.startsWith(NOTES)).toBe(true)
  }
})

test('5 jobs within three seconds, 200 times', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { blocks, text } = await run({ jobs: 5, seed, spread: 3000 })
    expect(blocks).toEqual(everyBlock(5))
    expect(text.startsWith(NOTES)).toBe(true)
  }
})

// jobs, when the edits fall (ms, spread evenly), how many of 200 stay at least
test.each([
  [1, 1_500, 180],
  [8, 5_000, 165],
])(
  "a person's edit among %i jobs within %i ms: at least %i of 200 stay",
  async (jobs, within, least) => {
    let kept = 0
    for (let seed = 1; seed <= 200; seed++) {
      const { blocks, text } = await run({ jobs, seed, editAt: (seed * within) / 200 })
      expect(blocks).toEqual(everyBlock(jobs))
      expect(text.startsWith('# Notes\n\n')).toBe(true)
      if (text.startsWith(EDITED)) kept += 1
    }
    expect(kept).toBeGreaterThanOrEqual(least)
  },
)
