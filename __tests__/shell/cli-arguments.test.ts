// The command line: what it reads, refuses and says of itself.
import { expect, test } from '@jest/globals'
import { flag, list, text } from '../../src/inputs/field.ts'
import { defineOperation } from '../../src/operations/operation.ts'
import { parseArguments, renderHelp } from '../../src/shell/cli-arguments.ts'

const said = { summary: 'What it is.' }
const release = defineOperation({
  name: 'release',
  title: 'Release',
  summary: 'Releases an image.',
  inputs: {
    images: list(said, ({ text: item }) => item),
    target: text(said),
    'dry-run': flag({ ...said, default: 'false' }),
    'github-token': text({ ...said, secret: true }),
  },
  outputs: {},
  permissions: [],
  run: async () => {},
})

// name, arguments, inputs, JSON
test.each<[string, string[], Record<string, string>, boolean]>([
  ['nothing', [], {}, false],
  ['a value beside', ['--target', 'web'], { target: 'web' }, false],
  ['a value glued', ['--target=a=b'], { target: 'a=b' }, false],
  ['an empty value', ['--target='], { target: '' }, false],
  ['a value like a flag', ['--target', '--json'], { target: '--json' }, false],
  ['a bare flag', ['--dry-run', '--json'], { 'dry-run': 'true' }, true],
  [
    'a flag with its value',
    ['--dry-run', 'false', '--target', 'x'],
    { 'dry-run': 'false', target: 'x' },
    false,
  ],
  ['the same input twice', ['--images', 'a/b', '--images', 'c/d'], { images: 'a/b\nc/d' }, false],
])('reads %s', (_, args, inputs, json) => {
  const call = parseArguments([release], ['release', ...args])
  expect('help' in call ? call : { ...call, given: Object.fromEntries(call.given) }).toEqual({
    operation: release,
    given: inputs,
    json,
  })
})

// name, arguments, message
test.each<[string, string[], string]>([
  ['an unknown action', ['relase'], 'There is no action "relase"; there are release'],
  ['an unknown input', ['release', '--tagret=x'], 'release has no input "--tagret=x"'],
  [
    'what every object has',
    ['release', '--constructor', 'x'],
    'release has no input "--constructor"',
  ],
  ['a positional', ['release', 'x'], 'release has no input "x"'],
  ['a value that is not there', ['release', '--target'], '--target needs a value'],
])('refuses %s', (_, args, message) => {
  expect(() => parseArguments([release], args)).toThrow(
    expect.objectContaining({ code: 'usage', message }),
  )
})

test.each([[[]], [['--help']], [['help']], [['release', '--help']], [['release', '-h']]])(
  '%j asks for help',
  (args) => {
    expect(parseArguments([release], args)).toEqual({
      help: args[0] === 'release' ? release : undefined,
    })
  },
)

test('help lists actions, and the inputs that are no secrets', () => {
  expect(renderHelp([release])).toContain('release     Releases an image.')
  const help = renderHelp([release], release)
  expect(help).toContain('--dry-run')
  expect(help).not.toContain('github-token')
})
