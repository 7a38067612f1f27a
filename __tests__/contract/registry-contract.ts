// What every registry must do for our client and our client with every registry: one suite, run
// against the fake and against real ones.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Digest, digestOf } from '../../src/oci/digest.ts'
import { OCI_INDEX, OCI_MANIFEST, type RawManifest } from '../../src/oci/manifest.ts'
import { createRawManifest } from '../../src/oci/parse-manifest.ts'
import type { Reference, Repository } from '../../src/oci/reference.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { pushImage } from './push-image.ts'

export interface Subject {
  readonly host: string
  readonly client: RegistryClient
  /** The same registry, asked without credentials. */
  readonly anonymous?: RegistryClient
  close(): Promise<void>
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** `more` adds tests of one kind of registry to the same server. */
export function registryContract(
  name: string,
  start: () => Promise<Subject>,
  more?: () => void,
): void {
  describe(name, () => {
    let subject: Subject
    let client: RegistryClient
    let repositories = 0
    beforeAll(async () => {
      subject = await start()
      client = subject.client
    })
    afterAll(() => subject.close())

    const fresh = (): Repository => {
      repositories += 1
      return { registry: subject.host, path: `acme/app-${repositories}` }
    }
    const push = (repository: Repository, image = {}): Promise<RawManifest> =>
      pushImage(client, repository, image)

    test('nothing is there before it is put', async () => {
      const app = fresh()
      const digest = digestOf(encode('none'))
      expect(await client.head({ ...app, tag: '1' })).toBeUndefined()
      expect(await client.get({ ...app, tag: '1' })).toBeUndefined()
      expect(await client.get({ ...app, digest })).toBeUndefined()
      expect(await client.getBlob(app, digest, 100)).toBeUndefined()
      expect(await client.hasBlob(app, digest)).toBe(false)
      expect(await client.listTags(app)).toEqual([])
      expect(await client.referrers(app, digest)).toEqual([])
    })

    test.each([
      { kind: 'OCI index', image: {} },
      { kind: 'OCI index with attestations', image: { attestations: true } },
      { kind: 'Docker list', image: { docker: true } },
      { kind: 'OCI manifest', image: { index: false, platforms: ['linux/amd64'] } },
      {
        kind: 'Docker manifest',
        image: { index: false, platforms: ['linux/amd64'], docker: true },
      },
    ])('$kind: what was put is what is read, by digest and by tag', async ({ image }) => {
      const app = fresh()
      const raw = await push(app, image)
      expect(await client.point({ repository: app, tag: '1.4.2', manifest: raw })).toBe('moved')
      const { bytes, ...known } = raw
      expect(await client.head({ ...app, tag: '1.4.2' })).toEqual(known)
      expect(await client.head({ ...app, digest: raw.digest })).toEqual(known)
      const read = await client.get({ ...app, tag: '1.4.2' })
      expect(read).toEqual({ ...known, bytes: read?.bytes })
      expect(Buffer.from(read?.bytes ?? []).equals(bytes)).toBe(true)
    })

    test('a tag moves, and an equal one is left alone', async () => {
      const app = fresh()
      const [old, young] = [await push(app, { content: 'old' }), await push(app)]
      expect(await client.point({ repository: app, tag: '1', manifest: old })).toBe('moved')
      expect(await client.point({ repository: app, tag: '1', manifest: young })).toBe('moved')
      expect(await client.point({ repository: app, tag: '1', manifest: young })).toBe('unchanged')
      expect((await client.head({ ...app, tag: '1' }))?.digest).toBe(young.digest)
    })

    test('ten tags at once on one digest, read while they are written', async () => {
      const app = fresh()
      const raw = await push(app)
      const tags = Array.from({ length: 10 }, (_, index) => `tag-${index}`)
      const readers = tags.map(() => client.get({ ...app, digest: raw.digest }))
      await Promise.all([
        ...tags.map((tag) => client.point({ repository: app, tag, manifest: raw })),
        ...readers,
      ])
      expect(await client.listTags(app)).toEqual(tags)
      for (const tag of tags) expect((await client.head({ ...app, tag }))?.digest).toBe(raw.digest)
    })

    test('tags come sorted by code unit', async () => {
      const app = fresh()
      const raw = await push(app)
      const tags = ['b', 'a', 'B', '10', '9', '_x', 'a-b', 'a.b']
      await Promise.all(tags.map((tag) => client.point({ repository: app, tag, manifest: raw })))
      expect(await client.listTags(app)).toEqual([...tags].sort())
    })

    test('an index without its children is refused, and the registry says why', async () => {
      const app = fresh()
      const child = createRawManifest(encode('{}'), OCI_MANIFEST)
      const raw = manifestOf(OCI_INDEX, { manifests: [descriptor(child)] })
      await expect(client.put(app, '1', raw)).rejects.toMatchObject({
        code: 'registry',
        message: expect.stringMatching(
          new RegExp(
            `^Cannot move tag 1 of ${app.registry}/${app.path}: the registry answered 400`,
          ),
        ),
      })
      expect(await client.listTags(app)).toEqual([])
    })

    test('a manifest of exactly 4 MiB is put and read unchanged', async () => {
      const app = fresh()
      const raw = paddedTo(4 * 1024 * 1024)
      await client.put(app, 'large', raw)
      await client.confirm({ ...app, tag: 'large' }, raw)
      const read = await client.get({ ...app, tag: 'large' })
      expect([read?.digest, read?.size]).toEqual([raw.digest, raw.size])
    })

    test('a manifest of one byte more is refused here', async () => {
      const app = fresh()
      const put = client.put(app, 'large', paddedTo(4 * 1024 * 1024 + 1))
      await expect(put).rejects.toMatchObject({ code: 'too-large' })
    })

    test('blobs: uploaded, found, read, mounted', async () => {
      const [app, other] = [fresh(), fresh()]
      const bytes = encode('blob')
      const blob = { digest: digestOf(bytes), size: bytes.length }
      await client.uploadBlob(app, blob, async () => once(bytes))
      expect(await client.hasBlob(app, blob.digest)).toBe(true)
      expect(Buffer.from((await client.getBlob(app, blob.digest, 4)) ?? [])).toEqual(
        Buffer.from(bytes),
      )
      expect(await client.mountBlob(other, blob.digest, app)).toBe(true)
      expect(await client.hasBlob(other, blob.digest)).toBe(true)
    })

    test('a blob of 0 bytes, and one of 3 MiB in pieces', async () => {
      const app = fresh()
      const piece = new Uint8Array(64 * 1024).fill(7)
      for (const count of [0, 48]) {
        const pieces = Array.from({ length: count }, () => piece)
        const bytes = Buffer.concat(pieces)
        const blob = { digest: digestOf(bytes), size: bytes.length }
        await client.uploadBlob(app, blob, async () => once(...pieces))
        let seen = 0
        for await (const chunk of await client.openBlob(app, blob)) seen += chunk.length
        expect(seen).toBe(blob.size)
      }
    })

    test('a blob with other bytes is not stored', async () => {
      const app = fresh()
      const blob = { digest: digestOf(encode('right')), size: 5 }
      const upload = client.uploadBlob(app, blob, async () => once(encode('wrong')))
      await expect(upload).rejects.toMatchObject({ code: 'registry' })
      expect(await client.hasBlob(app, blob.digest)).toBe(false)
    })

    test('an image is copied whole to another repository, with all that refers to it', async () => {
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

    test('a tag is deleted, its manifest and other tags stay', async () => {
      const app = fresh()
      const raw = await push(app)
      await client.point({ repository: app, tag: 'pr-7', manifest: raw })
      await client.point({ repository: app, tag: '1.4.2', manifest: raw })
      expect(await client.deleteTag(app, 'pr-7')).toBe('deleted')
      expect(await client.deleteTag(app, 'pr-7')).toBe('absent')
      expect(await client.listTags(app)).toEqual(['1.4.2'])
      expect((await client.get({ ...app, tag: '1.4.2' }))?.digest).toBe(raw.digest)
    })

    test('a manifest is deleted, and its tags with it', async () => {
      const app = fresh()
      const [kept, gone] = [await push(app), await push(app, { content: 'gone' })]
      await client.point({ repository: app, tag: 'kept', manifest: kept })
      await client.point({ repository: app, tag: 'gone', manifest: gone })
      await client.point({ repository: app, tag: 'gone-too', manifest: gone })
      expect(await client.deleteManifest(app, gone.digest)).toBe('deleted')
      expect(await client.deleteManifest(app, gone.digest)).toBe('absent')
      expect(await client.listTags(app)).toEqual(['kept'])
    })

    more?.()

    test('without credentials a closed registry denies, and says what to do', async () => {
      if (!subject.anonymous) return expect(await client.listTags(fresh())).toEqual([])
      const app = fresh()
      await expect(subject.anonymous.head({ ...app, tag: '1' })).rejects.toMatchObject({
        code: 'denied',
        hint: expect.stringContaining('docker/login-action'),
      })
    })
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
    await client.uploadBlob(repository, blob, async () => once(bytes))
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

function paddedTo(size: number): RawManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] })
  return createRawManifest(encode(text + ' '.repeat(size - text.length)), OCI_INDEX)
}

async function* once(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
