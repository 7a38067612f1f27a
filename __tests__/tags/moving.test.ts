import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compare } from 'semver'
import { listed, MAX_LISTS, pointed, startMoving } from '../../src/tags/moving.ts'
import { Race, type Release, tagsOf } from './race.ts'

const version = fc
  .record({
    numbers: fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 1 }), fc.nat({ max: 3 })),
    rc: fc.option(fc.nat({ max: 3 }), { freq: 3, nil: undefined }),
  })
  .map(({ numbers, rc }) => numbers.join('.') + (rc === undefined ? '' : `-rc.${rc}`))

const versions = fc.uniqueArray(version, { minLength: 6, maxLength: 9 })

const isFloating = (name: string) => !/^\d+\.\d+\.\d+/.test(name)

/** For every floating tag that any of the versions has, the highest version of its line. */
function highestByTag(released: readonly string[]): Map<string, string> {
  const highest = new Map<string, string>()
  for (const one of [...released].sort(compare))
    for (const { name } of tagsOf(one)) if (isFloating(name)) highest.set(name, one)
  return highest
}

const namesAt = ({ tags }: Race) =>
  [...tags]
    .filter(([name]) => isFloating(name))
    .map(([name, held]) => `${name}=${held.version}`)
    .sort()

const expected = (released: readonly string[]) =>
  [...highestByTag(released)].map(([name, one]) => `${name}=${one}`).sort()

describe('releases at the same time', () => {
  test('leave every floating tag at the highest version of its line', async () => {
    await fc.assert(
      fc.property(versions, fc.nat(), (released, seed) => {
        const race = new Race(seed)
        race.run(released.map((one) => ({ version: one, killedAfter: undefined })))
        expect(namesAt(race)).toEqual(expected(released))
        expect(race.lists).toBeLessThanOrEqual(released.length + 1)
      }),
      { numRuns: 2000 },
    )
  })

  test('would not, did they not wait for the lists: these races can be lost', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed)
    const released = ['1.0.0', '1.0.1', '1.0.2', '1.1.0']
    const lost = seeds.filter((seed) => {
      const race = new Race(seed, 0)
      race.run(released.map((one) => ({ version: one, killedAfter: undefined })))
      return namesAt(race).join() !== expected(released).join()
    })
    expect(lost.length).toBeGreaterThan(10)
  })

  const releases = versions.chain((released) =>
    fc.tuple(
      ...released.map((one) =>
        fc.record({
          version: fc.constant(one),
          killedAfter: fc.option(fc.integer({ min: 1, max: 16 }), { freq: 2, nil: undefined }),
        }),
      ),
    ),
  )

  test('killed between any two steps, leave right what ended, and are put right by another run', async () => {
    let left = 0
    await fc.assert(
      fc.property(releases, fc.nat(), (some: readonly Release[], seed) => {
        const race = new Race(seed)
        race.run(some)
        const highest = highestByTag(some.map((one) => one.version))
        const ended = (one: Release | undefined) => one?.killedAfter === undefined
        for (const [name, best] of highest) {
          const held = race.tags.get(name)
          const owner = some.find((one) => one.version === best)
          if (held) expect(tagsOf(held.version).map((tag) => tag.name)).toContain(name)
          if (!ended(owner) || !ended(held?.writer)) left += 1
          else expect(`${name}=${held?.version}`).toBe(`${name}=${best}`)
        }
        for (const best of new Set(highest.values()))
          race.run([{ version: best, killedAfter: undefined }])
        expect(namesAt(race)).toEqual(expected(some.map((one) => one.version)))
      }),
      { numRuns: 1000 },
    )
    expect(left).toBeGreaterThan(100)
  })
})

describe('the steps of one run', () => {
  const tags = tagsOf('1.4.1')
  const isDone = { kind: 'done', warnings: [] }

  test('nothing to move, nothing to do', async () => {
    const fixed = tags.filter(({ role }) => role === 'version')
    expect(startMoving(fixed).step).toEqual(isDone)
  })

  test('alone: list, point, look again', async () => {
    const first = listed(startMoving(tags), ['1.4.0', '1.4.1', '1.4', '1', 'latest'])
    expect(first.step).toMatchObject({
      kind: 'point',
      targets: [{ tag: { name: '1.4' } }, { tag: { name: '1' } }, { tag: { name: 'latest' } }],
    })
    const second = pointed(first)
    expect(second.step).toEqual({ kind: 'list', settled: true })
    expect(listed(second, ['1.4.0', '1.4.1', '1.4', '1', 'latest']).step).toEqual(isDone)
  })

  test('what is held back from the start is not looked at again', async () => {
    const moving = listed(startMoving(tags), ['1.4.1', '1.4.2', '2.0.0'])
    expect(moving.step).toEqual(isDone)
    expect(moving.heldBack.map(({ tag, reason }) => `${tag.name}: ${reason}`)).toEqual([
      '1.4: 1.4.2 is published and higher',
      '1: 1.4.2 is published and higher',
      'latest: 2.0.0 is published and higher',
    ])
  })

  test('what an earlier attempt pointed and another overtook goes on', async () => {
    const moving = listed(startMoving(tags), ['1.4.1', '1.4.2'], new Set(['1.4']))
    expect(moving.step).toMatchObject({ targets: [{ tag: { name: '1.4' }, to: '1.4.2' }] })
  })

  test('a tag overtaken after it was pointed goes on, and on', async () => {
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

  test('gives up on a registry that always shows something higher, and says so', async () => {
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
})
