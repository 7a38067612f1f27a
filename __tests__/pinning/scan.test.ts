// Where images are found, where they are not, and what hostile files cost.
import { describe, expect, test } from '@jest/globals'
import { scanBytes, scanText } from '../../src/pinning/scan.ts'
import { sightingsOf } from '../../src/pinning/sighting.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const utf16 = (text: string) =>
  new Uint8Array([0xff, 0xfe, ...[...text].flatMap((unit) => [unit.charCodeAt(0), 0])])

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
    ['no UTF-8', new Uint8Array([...bytes('image: '), 0xff, 0xfe]), 'not UTF-8'],
    ['UTF-16', utf16('image: a'), 'not UTF-8'],
    ['aliases without end', bytes(`image: &a x\nb: [\n${'  *a,\n'.repeat(80_000)}  ]`), 'words'],
    ['keys in flow', bytes(`image: {${'a: 1,\n '.repeat(60_000)}}`), 'words'],
    ['tiny documents', bytes('---\nimage: a:1\n'.repeat(30_000)), '20000 documents'],
    ['short lines', bytes(`image: a\n${'a:\n'.repeat(300_000)}`), '200000 lines'],
    ['lines of one document', bytes(`image: a\n${'a: 1\n'.repeat(130_000)}`), '120000 lines'],
    ['images without end', bytes('a: 1\nimage: a:1\n'.repeat(30_000)), '20000 images'],
    ['templates without end', bytes(`{{ if }}\n${'image: a:1\n'.repeat(30_000)}`), '20000 images'],
    ['texts without end', bytes(`a: |\n${'  image: a:1\n'.repeat(30_000)}`), '20000 images'],
  ])('%s', (_, content, why) => {
    const { problem, mentions } = scanBytes('a.yaml', content)
    expect(problem).toContain(why)
    expect(mentions).toEqual([])
  })

  test('a file that cannot hold images is passed over, however large or strange', () => {
    expect(scanBytes('a.yaml', new Uint8Array([0xff, 0xfe]))).not.toHaveProperty('problem')
    expect(scanBytes('a.yaml', bytes('a: 1\n'.repeat(1_000_000)))).not.toHaveProperty('problem')
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
    ['behind the end of a document', 'a: 1\n...\nimage: a:1\n', 3, 8, 11],
    ['in the third document', '---\n---\n---\nimage: a:1\n', 4, 8, 11],
  ])('%s', (_, text, line, column, endColumn) => {
    expect(sightingsOf(scanText('values.yaml', text))).toMatchObject([{ line, column, endColumn }])
  })
})

test('what stands in a ConfigMap is no reference to judge', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\ndata: {image: "a:1"}\n'
  const [place] = sightingsOf(scanText('a.yaml', text))
  expect(place).toMatchObject({ text: 'a:1', obstacle: 'embedded' })
  expect(place).not.toHaveProperty('reference')
})

test('what is no YAML is told where that shows', () => {
  const places = sightingsOf(scanText('a.yaml', 'a: 1\n---\nimage: a:1\nb: {c\nd: 1\n'))
  expect(places).toMatchObject([{ text: 'a:1' }, { obstacle: 'broken', line: 4 }])
})

test('a place over several lines ends on its last', () => {
  const [place] = sightingsOf(scanText('values.yaml', 'image: "a:\\\n  1" # c\n'))
  expect(place).toMatchObject({ line: 1, column: 8, endLine: 2, endColumn: 5 })
})

test('a text without end is told in part', () => {
  const text = `services: {a: {image: "${'${A:-'.repeat(40_000)}"}}\n`
  expect(sightingsOf(scanText('compose.yaml', text))[0]?.text).toHaveLength(501)
})

describe('what is no YAML', () => {
  // name, text, obstacles and images in it
  test.each<[string, string, string[]]>([
    ['is told, and read by lines', 'a: 1\n---\nx: [\nimage: a:1\n', ['broken', 'a:1']],
    ['is passed over in templates', '{{ if x }}\nimage: a:1\n{{ end }}\n', ['a:1']],
    ['leaves the other documents alone', 'image: a:1\n---\n}\nimages:\n', ['a:1', 'broken']],
  ])('%s', (_, text, expected) => {
    const { mentions } = scanText('values.yaml', text)
    expect(mentions.map(({ obstacle, text }) => obstacle ?? text)).toEqual(expected)
  })
})

describe('references that are no images are passed over', () => {
  test.each<[string, string, string]>([
    ['a picture', 'values.yaml', 'image: logo.png\n'],
    ['an address', 'values.yaml', 'image: https://example.com/a\n'],
    ['a word in any YAML', 'data.yaml', 'image: avatar\n'],
    ['another kind of file', 'notes.txt', 'image: nginx:1\n'],
    ['a schema', 'a.yaml', 'kind: CustomResourceDefinition\nspec: {image: {image: a/b:1}}\n'],
    ['a program about Dockerfiles', 'dockerfile.py', 'from a import b\n'],
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
