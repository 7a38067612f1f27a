// Single values of a payload: those that are what they should be, and nothing else.
import { describe, expect, test } from '@jest/globals'
import { flagAt, listAt, numberAt, objectAt, present, textAt } from '../../src/event/payload.ts'

const PAYLOAD = {
  text: 'x',
  empty: '',
  number: 7,
  flag: false,
  list: [1],
  inner: { text: 'y' },
}

describe('a payload', () => {
  // what is asked for, the answer
  test.each<[string, unknown, unknown]>([
    ['a text', textAt(PAYLOAD, 'text'), 'x'],
    ['a text further in', textAt(PAYLOAD, 'inner', 'text'), 'y'],
    ['an empty text', textAt(PAYLOAD, 'empty'), undefined],
    ['a number for a text', textAt(PAYLOAD, 'number'), undefined],
    ['something in a text', numberAt(PAYLOAD, 'text', 'length'), undefined],
    ['something in a list', numberAt(PAYLOAD, 'list', '0'), undefined],
    ['a part of the prototype', objectAt(PAYLOAD, '__proto__'), undefined],
    ['a name of the prototype', textAt({ constructor: Object }, 'constructor', 'name'), undefined],
    ['an inherited text', textAt(Object.create({ text: 'x' }), 'text'), undefined],
    ['a flag', flagAt(PAYLOAD, 'flag'), false],
    ['a list', listAt(PAYLOAD, 'list'), [1]],
    ['no list', listAt(PAYLOAD, 'inner'), []],
    ['a number', numberAt(PAYLOAD, 'number'), 7],
    ['no whole number', numberAt({ n: 1.5 }, 'n'), undefined],
    ['a number below 1', numberAt({ n: 0 }, 'n'), undefined],
    ['nothing at all', textAt(undefined, 'text'), undefined],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected)
  })

  test('only what is there is present', () => {
    expect(Object.keys(present({ a: 1, b: undefined, c: '' }))).toEqual(['a', 'c'])
  })
})
