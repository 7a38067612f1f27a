// What a release tells buildx, and by what it knows an image again.
import { expect, test } from '@jest/globals'
import { dispatchEvent, pushEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { commit, releaseStage } from './release-stage.ts'
import { IMAGE } from './stage.ts'

const A = commit('a')

// platforms, annotations given, those that buildx is told beside the OCI ones, whether it is told
// these
test.each<[string, string, string[], boolean]>([
  ['linux/amd64', '', [], false],
  ['linux/amd64', 'team=web\n-org.opencontainers.image.url', ['team=web'], false],
  ['', 'index:team=web', ['index:team=web'], false],
  ['linux/amd64,linux/arm64', 'team=web', ['index:team=web'], true],
])('annotations of an image for "%s": %j', async (platforms, annotations, told, isAnnotated) => {
  const stage = releaseStage()
  const { outputs } = await stage.run(pushEvent({ sha: A }), { platforms, annotations })
  const [build] = stage.exec.commands.filter(({ file }) => file === 'docker')
  const flags = (build?.args ?? []).filter((arg) => arg.startsWith('--annotation='))
  const all = flags.map((arg) => arg.slice('--annotation='.length))
  const isOci = (line: string) => line.startsWith('index:org.opencontainers.image.')
  expect(all.filter((line) => !isOci(line))).toEqual(told)
  expect(all.some(isOci)).toBe(isAnnotated)
  expect(outputs['annotations']?.split('\n').filter(Boolean)).toHaveLength(all.length)
})

// what the user's labels make of the commit's, whether ours has to say it
test.each([
  ['another', 'org.opencontainers.image.revision=of-a-submodule', true],
  ['nothing', '-org.opencontainers.image.revision', true],
  ['the same', `org.opencontainers.image.revision=${A}`, false],
])('an image whose label names %s is found again by its commit', async (_, labels, isMarked) => {
  const stage = releaseStage()
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  const first = await stage.run(event, { labels })
  expect(first.outputs['labels']?.includes(`labels:${A}`) ?? false).toBe(isMarked)
  const { outputs, error } = await stage.run(event, { labels })
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ built: 'false', digest: first.outputs['digest'] })
})

test('a call builds nothing, and does not say that it did', async () => {
  const stage = releaseStage()
  const { outputs, summary, error } = await stage.run(pushEvent({ sha: A }), { call: 'outline' })
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ built: 'false', pushed: 'false' })
  expect(summary).toMatch(/^## Nothing built: .*\n\ncall is outline\n/)
})

test('a digest that is nowhere is an error that says where to look', async () => {
  const digest = `sha256:${'f'.repeat(64)}`
  const { error } = await releaseStage().run(tagPushEvent({ sha: A, tag: 'v1.4.2' }), { digest })
  expect(error).toMatchObject({
    code: 'registry',
    message: `Cannot find ${IMAGE}@${digest}: the registry does not have it`,
    hint: expect.stringContaining('Check the digest'),
  })
})

// Outside of git.
test('without a commit nothing is taken for the same image', async () => {
  const stage = releaseStage()
  const event = dispatchEvent({ sha: '' })
  const first = await stage.run(event, { version: '1.4.2' })
  expect(first.error).toBeUndefined()
  const again = await stage.run(event, {
    version: '1.4.2',
    'dry-run': 'true',
    tags: 'type=raw,value=x',
  })
  expect(JSON.parse(again.outputs['plan'] ?? '').source).toEqual({
    kind: 'build',
    why: 'no commit is known',
  })
  const labelled = { labels: 'org.opencontainers.image.revision=y', version: '1.4.3' }
  const [, other] = [await stage.run(event, labelled), await stage.run(event, labelled)]
  expect(String(other.error)).toMatch(/1\.4\.3 is already sha256:.*, of commit unknown$/m)
})
