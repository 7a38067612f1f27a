import { describe, expect, test } from '@jest/globals'
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
import type { ImageIndex } from '../../src/oci/manifest.ts'
import { parseManifest } from '../../src/oci/parse-manifest.ts'
import { commit, type ReleaseStage, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B] = [commit('a'), commit('b')]
const PLATFORMS = ['linux/amd64', 'linux/arm64']
const PARTS = ['git-aaaaaaa-linux-amd64', 'git-aaaaaaa-linux-arm64']

/** One run for each platform, as the jobs of a matrix do. */
async function buildParts(
  stage: ReleaseStage,
  event: StagedEvent,
  inputs: Readonly<Record<string, string>> = {},
) {
  for (const platforms of PLATFORMS) {
    const { error, summary } = await stage.run(event, { ...inputs, part: 'true', platforms })
    expect(error).toBeUndefined()
    expect(summary).toMatch(/^## (Built|Found) a part of /)
  }
}

/** The index under a tag. */
function indexOf(stage: ReleaseStage, tag: string): ImageIndex {
  const raw = stage.registry.repository(PATH).manifests.get(stage.tags()[tag] ?? '')
  const read = raw && parseManifest(raw)
  if (read?.kind !== 'index') throw new Error(`${tag} is no index`)
  return read
}

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
  expect(shipped(stage)).toEqual(Object.fromEntries(tags.map((tag) => [tag, digest])))
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
  const read = indexOf(stage, 'dev')
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
  stage.registry.forget()
  stage.hub.calls.length = 0
  const second = await stage.merge(event)
  expect(second.outputs['digest']).toBe(first.outputs['digest'])
  expect(notes.body).toBe(body)
  expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
  expect(stage.hub.calls.filter((line) => !line.startsWith('GET '))).toEqual([])
})

test('four requests for each part, two for the index, three for each immutable tag', async () => {
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

describe('what does not fit is named, and nothing is written', () => {
  // name, what was built before, inputs, the message's lines
  test.each<[string, (stage: ReleaseStage) => Promise<unknown>, Record<string, string>, string[]]>([
    [
      'no part',
      async () => {},
      {},
      PLATFORMS.map(
        (name) => `${name} is missing: there is no ${IMAGE}:git-aaaaaaa-${name.replace('/', '-')}`,
      ),
    ],
    [
      'one part missing',
      (stage) => buildParts(stage, pushEvent({ sha: A })),
      { platforms: 'linux/amd64,linux/arm64,linux/arm/v7' },
      [`linux/arm/v7 is missing: there is no ${IMAGE}:git-aaaaaaa-linux-arm-v7`],
    ],
    [
      'another platform',
      async ({ registry }) => {
        const labels = { 'org.opencontainers.image.revision': A }
        for (const tag of PARTS)
          registry.addImage(PATH, { tags: [tag], platforms: ['linux/amd64'], labels })
      },
      {},
      [
        `${IMAGE}:${PARTS[1]} is not linux/arm64 but linux/amd64`,
        'linux/amd64 is in more than one of the parts',
      ],
    ],
    [
      'another commit',
      async ({ registry }) => {
        const parts = PARTS.map((tag, index) => ({ tag, platforms: [PLATFORMS[index] ?? ''] }))
        const labels = { 'org.opencontainers.image.revision': B }
        for (const { tag, platforms } of parts)
          registry.addImage(PATH, {
            tags: [tag],
            platforms,
            ...(tag === PARTS[0] ? { labels } : {}),
          })
      },
      {},
      [
        `${IMAGE}:${PARTS[0]} is of commit ${B}, and this run of ${A}`,
        `${IMAGE}:${PARTS[1]} is of commit unknown, and this run of ${A}`,
      ],
    ],
    [
      "a pull request's part",
      async (stage) => {
        await buildParts(stage, pullRequestEvent({ sha: A }))
      },
      { sources: `${IMAGE}:pr-7-aaaaaaa-linux-amd64`, platforms: 'linux/amd64,linux/arm64' },
      [
        `${IMAGE}:pr-7-aaaaaaa-linux-amd64 was built for pull request 7`,
        'linux/arm64 is missing: none of the sources has it',
      ],
    ],
  ])('%s', async (_, before, inputs, lines) => {
    const stage = releaseStage()
    await before(stage)
    const tags = stage.tags()
    const { error } = await stage.merge(pushEvent({ sha: A }), inputs)
    expect(error).toMatchObject({
      code: 'parts',
      message: `Cannot join the image: ${lines.join('\n')}`,
      hint: expect.stringContaining('sources' in inputs ? 'Check that sources' : 'part: true'),
    })
    expect(stage.tags()).toEqual(tags)
  })

  test('an attestation that was deleted', async () => {
    const stage = releaseStage({ attestations: true })
    await buildParts(stage, pushEvent({ sha: A }))
    const gone = indexOf(stage, PARTS[0] ?? '').manifests[1]?.digest
    stage.registry.repository(PATH).manifests.delete(gone ?? '')
    const { error } = await stage.merge(pushEvent({ sha: A }))
    expect(String(error)).toContain(`${IMAGE}:${PARTS[0]} names ${gone}, which is not there`)
  })
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
  expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
  const { outputs } = await stage.merge(pushEvent({ sha: A }))
  expect(dry.outputs['digest']).toBe(outputs['digest'])
  expect(JSON.parse(dry.outputs['plan'] ?? '')).toMatchObject({ source: { kind: 'merge' } })
})

test('without platforms and sources there is nothing to look for', async () => {
  const { error } = await releaseStage().merge(pushEvent({ sha: A }), { platforms: '' })
  expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('platforms') })
})

describe('a part', () => {
  test('is of one platform', async () => {
    const { error } = await releaseStage().run(pushEvent({ sha: A }), { part: 'true' })
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining('names 2') })
  })

  test('is reused where its inputs are the same, and else built and moved', async () => {
    const stage = releaseStage()
    const inputs = { part: 'true', platforms: 'linux/arm/v7' }
    const tag = 'git-aaaaaaa-linux-arm-v7'
    const first = await stage.run(pushEvent({ sha: A }), inputs)
    const again = await stage.run(pushEvent({ sha: A }), inputs)
    expect(again.outputs).toMatchObject({ digest: first.outputs['digest'], built: 'false' })
    const other = await stage.run(pushEvent({ sha: A }), { ...inputs, target: 'slim' })
    expect(other.error).toBeUndefined()
    expect(other.outputs['built']).toBe('true')
    expect(stage.tags()).toEqual({ [tag]: other.outputs['digest'] })
  })

  test('writes no notes', async () => {
    const stage = releaseStage()
    const notes = stage.repository.addRelease('v1.4.2', { body: 'New things.' })
    await buildParts(stage, releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }))
    expect(notes.body).toBe('New things.')
    expect(stage.hub.calls).toEqual([])
  })
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

// name, whether the parts are of Docker's own types, annotations, whether it is said
test.each([
  ['an OCI index has them', false, 'team=web', false],
  ['a manifest list has no place for them', true, 'team=web', true],
  ['a manifest list, and none are asked for', true, '', false],
])('annotations: %s', async (_, docker, annotations, isTold) => {
  const stage = releaseStage()
  for (const platform of PLATFORMS)
    stage.registry.addImage(PATH, {
      tags: [`git-aaaaaaa-${platform.replace('/', '-')}`],
      platforms: [platform],
      index: false,
      labels: { 'org.opencontainers.image.revision': A },
      docker,
    })
  const { outputs, error } = await stage.merge(pushEvent({ sha: A }), { annotations })
  expect(error).toBeUndefined()
  expect(outputs['annotations']?.includes('team=web')).toBe(annotations !== '' && !isTold)
  expect(stage.log.lines.some((line) => /^warning: annotations: .*no place/.test(line))).toBe(
    isTold,
  )
})
