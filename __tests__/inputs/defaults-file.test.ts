// The defaults file: which place wins, and what may not stand in it.
import { expect, test } from '@jest/globals'
import { readDefaults } from '../../src/inputs/defaults-file.ts'
import { flag, list, text } from '../../src/inputs/field.ts'
import { parseList } from '../../src/inputs/list.ts'

const said = { summary: '' }
const actions = {
  release: {
    images: text(said),
    platforms: list({ ...said, commas: true }, ({ text: item }) => item),
    'build-args': list(said, ({ text: item }) => item),
    target: text(said),
    'dry-run': flag({ ...said, default: 'false', workflowOnly: true }),
  },
  pin: { files: text(said) },
}

const read = (yaml: string, section?: string) =>
  readDefaults({ yaml, path: 'defaults.yml', action: 'release', section, actions })

const valuesOf = (yaml: string, section?: string) =>
  Object.fromEntries([...read(yaml, section)].map(([name, { text: value }]) => [name, value]))

// name, file, values
test.each<[string, string, Record<string, string>]>([
  ['an empty file', '', {}],
  ['only a comment', '# nothing yet\n', {}],
  ['shared keys', 'images: ghcr.io/a/b\nvariant: gpu\n', { images: 'ghcr.io/a/b', variant: 'gpu' }],
  ['an action of its own', 'release:\n  target: web\n', { target: 'web' }],
  ['not another action', 'pin:\n  files: k8s/*.yml\n', {}],
  [
    'a list as lines',
    'platforms: [linux/amd64, linux/arm64]\n',
    { platforms: 'linux/amd64\nlinux/arm64' },
  ],
  [
    'a mapping as key=value',
    'release:\n  build-args: {A: 1.20, B: yes}\n',
    { 'build-args': 'A=1.20\nB=yes' },
  ],
  ['text as it is written', 'release:\n  target: 1.20\n', { target: '1.20' }],
  [
    'an action over the top',
    'release: {platforms: linux/arm64}\nplatforms: linux/amd64\n',
    { platforms: 'linux/arm64' },
  ],
])('%s', (_, yaml, values) => {
  expect(valuesOf(yaml)).toEqual(values)
})

const MONOREPO = `
sections:
  api:
    images: ghcr.io/acme/api
    release:
      target: api
release:
  target: all
images: ghcr.io/acme/all
`

test('a section wins over the rest, wherever it stands', () => {
  expect(valuesOf(MONOREPO, 'api')).toEqual({ images: 'ghcr.io/acme/api', target: 'api' })
  expect(valuesOf(MONOREPO)).toEqual({ images: 'ghcr.io/acme/all', target: 'all' })
})

test('items that a line cannot hold come back whole', () => {
  const { 'build-args': value = '' } = valuesOf(
    'release:\n  build-args:\n    - "A=one\\ntwo"\n    - "# B"\n    - \'"C" d\'\n',
  )
  expect(parseList(value).map(({ text: item }) => item)).toEqual(['A=one\ntwo', '# B', '"C" d'])
})

// name, file, section, mistakes
test.each<[string, string, string | undefined, string[]]>([
  [
    'keys that every object has',
    'constructor:\n  a: 1\nrelease:\n  toString: x\n',
    undefined,
    [
      'defaults.yml, line 1: unknown key "constructor"',
      'defaults.yml, line 4: release has no input "toString"',
    ],
  ],
  ['an unknown key', 'image: x\n', undefined, ['defaults.yml, line 1: unknown key "image"']],
  [
    'an input of an action at the top',
    'target: x\n',
    undefined,
    ['defaults.yml, line 1: unknown key "target"; put it under "release:"'],
  ],
  [
    'several at once',
    'release:\n  tagret: x\n  dry-run: true\nfoo: 1\n',
    undefined,
    [
      'defaults.yml, line 2: release has no input "tagret"',
      'defaults.yml, line 3: "dry-run" may stand in a workflow only',
      'defaults.yml, line 4: unknown key "foo"',
    ],
  ],
  [
    'of other actions and sections too',
    'pin:\n  x: 1\nsections:\n  a:\n    y: 1\n',
    undefined,
    ['defaults.yml, line 2: pin has no input "x"', 'defaults.yml, line 5: unknown key "y"'],
  ],
  ['no mapping', '- a\n', undefined, ['defaults.yml, line 1: expected a mapping of inputs']],
  [
    'an action without inputs',
    'release: x\n',
    undefined,
    ['defaults.yml, line 1: release is not a mapping of inputs'],
  ],
  [
    'no sections',
    'sections: x\n',
    undefined,
    ['defaults.yml, line 1: sections is not a mapping of names'],
  ],
  [
    'a section without inputs',
    'sections:\n  api: x\n',
    'api',
    ['defaults.yml, line 2: section "api" is not a mapping'],
  ],
  [
    'sections of sections',
    'sections:\n  api:\n    sections: {}\n',
    'api',
    ['defaults.yml, line 3: unknown key "sections"'],
  ],
  [
    'a missing section',
    'images: a/b\n',
    'api',
    ['defaults.yml, line 1: there is no section "api"'],
  ],
  [
    'a key given twice',
    'images: a/b\nimages: c/d\n',
    undefined,
    ['defaults.yml, line 2: Map keys must be unique'],
  ],
  [
    'nested too deep, and aliases',
    'images: [[a/b]]\nvariant: {a: {b: c}}\nflavor: *x\n',
    undefined,
    [
      'defaults.yml, line 1: images is neither a value, a list nor a mapping of them',
      'defaults.yml, line 2: variant is neither a value, a list nor a mapping of them',
      'defaults.yml, line 3: flavor is neither a value, a list nor a mapping of them',
    ],
  ],
])('refuses %s', (_, yaml, section, mistakes) => {
  expect(() => read(yaml, section)).toThrow(
    expect.objectContaining({ code: 'input', message: mistakes.join('\n') }),
  )
})

test('a section may be named by a number', () => {
  expect(read('sections:\n  2024:\n    variant: old\n', '2024').get('variant')?.text).toBe('old')
})
