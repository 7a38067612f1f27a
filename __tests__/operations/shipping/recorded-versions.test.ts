// Rules that give no full version: what a tag that moves is on, our own records must tell.
import { expect, test } from '@jest/globals'
import { tagPushEvent } from '../../../scripts/stage/events.js'
import { tags } from '../../../src/operations/tags.ts'
import { commit, releaseStage } from '../release-stage.ts'
import { IMAGE, PATH } from '../stage.ts'

const RULES = { tags: 'type=semver,pattern={{major}}.{{minor}}\ntype=sha' }
const UNCHECKED =
  'warning: 1.4 moves unchecked: no rule gives a full version to compare with, and no record tells the one it has'

const push = (version: string, digit: string) =>
  tagPushEvent({ sha: commit(digit), tag: `v${version}` })

/** 1.4.2 is released, its notes kept as `keep` says; then another version, of another commit. */
async function releaseAfter(version: string, keep: (body: string) => string, more = {}) {
  const stage = releaseStage()
  const noted = stage.repository.addRelease('v1.4.2', { body: '' })
  const first = await stage.run(push('1.4.2', 'a'), RULES)
  noted.body = keep(noted.body ?? '')
  const second = await stage.run(push(version, 'b'), { ...RULES, ...more })
  expect([first.error, second.error]).toEqual([undefined, undefined])
  const [older, newer] = [first.outputs['digest'], second.outputs['digest']]
  const at = stage.tags()['1.4']
  return {
    on: at === older ? '1.4.2' : at === newer ? version : 'neither',
    held: second.outputs['held-back'],
    warnings: stage.log.lines.filter((line) => line.startsWith('warning')),
  }
}

const whole = (body: string) => body
const none = () => 'written by hand'
const ofAnother = (body: string) => body.replaceAll(IMAGE, 'localhost:5000/acme/other')

// what the records say, the version released then, inputs, where 1.4 is, what is held back,
// warnings
test.each<[string, string, (body: string) => string, object, string, string, string[]]>([
  ['a higher version', '1.4.1', whole, {}, '1.4.2', '1.4: it is on 1.4.2, which is higher', []],
  ['a lower version', '1.4.3', whole, {}, '1.4.3', '', []],
  [
    'a higher version, moved back',
    '1.4.1',
    whole,
    { 'move-back': 'true' },
    '1.4.1',
    '',
    [UNCHECKED],
  ],
  ['nothing', '1.4.1', none, {}, '1.4.1', '', [UNCHECKED]],
  ['another image', '1.4.1', ofAnother, {}, '1.4.1', '', [UNCHECKED]],
])('%s: %s', async (...row) => {
  const [, version, keep, more, on, held, warnings] = row
  expect(await releaseAfter(version, keep, more)).toEqual({ on, held, warnings })
})

test('the records are read once, however many images there are', async () => {
  const stage = releaseStage()
  const other = 'localhost:5000/acme/other'
  const inputs = { ...RULES, images: `${IMAGE}\n${other}` }
  for (const path of [PATH, 'acme/other']) stage.registry.addImage(path, { tags: ['1.4'] })
  expect((await stage.run(push('1.4.3', 'b'), inputs)).error).toBeUndefined()
  const lists = stage.hub.calls.filter((call) => call === 'GET /repos/acme/app/releases')
  expect(lists).toHaveLength(1)
})

test('without leave to read releases what moves is warned of', async () => {
  const stage = releaseStage({ permissions: [] })
  stage.registry.addImage(PATH, { tags: ['1.4'] })
  await stage.run(push('1.4.1', 'b'), RULES)
  expect(stage.log.lines).toContain(UNCHECKED)
  expect(stage.log.lines.join('\n')).toContain('What moves is not compared with our records.')
})

test('the tags action asks the records, too', async () => {
  const stage = releaseStage()
  stage.repository.addRelease('v1.4.2', { body: '' })
  await stage.run(push('1.4.2', 'a'), RULES)
  const given = { ...RULES, 'check-registry': 'true' }
  const { outputs } = await stage.perform(tags, push('1.4.1', 'b'), given)
  expect(outputs['held-back']).toBe('1.4: it is on 1.4.2, which is higher')
  expect(outputs['tag-names']).toBe('sha-bbbbbbb')
})
