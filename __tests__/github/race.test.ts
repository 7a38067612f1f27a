// Many jobs recording into one release at the same time, on a clock without real time: how long a
// call takes, and when within that time it takes effect, is drawn anew for every call.
import { expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { recordInRelease } from '../../src/github/recorder.ts'
import { findBlocks } from '../../src/notes/marked-block.ts'
import type { GitHubRequest } from '../../src/ports.ts'
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
  let isEditSeen = false
  const work = Array.from({ length: jobs }, async (_, job) => {
    const request = watch(hub.request('token'), () => (isEditSeen = true))
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
  return { blocks: blocks.sort(), text: release.body ?? '', isEditSeen }
}

/** Tells when one who had read the old text reads the new one. */
function watch(request: GitHubRequest, onSeen: () => void): GitHubRequest {
  let hasReadOld = false
  return async (route, parameters) => {
    const response = await request(route, parameters)
    const { body } = response.data as { body: string }
    if (route.startsWith('GET') && hasReadOld && body.startsWith(EDITED)) onSeen()
    hasReadOld ||= body.startsWith(NOTES)
    return response
  }
}

const everyBlock = (jobs: number) =>
  Array.from({ length: jobs }, (_, job) => [`image-${job}`, `digest ${job}`]).sort()

test('20 jobs at once, 200 times: nothing lost, nothing doubled, the text intact', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { blocks, text } = await run({ jobs: 20, seed })
    expect(blocks).toEqual(everyBlock(20))
    expect(text.startsWith(NOTES)).toBe(true)
  }
}, 60_000)

test('5 jobs within three seconds, 200 times', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { blocks, text } = await run({ jobs: 5, seed, spread: 3000 })
    expect(blocks).toEqual(everyBlock(5))
    expect(text.startsWith(NOTES)).toBe(true)
  }
})

test("a person's edit stays once a job has seen it, and mostly when none has", async () => {
  let kept = 0
  for (let seed = 1; seed <= 100; seed++) {
    const { blocks, text, isEditSeen } = await run({ jobs: 8, seed, editAt: seed * 100 })
    expect(blocks).toEqual(everyBlock(8))
    expect(text.startsWith(isEditSeen ? EDITED : '# Notes\n\n')).toBe(true)
    if (text.startsWith(EDITED)) kept += 1
  }
  expect(kept).toBeGreaterThan(75)
})
