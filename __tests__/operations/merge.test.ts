// How merge joins the parts of an image: one index under every tag, recorded as a release is.
import { expect, test } from '@jest/globals'
import {
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
  scheduleEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { findBlocks } from '../../src/notes/marked-block.ts'
import { parseRecord } from '../../src/notes/record.ts'
import { allOn } from '../all-on.ts'
import { buildParts, indexAt, PARTS, PLATFORMS } from './parts.ts'
import { commit, type ReleaseStage, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B] = [commit('a'), commit('b')]

/** Tags without those of the parts. */
function shipped(stage: ReleaseStage) {
  return Object.fromEntries(Object.entries(stage.tags()).filter(([tag]) => !/-linux-/.test(tag)))
}

// name, event, inputs, names of the parts, tags
test.each<[string, StagedEvent, Record<string, string>, string[], string[]]>([
  ['a push', pushEvent({ sha: A }), {}, PARTS, ['dev', 'git-aaaaaaa']],
  [
    'a version',
    tagPushEvent({ sha: A, tag: 'v1.4.2' }),
    {},
    PARTS,
    ['1.4.2', '1.4', '1', 'git-aaaaaaa'],
  ],
  [
    'a pull request',
    pullRequestEvent({ sha: A }),
    {},
    ['pr-7-aaaaaaa-linux-amd64', 'pr-7-aaaaaaa-linux-arm64'],
    ['pr-7', 'pr-7-aaaaaaa'],
  ],
  ['a schedule', scheduleEvent({ sha: A }), {}, PARTS, ['nightly', 'nightly-20260101']],
  [
    'a variant',
    pushEvent({ sha: A }),
    { variant: 'gpu' },
    ['git-aaaaaaa-gpu-linux-amd64', 'git-aaaaaaa-gpu-linux-arm64'],
    ['dev-gpu', 'git-aaaaaaa-gpu'],
  ],
  ['rules without a commit', pushEvent({ sha: A }), { tags: 'type=raw,value=x' }, PARTS, ['x']],
])('%s: parts, then every tag on one index of them', async (_, event, inputs, parts, tags) => {
  const stage = releaseStage({ attestations: true })
  await buildParts(stage, event, inputs)
  expect(Object.keys(stage.tags()).sort()).toEqual(parts)
  const { outputs, error } = await stage.merge(event, inputs)
  expect(error).toBeUndefined()
  const { digest } = outputs
  expect(shipped(stage)).toEqual(allOn(digest, tags))
  expect(outputs).toMatchObject({
    image: `${IMAGE}@${digest}`,
    'tag-names': tags.join('\n'),
    pushed: 'true',
    built: 'false',
  })
  expect(Object.keys(JSON.parse(outputs['platforms'] ?? ''))).toEqual(PLATFORMS)
})

test('the index has images and attestations of the parts, and the labels they share', async () => {
  const stage = releaseStage({ attestations: true })
  await buildParts(stage, pushEvent({ sha: A }))
  const { outputs } = await stage.merge(pushEvent({ sha: A }), { annotations: 'team=web' })
  const read = indexAt(stage, 'dev')
  expect(read.manifests.map(({ platform }) => platform?.architecture)).toEqual([
    'amd64',
    'arm64',
    'unknown',
    'unknown',
  ])
  const [amd, arm, ...records] = read.manifests
  expect(records.map(({ annotations }) => annotations?.['vnd.docker.reference.digest'])).toEqual([
    amd?.digest,
    arm?.digest,
  ])
  expect(read.annotations).toMatchObject({
    team: 'web',
    'org.opencontainers.image.revision': A,
    'org.opencontainers.image.version': 'git-aaaaaaa',
  })
  expect(outputs['annotations']).toContain('team=web')
})

test('the same parts are the same digest, on another event and with platforms in another order', async () => {
  const stage = releaseStage()
  await buildParts(stage, pushEvent({ sha: A }))
  const main = await stage.merge(pushEvent({ sha: A }))
  const event = tagPushEvent({ sha: A, tag: 'v1.0.0' })
  await buildParts(stage, event)
  expect(stage.builds()).toBe(2)
  const released = await stage.merge(event, { platforms: 'linux/arm64,linux/amd64' })
  expect(released.outputs['digest']).toBe(main.outputs['digest'])
  expect(stage.tags()['1.0.0']).toBe(main.outputs['digest'])
})

test('the comment on a pull request has one block per variant, of indexes and not of parts', async () => {
  const stage = releaseStage({ permissions: ['contents: read', 'pull-requests: write'] })
  const event = pullRequestEvent({ sha: A })
  const digests: (string | undefined)[] = []
  for (const inputs of [{}, { variant: 'gpu' }]) {
    await buildParts(stage, event, inputs)
    digests.push((await stage.merge(event, inputs)).outputs['digest'])
  }
  const [comment, ...more] = stage.repository.comments
  expect(more).toEqual([])
  const blocks = findBlocks(comment?.body ?? '')
  expect(blocks.map(({ key }) => key)).toEqual([IMAGE, `${IMAGE} gpu`])
  expect(blocks.map(({ content }) => parseRecord(content))).toEqual([
    expect.objectContaining({ digest: digests[0], tags: ['pr-7', 'pr-7-aaaaaaa'], revision: A }),
    expect.objectContaining({ digest: digests[1], tags: ['pr-7-gpu', 'pr-7-aaaaaaa-gpu'] }),
  ])
  expect(Object.keys(parseRecord(blocks[0]?.content ?? '')?.platforms ?? {})).toEqual(PLATFORMS)
})

test('a schedule builds its parts afresh', async () => {
  const stage = releaseStage()
  await buildParts(stage, pushEvent({ sha: A }))
  await buildParts(stage, scheduleEvent({ sha: A }))
  expect(stage.builds()).toBe(4)
})

test('a re-run writes nothing', async () => {
  const stage = releaseStage()
  const notes = stage.repository.addRelease('v1.4.2', { body: 'New things.' })
  const event = releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id })
  await buildParts(stage, event)
  const first = await stage.merge(event)
  const { body } = notes
  expect(body).toContain(first.outputs['digest'])
  stage.forget()
  const second = await stage.merge(event)
  expect(second.outputs['digest']).toBe(first.outputs['digest'])
  expect(notes.body).toBe(body)
  expect(stage.writes()).toEqual([])
})

test('four requests for each part, two for the index, four for each immutable tag', async () => {
  const stage = releaseStage({ attestations: true })
  await buildParts(stage, pushEvent({ sha: A }))
  stage.registry.forget()
  await stage.merge(pushEvent({ sha: A }), { tags: 'type=sha,prefix=git-,format=short' })
  const lines = stage.registry.lines().map((line) => line.replace(/sha256:.{64}/, 'DIGEST'))
  const base = `/v2/${PATH}/`
  const count = (start: string) => lines.filter((line) => line.startsWith(start)).length
  expect(count(`GET ${base}manifests/git-aaaaaaa-linux`)).toBe(2)
  expect(lines.length).toBeLessThanOrEqual(2 * 4 + 2 + 4)
})

test('a version of another commit is refused as release refuses it', async () => {
  const stage = releaseStage()
  const other = await stage.run(tagPushEvent({ sha: B, tag: 'v1.4.2' }))
  const event = tagPushEvent({ sha: A, tag: 'v1.4.2' })
  await buildParts(stage, event)
  const { error } = await stage.merge(event)
  expect(error).toMatchObject({
    code: 'tag-conflict',
    message: `Cannot release 1.4.2: ${IMAGE}:1.4.2 is already ${other.outputs['digest']}, of commit ${B}`,
  })
  expect(stage.tags()['git-aaaaaaa']).toBeUndefined()
})

test('sources: digests, and references to another repository, whose images come along', async () => {
  const stage = releaseStage({ attestations: true })
  const labels = { 'org.opencontainers.image.revision': A }
  const amd = stage.registry.addImage(PATH, { platforms: ['linux/amd64'], labels })
  const arm = stage.registry.addImage('acme/arm', {
    platforms: ['linux/arm64'],
    tags: ['x'],
    attestations: true,
  })
  const sources = `${amd.digest}\nlocalhost:5000/acme/arm:x@${arm.digest}`
  const { outputs, error } = await stage.merge(pushEvent({ sha: A }), { sources, platforms: '' })
  expect(error).toBeUndefined()
  expect(stage.tags()['dev']).toBe(outputs['digest'])
  expect(Object.keys(JSON.parse(outputs['platforms'] ?? ''))).toEqual(PLATFORMS)
})

test('every image name has the index', async () => {
  const stage = releaseStage()
  const images = `${IMAGE}\nlocalhost:5000/acme/mirror`
  await buildParts(stage, pushEvent({ sha: A }))
  const { outputs, error } = await stage.merge(pushEvent({ sha: A }), { images })
  expect(error).toBeUndefined()
  const { digest } = outputs
  expect(stage.registry.tags('acme/mirror')).toEqual({ dev: digest, 'git-aaaaaaa': digest })
})

test.each([
  ['a fork', pullRequestEvent({ sha: A, fork: 'stranger' })],
  ['Dependabot', pullRequestEvent({ sha: A, actor: 'dependabot[bot]' })],
])('for %s it is green, skipped, and asks nobody', async (_, event) => {
  const stage = releaseStage()
  const { outputs, error } = await stage.merge(event)
  expect(error).toBeUndefined()
  expect(outputs['skipped']).toContain('cannot write')
  expect(stage.registry.lines()).toEqual([])
})

test('a dry run says which index it would write, and writes nothing', async () => {
  const stage = releaseStage()
  await buildParts(stage, pushEvent({ sha: A }))
  stage.registry.forget()
  const dry = await stage.merge(pushEvent({ sha: A }), { 'dry-run': 'true' })
  expect(dry.error).toBeUndefined()
  expect(stage.writes()).toEqual([])
  const { outputs } = await stage.merge(pushEvent({ sha: A }))
  expect(dry.outputs['digest']).toBe(outputs['digest'])
  expect(JSON.parse(dry.outputs['plan'] ?? '')).toMatchObject({ source: { kind: 'merge' } })
})

test('without platforms and sources there is nothing to look for', async () => {
  const { error } = await releaseStage().merge(pushEvent({ sha: A }), { platforms: '' })
  expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('platforms') })
})

const MAY_COMMENT = { permissions: ['contents: read', 'pull-requests: write'] }

// name, permissions, inputs
test.each<[string, { permissions: string[] }, Record<string, string>]>([
  ['comment: false', MAY_COMMENT, { comment: 'false' }],
  ['no permission', { permissions: ['contents: read'] }, {}],
])('no comment, and no failure: %s', async (_, permissions, inputs) => {
  const stage = releaseStage(permissions)
  const event = pullRequestEvent({ sha: A })
  await buildParts(stage, event)
  const { error, outputs } = await stage.merge(event, inputs)
  expect([error, outputs['pushed'], stage.repository.comments]).toEqual([undefined, 'true', []])
})
