// The promise of floating tags, on the code that release and merge run: whatever the order in which
// versions are released, and however their runs meet, every floating tag ends at the highest
// published version of its line. A model test: the model is `expected`, a maximum.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compare } from 'semver'
import { tagPushEvent } from '../../../scripts/stage/events.js'
import { VirtualClock } from '../../fakes/world.ts'
import { commit, releaseStage } from '../release-stage.ts'
import { Race, type Release, RULES, tagSetOf } from './race.ts'

const version = fc
  .record({
    numbers: fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 1 }), fc.nat({ max: 3 })),
    rc: fc.option(fc.nat({ max: 3 }), { freq: 3, nil: undefined }),
  })
  .map(({ numbers, rc }) => numbers.join('.') + (rc === undefined ? '' : `-rc.${rc}`))

const versions = fc.uniqueArray(version, { minLength: 6, maxLength: 9 })

const seed = fc.nat()

/** What a call may take before its effect, and after it, in milliseconds. */
const call = fc.integer({ min: 20, max: 400 })

const floatingOf = (one: string) =>
  tagSetOf(one).tags.flatMap(({ name, role }) => (role === 'version' ? [] : [name]))

/** For every floating tag that any of the versions has, the highest version of its line. */
function expected(released: readonly string[]): Record<string, string> {
  const ascending = [...released].sort(compare)
  return Object.fromEntries(ascending.flatMap((one) => floatingOf(one).map((tag) => [tag, one])))
}

function heldBy(race: Race, released: readonly string[]): Record<string, string | undefined> {
  const tags = Object.keys(expected(released))
  return Object.fromEntries(tags.map((tag) => [tag, race.versionAt(tag)]))
}

const unhurt = (one: string): Release => ({ version: one, killedAt: undefined })

/** Of a call, before its effect and after it. */
const QUICK_CALL_MS = 100
/** Within which all releases begin. */
const STAGGER_MS = 2_000

/** Lists a run may need: one for the plan, one to begin, one for every other that overtakes it. */
const mostLists = (released: readonly string[]) => released.length + 2

/** One of them loses a tag to a higher version after its own last look at the list. */
const OVERTAKEN_LATE = [
  ...['0.0.0', '0.0.0-rc.0', '0.0.1-rc.1', '0.0.0-rc.1'],
  ...['0.0.1', '0.0.0-rc.2', '0.0.1-rc.0', '0.0.1-rc.2'],
]

test('at a hosted registry, where lists lag', () =>
  fc.assert(
    fc.asyncProperty(versions, seed, call, async (released, chance, longest) => {
      const race = new Race({ seed: chance, call: longest })
      await race.run(released.map(unhurt))
      expect(heldBy(race, released)).toEqual(expected(released))
      expect(race.lists).toBeLessThanOrEqual(mostLists(released))
    }),
    { numRuns: 2000, examples: [[OVERTAKEN_LATE, 216_667_693, 400]] },
  ))

test("at one's own registry, where nobody waits and lists show what there is", () =>
  fc.assert(
    fc.asyncProperty(versions, seed, async (released, chance) => {
      const race = new Race({ seed: chance, host: 'localhost:5000', lag: 0 })
      await race.run(released.map(unhurt))
      expect(heldBy(race, released)).toEqual(expected(released))
      expect(race.lists).toBeLessThanOrEqual(mostLists(released))
    }),
    { numRuns: 500 },
  ))

test('at a quick registry with such lists, it is the wait that keeps them right', async () => {
  const released = ['1.0.0', '1.0.1', '1.0.2', '1.1.0']
  const wrong = { 'ghcr.io': 0, 'localhost:5000': 0 }
  for (const host of ['ghcr.io', 'localhost:5000'] as const)
    for (let chance = 0; chance < 500; chance += 1) {
      const race = new Race({ seed: chance, host, call: QUICK_CALL_MS })
      // Some are told: a tag that another run took does not come back.
      await race.run(released.map(unhurt)).catch(() => {})
      const held = JSON.stringify(heldBy(race, released))
      if (held !== JSON.stringify(expected(released))) wrong[host] += 1
    }
  expect(wrong['ghcr.io']).toBe(0)
  expect(wrong['localhost:5000']).toBeGreaterThan(50)
})

const killed = fc.option(fc.integer({ min: 1, max: 24 }), { freq: 2, nil: undefined })

const releases = versions.chain((released) =>
  fc.tuple(...released.map((one) => fc.record({ version: fc.constant(one), killedAt: killed }))),
)

const highestOf = (released: readonly string[]) =>
  [...new Set(Object.values(expected(released)))].map(unhurt)

// Each is enough to put all right: the killed ones once more, or the highest of each line.
test('killed at any moment: right is what ended, and running again puts right the rest', async () => {
  let wrong = 0
  await fc.assert(
    fc.asyncProperty(releases, seed, async (some: readonly Release[], chance) => {
      const race = new Race({ seed: chance })
      await race.run(some)
      const released = some.map((one) => one.version)
      const ended = (one: Release | undefined) => one?.killedAt === undefined
      const highest = expected(released)
      for (const [tag, best] of Object.entries(highest)) {
        const at = race.versionAt(tag)
        if (at !== undefined) expect(floatingOf(at)).toContain(tag)
        const owner = some.find((one) => one.version === best)
        if (ended(owner) && ended(race.tags.get(tag)?.writer))
          expect([tag, at]).toEqual([tag, best])
        else if (at !== best) wrong += 1
      }
      const again = chance % 2 === 0 ? some.filter((one) => !ended(one)) : highestOf(released)
      await race.run(
        again.map((one) => unhurt(one.version)),
        { isReused: true },
      )
      expect(heldBy(race, released)).toEqual(highest)
    }),
    { numRuns: 1000 },
  )
  expect(wrong).toBeGreaterThan(100)
})

const LOST_ON_THE_WAY = ['0.0.0', '0.0.0-rc.2', '1.0.0', '0.0.1-rc.1', '0.0.0-rc.0'].concat(
  ...['1.1.0', '0.0.1-rc.0', '0.0.0-rc.1'],
)
const LATEST = { flavor: 'latest=auto', 'allow-latest': 'true' }

test('whole releases, each with its build, meet in a registry', () =>
  fc.assert(
    fc.asyncProperty(versions, seed, async (released, chance) => {
      const chances = new VirtualClock({ seed: chance })
      const pause = () => stage.clock.sleep(chances.random() * QUICK_CALL_MS)
      const stage = releaseStage({
        async around(_, act) {
          await pause()
          const result = await act()
          await pause()
          return result
        },
      })
      const tags = RULES.map((pattern) => `type=semver,pattern=${pattern}`).join('\n')
      const run = async (one: string, index: number) => {
        const event = tagPushEvent({ sha: commit(String(index + 1)), tag: `v${one}` })
        await stage.clock.sleep(chances.random() * STAGGER_MS)
        const { outputs, error } = await stage.run(event, { ...LATEST, tags })
        expect(error).toBeUndefined()
        return [outputs['digest'], one] as const
      }
      const made = new Map(await Promise.all(released.map(run)))
      const held = stage.tags()
      const highest = expected(released)
      const at = Object.keys(highest).map((tag) => [tag, made.get(held[tag])])
      expect(Object.fromEntries(at)).toEqual(highest)
    }),
    {
      numRuns: 25,
      // A run lost `rc` to another one while a third went on to a higher version.
      examples: [[LOST_ON_THE_WAY, 2147483619]],
    },
  ))
