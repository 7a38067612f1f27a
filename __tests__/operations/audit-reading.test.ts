// What the audit reads: files, registry and GitHub; with which permissions, and how fast.
import { describe, expect, test } from '@jest/globals'
import { auditStage, shipped } from './audit-stage.ts'
import { IMAGE, PATH } from './stage.ts'

describe('files', () => {
  const manifest = (image: string) => `kind: Pod\nspec:\n  containers:\n    - image: ${image}\n`

  test('a file pinned to another digest than its channel', async () => {
    const stage = auditStage({
      files: { 'deploy/prod/app.yaml': '', 'deploy/staging/app.yaml': '', 'other.yaml': '' },
    })
    const { old, now } = shipped(stage)
    await stage.files.write('./deploy/prod/app.yaml', manifest(`${IMAGE}:1.0.0@${old}`))
    await stage.files.write('./deploy/staging/app.yaml', manifest(`${IMAGE}:1.1.0@${now}`))
    await stage.files.write('./other.yaml', manifest(`${IMAGE}:1.1.0`))
    const { filesSeen, kinds } = await stage.run({
      manifests: 'deploy/{channel}/*.yaml\nprod=other.yaml',
    })
    expect(filesSeen).toEqual([
      expect.objectContaining({
        channel: 'staging',
        file: 'deploy/staging/app.yaml',
        digest: now,
        drift: null,
      }),
      {
        channel: 'prod',
        file: 'deploy/prod/app.yaml',
        line: 4,
        column: 14,
        reference: `${IMAGE}:1.0.0@${old}`,
        digest: old,
        drift: `deploy/prod/app.yaml:4 is pinned to 1.0.0 (${old}), and prod has 1.1.0 (${now})`,
      },
      expect.objectContaining({ file: 'other.yaml', digest: null, drift: null }),
    ])
    expect(kinds).toEqual(['file-differs deploy/prod/app.yaml:4'])
  })

  test.each([
    ['prod=nowhere/*.yaml', 'manifests: no file matches nowhere/*.yaml'],
    ['production=app.yaml', 'manifests: production is no channel'],
    ['qa=app.yaml\nqa=b.yaml\nuat=app.yaml', 'manifests: qa, uat are no channels'],
    ['app.yaml', expect.stringContaining('names no channel')],
    ['prod=../app.yaml', expect.stringContaining('leads out of the workspace')],
  ])('manifests: %s is an error', async (manifests, message) => {
    const stage = auditStage({ files: { 'app.yaml': manifest(IMAGE) } })
    const { error } = await stage.run({ manifests })
    expect(error).toMatchObject({ code: 'input', message })
  })
})

describe('what it touches', () => {
  test('nothing is written anywhere, and no manifest is fetched', async () => {
    const stage = auditStage()
    shipped(stage)
    await stage.run()
    expect(new Set(stage.registry.requests.map(({ method }) => method))).toEqual(new Set(['HEAD']))
    const other = stage.hub.calls.filter((call) => !call.startsWith('GET '))
    expect(new Set(other)).toEqual(new Set(['POST /graphql']))
    expect(stage.files.contents.size).toBe(0)
  })

  test('the page is written where html says, and not by a dry run', async () => {
    const stage = auditStage()
    shipped(stage)
    const dry = await stage.run({ html: 'audit.html', 'dry-run': 'true' })
    expect(JSON.parse(dry.outputs['plan'] ?? '')).toEqual({ html: 'audit.html' })
    expect(stage.files.contents.size).toBe(0)
    await stage.run({ html: 'audit.html' })
    expect(stage.read('audit.html')).toContain('<!doctype html>')
  })
})

describe('without permissions', () => {
  const without = (scope: string) =>
    ['contents: read', 'deployments: read'].filter((other) => other !== scope)

  test('without deployments: read, tags and notes are told, and that the ledger is not', async () => {
    const stage = auditStage({ permissions: without('deployments: read') })
    const { now } = shipped(stage)
    const { channel, error } = await stage.run()
    expect(error).toBeUndefined()
    expect(channel('prod')).toMatchObject({ digest: now, version: '1.1.0', since: null })
    expect(stage.log.lines.join('\n')).toMatch(/ledger is not looked at.*deployments: read/)
  })

  test.each([
    ['deployments: read', { ledger: 'required' }],
    ['contents: read', {}],
  ])('without %s it is named', async (scope, given) => {
    const stage = auditStage({ permissions: without(scope) })
    const { error } = await stage.run(given)
    expect(error).toMatchObject({ code: 'permission', hint: expect.stringContaining(scope) })
  })

  test('without a token only the registry is asked', async () => {
    const stage = auditStage()
    const { now } = shipped(stage)
    const { channel } = await stage.run({ 'github-token': '' })
    expect(channel('prod')).toMatchObject({ digest: now, version: null, since: null })
    expect(stage.hub.calls).toEqual([])
  })
})

describe('a thousand deployments, five hundred releases, five thousand tags', () => {
  const VERSIONS = 500

  function large(channelOf: (index: number) => string) {
    const stage = auditStage({ githubMs: 300, registryMs: 30 })
    const digests = Array.from({ length: VERSIONS }, (_, index) =>
      stage.image(`build ${index}`, `1.${index}.0`),
    )
    for (const [index, digest] of digests.entries()) {
      stage.release(`1.${index}.0`, digest)
      for (let tag = 0; tag < 9; tag++)
        stage.registry.addImage(PATH, { content: `build ${index}`, tags: [`git-${index}-${tag}`] })
      stage.move(channelOf(2 * index), digest, { day: 1 + index / 20, version: `1.${index}.0` })
      stage.move(channelOf(2 * index + 1), digest, { day: 1 + index / 20, version: `1.${index}.0` })
    }
    const last = digests.at(-1)
    stage.registry.addImage(PATH, { content: `build ${VERSIONS - 1}`, tags: ['staging', 'prod'] })
    return { stage, last }
  }

  test.each<[string, (index: number) => string]>([
    ['two channels', (index) => (index % 2 === 0 ? 'staging' : 'prod')],
    ['one channel', () => 'prod'],
  ])('in %s: under two seconds, every record read', async (_, channelOf) => {
    const { stage, last } = large(channelOf)
    const start = stage.clock.now()
    const { outputs, report, error } = await stage.run()
    expect(error).toBeUndefined()
    expect(stage.clock.now() - start).toBeLessThan(2000)
    expect(JSON.parse(outputs['last'] ?? '').prod).toBe(`${IMAGE}@${last}`)
    const moves = report?.images[0]?.channels.flatMap(({ history }) => history)
    expect(moves).toHaveLength(2 * VERSIONS)
    expect(report?.images[0]?.releases).toHaveLength(VERSIONS)
  })
})
