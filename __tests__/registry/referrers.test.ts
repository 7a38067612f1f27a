// Referrers: read from the API and the fallback tag, written so that both kinds of reader find
// them.
import { describe, expect, test } from '@jest/globals'
import { OCI_INDEX, OCI_MANIFEST, type RawManifest } from '../../src/oci/manifest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import type { FakeRegistry } from '../fakes/registry.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { answerWith, type FakeRequest, json, refuse } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const isApi = ({ url }: FakeRequest) => url.pathname.includes('/referrers/')

function referrerOf(registry: FakeRegistry, subject: RawManifest, content: string): RawManifest {
  const bytes = new TextEncoder().encode('{}')
  const config = { mediaType: 'a/config', digest: registry.addBlob('acme/app', bytes), size: 2 }
  return manifestOf(OCI_MANIFEST, {
    config,
    layers: [],
    subject: descriptor(subject),
    annotations: { content },
  })
}

describe('attach', () => {
  test('lists in the fallback tag where there is no API, with type and annotations', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const sbom = referrerOf(registry, image, 'sbom')
    await client.attach(APP, sbom)
    const tagged = await client.get({ ...APP, tag: fallbackTag(image.digest) })
    expect(JSON.parse(new TextDecoder().decode(tagged?.bytes))).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [descriptor(sbom, { artifactType: 'a/config', annotations: { content: 'sbom' } })],
    })
  })

  test('keeps what is listed, and lists nothing twice', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const [one, two] = [referrerOf(registry, image, '1'), referrerOf(registry, image, '2')]
    for (const referrer of [one, two, one]) await client.attach(APP, referrer)
    const found = await client.referrers(APP, image.digest)
    expect(found.map(({ digest }) => digest)).toEqual([one.digest, two.digest])
  })

  test('writes no tag where the registry says that it has listed it', async () => {
    const { registry, client } = fakeRegistryWith({ referrersApi: true })
    const image = registry.addImage('acme/app')
    await client.attach(APP, referrerOf(registry, image, 'sbom'))
    expect(registry.tags('acme/app')).toEqual({})
    expect(await client.referrers(APP, image.digest)).toHaveLength(1)
  })

  test('adds again what another run pushed out of the tag at the same moment', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const ours = referrerOf(registry, image, 'ours')
    const theirs = registry.addManifest('acme/app', referrerOf(registry, image, 'theirs'))
    const tag = fallbackTag(image.digest)
    registry.inject(
      async (_, proceed) => {
        const answer = await proceed()
        const index = manifestOf(OCI_INDEX, { manifests: [descriptor(theirs)] })
        registry.addManifest('acme/app', index, tag)
        return answer
      },
      ({ method, url }) => method === 'PUT' && url.pathname.endsWith(tag),
    )
    await client.attach(APP, ours)
    const found = await client.referrers(APP, image.digest)
    expect(found.map(({ digest }) => digest)).toEqual([theirs.digest, ours.digest])
  })
})

describe('referrers', () => {
  test('are those of the API and of the fallback tag, each once', async () => {
    const { registry, client } = fakeRegistryWith({ referrersApi: true })
    const image = registry.addImage('acme/app')
    const both = registry.addManifest('acme/app', referrerOf(registry, image, 'both'))
    const old = referrerOf(registry, image, 'before the upgrade')
    const index = manifestOf(OCI_INDEX, { manifests: [descriptor(both), descriptor(old)] })
    registry.addManifest('acme/app', index, fallbackTag(image.digest))
    const found = await client.referrers(APP, image.digest)
    expect(found.map(({ digest }) => digest)).toEqual([both.digest, old.digest])
  })

  test('come in pages', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const all = ['1', '2'].map((content) => descriptor(referrerOf(registry, image, content)))
    all.forEach((entry, page) => {
      const headers = {
        'content-type': OCI_INDEX,
        ...(page === 0 ? { link: '<?p=2>; rel="next"' } : {}),
      }
      registry.inject(answerWith(json(200, { manifests: [entry] }, headers)), isApi)
    })
    expect(await client.referrers(APP, image.digest)).toHaveLength(2)
  })

  test('an API in trouble is an error, not an empty list', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    registry.inject(answerWith(refuse(503, 'UNAVAILABLE')), isApi, 100)
    await expect(client.referrers(APP, image.digest)).rejects.toMatchObject({ code: 'registry' })
  })

  test('a fallback tag that is no index lists nothing', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    registry.addImage('acme/app', { index: false, tags: [fallbackTag(image.digest)] })
    expect(await client.referrers(APP, image.digest)).toEqual([])
  })
})
