// The parts that merge joins: how release makes one, and what merge says where they do not fit.
import { describe, expect, test } from '@jest/globals'
import { pullRequestEvent, pushEvent, releaseEvent } from '../../scripts/stage/events.js'
import { buildParts, indexAt, PARTS, PLATFORMS } from './parts.ts'
import { commit, type ReleaseStage, releaseStage } from './release-stage.ts'
import { IMAGE, PATH } from './stage.ts'

const [A, B] = [commit('a'), commit('b')]

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
    const gone = indexAt(stage, PARTS[0] ?? '').manifests[1]?.digest
    stage.registry.repository(PATH).manifests.delete(gone ?? '')
    const { error } = await stage.merge(pushEvent({ sha: A }))
    expect(String(error)).toContain(`${IMAGE}:${PARTS[0]} names ${gone}, which is not there`)
  })
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
