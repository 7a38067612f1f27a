// Work on many items, some at a time.
import { expect, test } from '@jest/globals'
import { inTurns } from '../../src/github/in-turns.ts'

const items = Array.from({ length: 200 }, (_, index) => index)

test('all come in order, however long each takes', async () => {
  const work = async (item: number) => {
    for (let turn = item % 7; turn > 0; turn -= 1) await Promise.resolve()
    return item * 2
  }
  expect(await inTurns(items, work)).toEqual(items.map((item) => item * 2))
})

test('after a failure nothing more is begun', async () => {
  let begun = 0
  const work = async (item: number) => {
    begun += 1
    await Promise.resolve()
    if (item === 3) throw new Error('refused')
  }
  await expect(inTurns(items, work)).rejects.toThrow('refused')
  for (let turn = 0; turn < 1000; turn += 1) await Promise.resolve()
  expect(begun).toBeLessThan(100)
})
