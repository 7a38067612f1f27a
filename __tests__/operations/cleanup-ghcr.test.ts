// On ghcr.io, where only whole versions of a package can be deleted.
import { expect, test } from '@jest/globals'
import { OCI_INDEX } from '../../src/oci/manifest.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { type CleanupSetting, cleanupStage } from './cleanup-stage.ts'
import { PATH } from './stage.ts'

const IMAGE = 'ghcr.io/acme/app'

function ghcrStage(setting: CleanupSetting = {}) {
  return cleanupStage({ image: IMAGE, manifestDelete: false, ...setting })
}

test('the whole image goes: index, parts and attestations', async () => {
  const stage = ghcrStage()
  const release = stage.registry.addImage(PATH, { tags: ['1.4.2'], attestations: true })
  stage.registry.addImage(PATH, {
    tags: ['pr-7', 'pr-7-aaaaaaa'],
    attestations: true,
    content: 'b',
  })
  const { error, outputs } = await stage.run()
  expect(error).toBeUndefined()
  expect(outputs['deleted']).toBe(`${IMAGE}:pr-7\n${IMAGE}:pr-7-aaaaaaa`)
  expect(stage.tags()).toEqual(['1.4.2'])
  expect(stage.pulls(release.digest)).toBe(true)
  expect(stage.registry.repository(PATH).manifests.size).toBe(5)
  expect(stage.registry.lines().filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([])
})

test('an untagged index keeps the parts it shares', async () => {
  const stage = ghcrStage()
  const untagged = stage.registry.addImage(PATH, { content: 'same', annotations: { old: 'yes' } })
  const preview = stage.registry.addImage(PATH, { tags: ['pr-7'], content: 'same' })
  await stage.run()
  expect(stage.has(preview.digest)).toBe(false)
  expect(stage.pulls(untagged.digest)).toBe(true)
})

test('a version that a release shares is kept with its tag, and that is said', async () => {
  const stage = ghcrStage()
  const shared = stage.registry.addImage(PATH, { tags: ['1.4.2', 'pr-7'] })
  const { error, outputs } = await stage.run()
  expect(error).toBeUndefined()
  expect(stage.tags()).toEqual(['1.4.2', 'pr-7'])
  expect(stage.pulls(shared.digest)).toBe(true)
  expect(outputs).toMatchObject({ deleted: '', kept: `${IMAGE}:pr-7: 1.4.2 needs it` })
})

test('a tag that comes after the list of versions was read is kept', async () => {
  const stage = ghcrStage()
  const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
  const bundle = manifestOf(OCI_INDEX, { manifests: [descriptor(preview)] })
  let lists = 0
  stage.registry.inject(
    async (_, proceed) => {
      stage.registry.addManifest(PATH, bundle, 'bundle')
      return proceed()
    },
    ({ url }) => url.pathname.endsWith('/tags/list') && ++lists === 2,
  )
  await stage.run()
  expect(stage.tags()).toEqual(['bundle', 'pr-7'])
  expect(stage.pulls(bundle.digest)).toBe(true)
})

test('what GitHub will not delete is told as kept', async () => {
  const stage = ghcrStage()
  const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
  stage.repository.container?.undeletable.add(preview.digest)
  const { error, outputs } = await stage.run()
  expect(error).toBeUndefined()
  expect(outputs['kept']).toContain('last tagged version')
  expect(stage.pulls(preview.digest)).toBe(true)
})

test('without the permission nothing is half deleted', async () => {
  const stage = ghcrStage({ permissions: ['packages: read', 'deployments: read'] })
  const preview = stage.registry.addImage(PATH, { tags: ['pr-7'] })
  const { error } = await stage.run()
  expect(error).toMatchObject({
    code: 'permission',
    hint: expect.stringContaining('packages: write'),
  })
  expect(stage.pulls(preview.digest)).toBe(true)
})

// name, image, previews, releases; with index and two parts each, 5,001 manifests
test.each([
  ['ghcr.io', IMAGE, { previews: 1, releases: 1666 }],
  ['ghcr.io, most of it to be deleted', IMAGE, { previews: 1600, releases: 67 }],
  ['a registry', 'localhost:5000/acme/app', { previews: 300, releases: 4700 }],
])(
  '5,000 versions at 50 ms a request: under 60 s on %s',
  async (_, image, { previews, releases }) => {
    const stage = cleanupStage({ image, latencyMs: 50 })
    for (let n = 0; n < releases; n++)
      stage.registry.addImage(PATH, { tags: [`1.0.${n}`], content: `release ${n}` })
    for (let n = 0; n < previews; n++)
      stage.registry.addImage(PATH, { tags: [`pr-${n}`], content: `preview ${n}` })
    const before = stage.clock.now()
    const { error } = await stage.run({ tags: 'pr-*' })
    expect(error).toBeUndefined()
    expect(stage.tags()).toHaveLength(releases)
    const seconds = (stage.clock.now() - before) / 1000
    expect(seconds).toBeLessThan(60)
  },
)
