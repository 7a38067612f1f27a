// The CSV in which buildx takes its options.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fieldOf, formatFields, parseFields } from '../../src/buildx/fields.ts'

describe('fields of one CSV record', () => {
  test.each([
    ['plain', 'type=gha,mode=max', ['type=gha', 'mode=max']],
    ['one', 'type=gha', ['type=gha']],
    ['quoted comma', 'type=image,"name=a,b"', ['type=image', 'name=a,b']],
    ['quoted quote', '"a=""b"""', ['a="b"']],
    ['quote inside', 'a="b",c', ['a="b"', 'c']],
    ['quote never closed', '"a,b', ['"a', 'b']],
    ['empty field', 'a,,b', ['a', '', 'b']],
    ['nothing', '', []],
  ])('%s', (_, record, expected) => {
    expect(parseFields(record)).toEqual(expected)
  })

  test('what was formatted is read back', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (fields) => {
        expect(parseFields(formatFields(fields))).toEqual(fields)
      }),
    ))

  test('parsing always ends', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', 'a', '\n', '=') }), (text) => {
        expect(parseFields(text)).toBeInstanceOf(Array)
      }),
    ))

  test.each([
    ['there', 'mode', 'max'],
    ['in other case', 'scope', 'x=y'],
    ['not there', 'mod', undefined],
  ])('the value of a key %s', (_, key, expected) => {
    expect(fieldOf(['type=gha', 'mode=max', 'SCOPE=x=y'], key)).toBe(expected)
  })
})
