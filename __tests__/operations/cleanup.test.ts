import { describe, expect, test } from '@jest/globals'
import { dispatchEvent, pullRequestEvent } from '../../scripts/stage/events.js'
import { type Descriptor, OCI_INDEX } from '../../src/oci/manifest.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { cleanupStage } from './cleanup-stage.ts'
import { IMAGE, PATH } from './stage.ts'

// name, inputs, tags there, tags left
test.each<[string, Record<string, string>, string[], string[]]>([
  [
    "the pull request's tags go, others stay",
    {},
    ['pr-7', 'pr-7-aaaaaaa', 'pr-7-aaaaaaa-linux-amd64', 'pr-70', 'pr-70-bbbbbbb', 'dev', '1.4.2'],
    ['1.4.2', 'dev', 'pr-70', 'pr-70-bbbbbbb'],
  ],
  [
    'of a variant, only its own',
    { variant: 'gpu' },
    ['pr-7', 'pr-7-gpu', 'pr-7-aaaaaaa', 'pr-7-aaaaaaa-gpu'],
    ['pr-7', 'pr-7-aaaaaaa'],
  ],
  ['a pattern', { tags: 'preview-*' }, ['preview-1', 'preview-x', 'pr-7'], ['pr-7']],
  [
    'keep wins',
    { tags: 'preview-*', keep: 'preview-demo\npreview-a*' },
    ['preview-1', 'preview-demo', 'preview-ab'],
    ['preview-ab', 'preview-demo'],
  ],
  ['nothing matches', {}, ['dev'], ['dev']],
])('%s', async (_, inputs, there, left) => {
  const stage = cleanupStage()
  for (const tag of there) stage.registry.addImage(PATH, { tags: [tag], content: tag })
  const { error, outputs } = await stage.run(inputs)
  expect(error).toBeUndefined()
  expect(stage.tags()).toEqual(left)
  const gone = there.filter((tag) => !left.includes(tag)).map((tag) => `${IMAGE}:${tag}`)
  expect(outputs['deleted']?.split('\n').filter(Boolean).sort()).toEqual(gone.sort())
})

// name, inputs, what the message says
test.each<[string, Record<string, string>, RegExp]>([
  ['too short', { tags: 'pr*' }, /fewer than 3 characters/],
  ['no literal', { tags: '*' }, /fewer than 3 characters/],
  ['given but empty', { tags: '' }, /given but empty/],
  ['a channel', { tags: 'staging' }, /could match the channel staging/],
  ['a channel by its beginning', { tags: 'sta*' }, /could match the channel staging/],
  ["a channel's variant", { tags: 'staging-*' }, /could match the channel staging/],
  ['a channel of ours', { tags: 'preview*', channels: 'preview-eu' }, /the channel preview-eu/],
  ['a version', { tags: '1.4*' }, /could match a version/],
  ['a version with v', { tags: 'v1.4.*' }, /could match a version/],
  ['commits', { tags: 'git-*' }, /could match git-/],
  ['commits by their beginning', { tags: 'git*' }, /could match git-/],
  ['lists of referrers', { tags: 'sha256*' }, /could match sha256-/],
  ['latest', { tags: 'latest' }, /could match latest/],
])('refuses %s before any request', async (_, inputs, message) => {
  const stage = cleanupStage()
  const { error } = await stage.run(inputs)
  expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(message) })
  expect([stage.registry.lines(), stage.hub.calls]).toEqual([[], []])
})

test('an open pull request is skipped, an event without one is an error', async () => {
  const stage = cleanupStage()
  stage.registry.addImage(PATH, { tags: ['pr-7'] })
  const open = await stage.run({}, pullRequestEvent({ sha: 'a'.repeat(40) }))
  expect(open).toMatchObject({ error: undefined, outputs: { skipped: 'pull request 7 is open' } })
  const other = await stage.run({}, dispatchEvent({ sha: 'a'.repeat(40) }))
  expect(other.error).toMatchObject({ code: 'event' })
  expect(stage.tags()).toEqual(['pr-7'])
})

describe('what is kept', () => {
  test('an image that a release is too: the tag goes, the digest stays', async () => {
    const stage = cleanupStage()
    const shared = stage.registry.addImage(PATH, { tags: ['1.4.2', 'pr-7'] })
    const { outputs } = await stage.run()
    expect(stage.tags()).toEqual(['1.4.2'])
    expect(stage.pulls(shared.digest)).toBe(true)
    expect(outputs['kept']).toBe(`${IMAGE}:pr-7: 1.4.2 needs it`)
  })

  test('a part that a release shares', async () => {
    const stage = cleanupStage()
    const release = stage.registry.addImage(PATH, { tags: ['1.4.2'], content: 'same' })
    const preview = stage.registry.addImage(PATH, {
      tags: ['pr-7'],
      content: 'same',
      annotations: { preview: 'yes' },
    })
    const { outputs } = await stage.run()
    expect(stage.has(preview.digest)).toBe(false)
    expect(stage.pulls(release.digest)).toBe(true)
    expect(JSON.parse(outputs['json'] ?? '').images[0].manifests).toEqual([preview.digest])
  })

  test('a part that a nested index shares', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'], platforms: ['linux/amd64'] })
    const inner = stage.registry.addManifest(
      PATH,
      manifestOf(OCI_INDEX, { manifests: partsOf(preview), annotations: { inner: 'yes' } }),
    )
    const outer = manifestOf(OCI_INDEX, { manifests: [descriptor(inner)] })
    stage.registry.addManifest(PATH, outer, 'bundle')
    await stage.run()
    expect(stage.has(preview.digest)).toBe(false)
    expect(stage.pulls(inner.digest)).toBe(true)
  })

  test('the subject of a referrer that has a tag of its own', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
    stage.registry.addManifest(PATH, referrerOf(preview), 'sbom-of-7')
    await stage.run()
    expect(stage.tags()).toEqual(['sbom-of-7'])
    expect(stage.pulls(preview.digest)).toBe(true)
  })

  test("a release's referrers; a preview's go with it", async () => {
    const stage = cleanupStage()
    const images = {
      release: stage.registry.addImage(PATH, { tags: ['1.4.2'], content: 'release' }),
      preview: stage.registry.addImage(PATH, { tags: ['pr-7'], content: 'preview' }),
    }
    const referrers = Object.values(images).map((image) => {
      const referrer = stage.registry.addManifest(PATH, referrerOf(image))
      const list = manifestOf(OCI_INDEX, { manifests: [descriptor(referrer)] })
      stage.registry.addManifest(PATH, list, fallbackTag(image.digest))
      return referrer.digest
    })
    await stage.run()
    expect(stage.tags()).toEqual(['1.4.2', fallbackTag(images.release.digest)])
    expect(referrers.map(stage.has)).toEqual([true, false])
  })

  test('what the ledger names', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
    addToLedger(stage, preview.digest)
    const { outputs } = await stage.run()
    expect(stage.tags()).toEqual([])
    expect(stage.pulls(preview.digest)).toBe(true)
    expect(outputs['kept']).toBe(`${IMAGE}:pr-7: it was put into dev`)
  })

  test('the referrers of what the ledger names', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
    const referrer = stage.registry.addManifest(PATH, referrerOf(preview))
    const list = manifestOf(OCI_INDEX, { manifests: [descriptor(referrer)] })
    stage.registry.addManifest(PATH, list, fallbackTag(preview.digest))
    addToLedger(stage, preview.digest)
    await stage.run()
    expect(stage.tags()).toEqual([fallbackTag(preview.digest)])
    expect([preview, referrer].map(({ digest }) => stage.has(digest))).toEqual([true, true])
  })

  // ledger, whether the step fails, whether the manifest stays
  test.each([
    ['auto', false, true],
    ['required', true, true],
    ['off', false, false],
  ])('everything but tags where the ledger cannot be read: %s', async (ledger, fails, stays) => {
    const stage = cleanupStage({ permissions: ['packages: write'] })
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
    const { error } = await stage.run({ ledger })
    expect(error !== undefined).toBe(fails)
    expect(stage.tags()).toEqual(fails ? ['pr-7'] : [])
    expect(stage.pulls(preview.digest)).toBe(stays)
  })

  test('a digest that gets a tag while we read', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
    stage.registry.inject(
      async (_, proceed) => {
        stage.registry.setTag(PATH, '2.0.0', preview.digest)
        return proceed()
      },
      ({ url }) => url.pathname.endsWith('/manifests/pr-7'),
    )
    await stage.run()
    expect(stage.tags()).toEqual(['2.0.0'])
    expect(stage.pulls(preview.digest)).toBe(true)
  })
})

describe('how it is deleted', () => {
  // name, what the registry can, tags left, manifest left
  test.each([
    ['by digest', {}, [], false],
    ['by tags', { manifestDelete: false, tagDelete: true }, [], true],
  ])('%s', async (_, options, tags, stays) => {
    const stage = cleanupStage(options)
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7', 'pr-7-aaaaaaa'] })
    const { error } = await stage.run()
    expect(error).toBeUndefined()
    expect(stage.tags()).toEqual(tags)
    expect(stage.has(preview.digest)).toBe(stays)
  })

  test('a registry that deletes nothing is refused with the way out', async () => {
    const stage = cleanupStage({ manifestDelete: false })
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7', '1.0.0'] })
    const { error, outputs } = await stage.run()
    expect(error).toMatchObject({
      code: 'registry',
      message: `Cannot delete ${IMAGE}:pr-7: the registry does not allow it`,
      hint: expect.stringContaining('aws ecr'),
    })
    expect(outputs['deleted']).toBe('')
    expect(stage.registry.tags(PATH)).toEqual({ '1.0.0': preview.digest, 'pr-7': preview.digest })
  })

  test('a failure tells how far it came, and the next run finishes', async () => {
    const stage = cleanupStage()
    stage.registry.addImage(PATH, { tags: ['pr-7'] })
    const isDelete = ({ method }: { method: string }) => method === 'DELETE'
    stage.registry.inject(async () => ({ status: 403 }), isDelete)
    const first = await stage.run()
    expect(first.error).toMatchObject({ code: 'denied' })
    expect(first.outputs).toMatchObject({ deleted: '' })
    const second = await stage.run()
    expect(second.error).toBeUndefined()
    expect(stage.registry.repository(PATH).manifests.size).toBe(0)
  })

  test('a dry run says what it would do', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'], platforms: ['linux/amd64'] })
    const { outputs, summary } = await stage.run({ 'dry-run': 'true' })
    expect(stage.tags()).toEqual(['pr-7'])
    expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
    expect(stage.repository.comments).toEqual([])
    expect(outputs['deleted']).toBe('')
    const part = partsOf(preview)[0]?.digest
    expect(JSON.parse(outputs['plan'] ?? '')).toEqual([
      {
        image: IMAGE,
        manifests: [
          { digest: preview.digest, tags: ['pr-7'], parts: [part] },
          { digest: part, tags: [], parts: [] },
        ],
        untag: [],
      },
    ])
    expect(summary).toContain('nothing was deleted')
  })
})

function addToLedger({ repository }: ReturnType<typeof cleanupStage>, digest: string) {
  const payload = {
    schema: 1,
    image: IMAGE,
    channel: 'dev',
    digest,
    operation: 'promote',
    forced: false,
    run: 'https://github.com/acme/app/actions/runs/1',
  }
  repository.addDeployment({ environment: 'dev', payload }, 'success')
}

function partsOf({ bytes }: { readonly bytes: Uint8Array }): Descriptor[] {
  return JSON.parse(new TextDecoder().decode(bytes)).manifests
}

function referrerOf(subject: Parameters<typeof descriptor>[0]) {
  const empty = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    size: 2,
  }
  return manifestOf('application/vnd.oci.image.manifest.v1+json', {
    artifactType: 'application/vnd.example.sbom',
    config: empty,
    layers: [empty],
    subject: descriptor(subject),
  })
}
