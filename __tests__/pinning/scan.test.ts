import { describe, expect, test } from '@jest/globals'
import { scanBytes, scanText } from '../../src/pinning/scan.ts'
import { sightingsOf } from '../../src/pinning/sighting.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('hostile files end with a reason', () => {
  // name, content, why it is not read
  test.each<[string, Uint8Array, string]>([
    ['nested flow', bytes(`image: ${'['.repeat(100_000)}`), 'nested'],
    ['nested mappings', bytes(`image: ${'{a: '.repeat(50_000)}`), 'nested'],
    ['nested blocks', bytes(`image:\n${'- '.repeat(100_000)}`), 'nested'],
    ['a line of 10 MB', bytes(`image: ${'a'.repeat(10_000_000)}`), 'larger than 4 MiB'],
    [
      'a line of 3 MB',
      bytes(`image: "${'a'.repeat(3_000_000)}"`),
      'a line of over 262144 characters',
    ],
    ['no UTF-8', new Uint8Array([0x69, 0x3a, 0x20, 0xff, 0xfe]), 'not UTF-8'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x69, 0x00]), 'not UTF-8'],
  ])('%s', (_, content, why) => {
    const { problem, mentions } = scanBytes('a.yaml', content)
    expect(problem).toContain(why)
    expect(mentions).toEqual([])
  })

  test('aliases of aliases are never followed', () => {
    const bomb = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'a0: &a0 [image]' : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`,
    )
    const { problem, mentions } = scanText('values.yaml', `${bomb.join('\n')}\nimage: nginx:1\n`)
    expect({ problem, count: mentions.length }).toEqual({ problem: undefined, count: 1 })
  })

  test('a hundred thousand keys are read', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `key${index}: 1\n`).join('')
    expect(scanText('values.yaml', `${keys}image: nginx:1\n`).mentions).toHaveLength(1)
  })
})

describe('places', () => {
  // name, text, line, column, column behind it
  test.each<[string, string, number, number, number]>([
    ['plain', 'image: a:1\n', 1, 8, 11],
    ['quoted', 'x: 1\nimage: "a:1"\n', 2, 9, 12],
    ['behind a byte order mark', '\uFEFFimage: a:1\n', 1, 8, 11],
    ['behind CRLF', 'x: 1\r\n\r\nimage: a:1\r\n', 3, 8, 11],
    ['behind emoji, in UTF-16 units', '{x: "😀", image: "a:1"}\n', 1, 19, 22],
    ['folded', 'image: >-\n  a:1\n', 2, 3, 6],
    ['in the third document', '---\n---\n---\nimage: a:1\n', 4, 8, 11],
  ])('%s', (_, text, line, column, endColumn) => {
    expect(sightingsOf(scanText('values.yaml', text))).toMatchObject([{ line, column, endColumn }])
  })
})

describe('references that are no images are passed over', () => {
  test.each<[string, string, string]>([
    ['a picture', 'values.yaml', 'image: logo.png\n'],
    ['an address', 'values.yaml', 'image: https://example.com/a\n'],
    ['a word in any YAML', 'data.yaml', 'image: avatar\n'],
    ['another kind of file', 'notes.txt', 'image: nginx:1\n'],
    ['what ignores files', 'Dockerfile.dockerignore', 'FROM nginx:1\n'],
    [
      'an input of an action',
      'action.yml',
      'inputs: {image: {default: x}}\nruns: {using: node20}\n',
    ],
  ])('%s', (_, path, text) => {
    expect(scanText(path, text).mentions).toEqual([])
  })
})
