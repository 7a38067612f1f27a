// What a clean-up never deletes: all that a kept tag, an index, a referrer or the ledger reaches.
import { expect, test } from '@jest/globals'
import type { Digest } from '../../src/oci/digest.ts'
import { OCI_INDEX } from '../../src/oci/manifest.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { parseDocument } from '../fakes/registry-options.ts'
import { cleanupStage } from './cleanup-stage.ts'
import { IMAGE, ledgerRecord, PATH } from './stage.ts'

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
  const { manifests } = parseDocument(preview.bytes)
  const inner = stage.registry.addManifest(
    PATH,
    manifestOf(OCI_INDEX, { manifests, annotations: { inner: 'yes' } }),
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

function addToLedger({ repository }: ReturnType<typeof cleanupStage>, digest: Digest) {
  const payload = ledgerRecord({ channel: 'dev', digest })
  repository.addDeployment({ environment: 'dev', payload }, 'success')
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
