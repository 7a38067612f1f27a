// Copies of whole images, and what refers to them.
import { expect, test } from '@jest/globals'
import { type Digest, digestOf } from '../../src/oci/digest.ts'
import { OCI_MANIFEST, type RawManifest } from '../../src/oci/manifest.ts'
import type { Reference, Repository } from '../../src/oci/reference.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { streamOf } from '../fakes/stream-of.ts'
import { encode, type Stage } from './stage.ts'

export function copyContract(stage: Stage): void {
  test('an image is copied whole to another repository, with all that refers to it', async () => {
    const { client, fresh, push } = stage
    const [app, copy] = [fresh(), fresh()]
    const raw = await push(app, { attestations: true })
    await attachSbom(client, app, raw)
    const signature = await push(app, { index: false, platforms: ['linux/amd64'], content: 's' })
    const signatureTag = `${fallbackTag(raw.digest)}.sig`
    await client.point({ repository: app, tag: signatureTag, manifest: signature })
    const ends = { from: { client, repository: app }, to: { client, repository: copy } }
    expect((await copyImage({ ...ends, digest: raw.digest })).digest).toBe(raw.digest)
    await expectWhole(client, { ...copy, digest: raw.digest })
    expect((await client.head({ ...copy, tag: signatureTag }))?.digest).toBe(signature.digest)
    expect(await client.referrers(copy, raw.digest)).toEqual(
      await client.referrers(app, raw.digest),
    )
  })

  test('an image is copied from another registry', async () => {
    const { client, fresh } = stage
    const source = fakeRegistry()
    const copy = fresh()
    const raw = source.addImage('acme/app', { attestations: true })
    const from = {
      client: fakeClient(source).client,
      repository: { registry: 'source.test', path: 'acme/app' },
    }
    await copyImage({ from, to: { client, repository: copy }, digest: raw.digest })
    await expectWhole(client, { ...copy, digest: raw.digest })
  })

  test('two referrers are both found', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const raw = await push(app)
    const attached = [
      await attachSbom(client, app, raw, 'one'),
      await attachSbom(client, app, raw, 'two'),
    ]
    const found = await client.referrers(app, raw.digest)
    expect(found.map(({ digest }) => digest).sort()).toEqual(attached.sort())
    expect(found.map(({ artifactType }) => artifactType)).toEqual([SBOM, SBOM])
  })
}

const SBOM = 'application/spdx+json'
const EMPTY = 'application/vnd.oci.empty.v1+json'

async function attachSbom(
  client: RegistryClient,
  repository: Repository,
  subject: RawManifest,
  content = 'sbom',
): Promise<Digest> {
  const upload = async (mediaType: string, text: string) => {
    const bytes = encode(text)
    const blob = { digest: digestOf(bytes), size: bytes.length }
    await client.uploadBlob(repository, blob, async () => streamOf(bytes))
    return { mediaType, ...blob }
  }
  const raw = manifestOf(OCI_MANIFEST, {
    artifactType: SBOM,
    config: await upload(EMPTY, '{}'),
    layers: [await upload(SBOM, content)],
    subject: descriptor(subject),
  })
  await client.attach(repository, raw)
  return raw.digest
}

/** Every child and blob of the image is there. */
async function expectWhole(client: RegistryClient, reference: Reference): Promise<void> {
  const raw = await client.get(reference)
  expect(raw?.digest).toBe(reference.digest)
  const text = new TextDecoder().decode(raw?.bytes)
  const document: Parts = JSON.parse(text)
  for (const child of document.manifests ?? [])
    await expectWhole(client, { ...reference, digest: child.digest })
  const { config, layers = [] } = document
  for (const blob of [...(config ? [config] : []), ...layers])
    expect(await client.hasBlob(reference, blob.digest)).toBe(true)
}

interface Parts {
  readonly manifests?: readonly { digest: Digest }[]
  readonly config?: { digest: Digest }
  readonly layers?: readonly { digest: Digest }[]
}
