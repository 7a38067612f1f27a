// Inputs from a workflow, the defaults file and their own defaults, mistakes all at once.
import { expect, test } from '@jest/globals'
import { choice, flag, list, number, parsed, text } from '../../src/inputs/field.ts'
import { parseImages } from '../../src/inputs/images.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import { parsePlatform } from '../../src/oci/platform.ts'

const said = { summary: '' }
const fields = {
  target: text(said),
  'dry-run': flag({ ...said, default: 'false' }),
  push: choice(said, 'auto', 'true', 'false'),
  'sha-length': number({ ...said, default: '7', min: 7, max: 40 }),
  platforms: list({ ...said, commas: true }, ({ text: item }) => parsePlatform(item)),
  images: parsed(said, parseImages),
  digest: parsed({ ...said, default: 'none', refuseEmpty: true }, (value) => value),
}

const read = (given: Record<string, string>, defaults: Record<string, string> = {}) =>
  readInputs(fields, {
    given: (name) => given[name],
    defaults: new Map(
      Object.entries(defaults).map(([name, value]) => [name, { text: value, line: 3 }]),
    ),
    defaultsSource: 'defaults.yml',
  })

test('what nobody says is the default', () => {
  expect(read({})).toEqual({
    target: undefined,
    'dry-run': false,
    push: 'auto',
    'sha-length': 7,
    platforms: [],
    images: undefined,
    digest: 'none',
  })
})

test('the workflow wins over the file, the file over the default', () => {
  const values = read({ target: ' web ', push: '' }, { target: 'api', push: 'TRUE' })
  expect(values).toMatchObject({ target: 'web', push: 'true' })
})

const HINT =
  'Write os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7.'

test('every mistake is told at once, with its place', () => {
  const given = {
    'dry-run': 'yes',
    'sha-length': '3',
    platforms: 'linux, amd64/',
    images: 'x=1\ny=2',
    digest: '',
  }
  expect(() => read(given, { push: 'maybe' })).toThrow(
    expect.objectContaining({
      code: 'input',
      message: [
        'dry-run: "yes" is none of true, false',
        'push (defaults.yml, line 3): "maybe" is none of auto, true, false',
        'sha-length: "3" is not a whole number from 7 to 40',
        `platforms: "linux" is not a platform; "amd64/" is not a platform. ${HINT}`,
        'images: line 1: "x=1" has an unknown attribute "x"',
        'images: line 2: "y=2" has an unknown attribute "y"',
        'digest: given but empty; leave the input out, or give a value',
      ].join('\n'),
    }),
  )
})

test('a line of a value from the file is told apart from the line in the file', () => {
  expect(() => read({}, { images: 'a/b\nx=1' })).toThrow(
    'images (defaults.yml, line 3), its line 2: "x=1" has an unknown attribute "x"',
  )
})
