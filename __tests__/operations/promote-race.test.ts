// Many runs on one channel at once, on a clock without real time: whatever order their calls come
// in, each tells the truth about itself, and in the end the tag is what the ledger has last.
import { expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { readLedger } from '../../src/github/ledger.ts'
import { entriesOf, replay, topOf } from '../../src/ledger/replay.ts'
import { channelStage } from './channel-stage.ts'
import { IMAGE, TOKEN } from './stage.ts'

const RUNS = 20
const REPOSITORY = { owner: 'acme', name: 'app' }
const CHANNELS = [{ tag: 'staging', environment: 'staging' }]

async function race(seed: number) {
  const latency = { GET: [50, 300], POST: [50, 400], PATCH: [50, 400] } as const
  const stage = channelStage({ seed, latency, registry: { latencyMs: 40 } })
  for (const version of ['0.0.1', '0.0.2', '0.0.3']) {
    stage.image([version])
    await stage.promote(version, 'staging')
  }
  const start = stage.clock.now()
  const runs = await Promise.all(
    Array.from({ length: RUNS }, async (_, run) => {
      stage.image([`1.0.${run}`])
      await stage.clock.sleep(stage.clock.random() * 1500)
      return run % 5 === 4
        ? stage.rollback('staging')
        : stage.promote(`1.0.${run}`, 'staging', { force: 'true' })
    }),
  )
  const request = stage.hub.request(TOKEN)
  const github = createGitHubClient({ request, clock: stage.clock, log: stage.log })
  const { entries } = await readLedger({ github, repository: REPOSITORY, channels: CHANNELS })
  const name = { images: [IMAGE], variant: undefined, channel: 'staging' }
  const top = topOf(replay(entriesOf(entries, name)))
  return { stage, runs, start, entries, tag: stage.tags()['staging'], top }
}

/** What a run wanted there, and what it says is there instead. */
function lossOf(error: unknown) {
  const [, theirs, mine] =
    /moved it to (sha256:\w+), after we put it on (sha256:\w+)$/.exec(String(error)) ?? []
  expect([mine, theirs]).not.toContain(undefined)
  return { mine, theirs }
}

test.each([1, 2, 3, 4, 5])('20 promotions and rollbacks at once, order %i', async (seed) => {
  const { stage, runs, entries, tag, top, start } = await race(seed)
  expect(top?.record.digest).toBe(tag)
  expect(entries.filter(({ state }) => state === 'open')).toEqual([])
  const won = runs.filter(({ error }) => error === undefined)
  const lost = runs.filter(({ error }) => error !== undefined)
  expect(won.map(({ outputs }) => outputs['digest'])).toContain(tag)
  expect(lost.length).toBeGreaterThan(0)
  const told = lost.map(({ error }) => lossOf(error))
  for (const { error } of lost) expect(error).toMatchObject({ code: 'overtaken' })
  // Nobody waits for a tag that another run has taken.
  expect(stage.clock.now() - start).toBeLessThan(30_000)
  for (const { mine, theirs } of told) expect(theirs).not.toBe(mine)
  const failed = stage.ledger().filter(({ states }) => states.endsWith('failure'))
  const digests = failed.map(({ digest }) => digest)
  expect(digests).toEqual(expect.arrayContaining(told.map(({ mine }) => mine)))
})
