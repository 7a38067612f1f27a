// The workflows in examples/, as far as reading goes: their grammar, our rules, and no permission
// or moving tag too many. Each rule is shown to catch a fault; e2e/examples.test.ts runs them.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { complaints, needlessPermissions } from './workflow-rules.ts'

const ROOT = new URL('..', import.meta.url).pathname
const read = (file: string) => readFileSync(ROOT + file, 'utf8')

const faultsOf = async (text: string) => [
  ...(await complaints(text)),
  ...needlessPermissions(text),
  ...(/\blatest\b/.test(text) ? ['it says latest'] : []),
]

const files = readdirSync(`${ROOT}examples`).filter((file) => /^[\w-]+\.yml$/.test(file))

test.each(files)('%s is sound', async (file) => {
  expect(await faultsOf(read(`examples/${file}`))).toEqual([])
})

test.each(files)('%s is listed, and played', (file) => {
  expect(read('examples/README.md')).toContain(`| [${file}](${file}) |`)
  expect(read('__tests__/e2e/examples.test.ts')).toContain(`play('${file.replace('.yml', '')}',`)
})

// name, example, what is replaced, by what, the complaint
test.each<[string, string, string | RegExp, string, RegExp]>([
  ['an input that promote lacks', 'promote', 'to: prod', 'into: prod', /input 'into'/],
  ['an input that pin lacks', 'pin-check', 'mode: check', 'check: true', /input 'check'/],
  [
    'an output that record-run lacks',
    'training',
    'outputs.script',
    'outputs.rerun',
    /no output rerun/,
  ],
  [
    'an output that no job has',
    'attest',
    'needs.build.outputs.name',
    'needs.build.outputs.names',
    /names/,
  ],
  [
    'a permission too many',
    'pin-check',
    'packages: read',
    'packages: write',
    /no step needs packages: write/,
  ],
  [
    'a permission nobody asked for',
    'audit',
    'packages: read',
    'issues: read',
    /no step needs issues: read/,
  ],
  ['a permission without its reason', 'audit', / # the tags/, '', /packages: read: without/],
  [
    'a moving tag of an image',
    'training',
    'sh train.sh 3\n',
    'sh train.sh latest\n',
    /says latest/,
  ],
  [
    'a job with an action of ours by branch',
    'release',
    'image-release@v1',
    'image-release@main',
    /not pinned/,
  ],
])('%s is found', async (_, file, sound, fault, complaint) => {
  const text = read(`examples/${file}.yml`)
  expect(text.replace(sound, fault)).not.toBe(text)
  expect((await faultsOf(text.replace(sound, fault))).join('\n')).toMatch(complaint)
})
