// Manifests and indexes: absent, put and read unchanged, refused.
import { expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { OCI_INDEX, OCI_MANIFEST, type RawManifest } from '../../src/oci/manifest.ts'
import { createRawManifest } from '../../src/oci/parse-manifest.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import { encode, type Stage } from './stage.ts'

export function manifestContract(stage: Stage): void {
  test('nothing is there before it is put', async () => {
    const { client, fresh } = stage
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
    const { client, fresh, push } = stage
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

  test('an index without its children is refused, and the registry says why', async () => {
    const { client, fresh } = stage
    const app = fresh()
    const child = createRawManifest(encode('{}'), OCI_MANIFEST)
    const raw = manifestOf(OCI_INDEX, { manifests: [descriptor(child)] })
    await expect(client.put(app, '1', raw)).rejects.toMatchObject({
      code: 'registry',
      message: expect.stringMatching(
        new RegExp(`^Cannot move tag 1 of ${app.registry}/${app.path}: the registry answered 400`),
      ),
    })
    expect(await client.listTags(app)).toEqual([])
  })

  test('a manifest of exactly 4 MiB is put and read unchanged', async () => {
    const { client, fresh } = stage
    const app = fresh()
    const raw = paddedTo(4 * 1024 * 1024)
    await client.put(app, 'large', raw)
    await client.confirm({ ...app, tag: 'large' }, raw)
    const read = await client.get({ ...app, tag: 'large' })
    expect([read?.digest, read?.size]).toEqual([raw.digest, raw.size])
  })

  test('a manifest of one byte more is refused here', async () => {
    const { client, fresh } = stage
    const app = fresh()
    const put = client.put(app, 'large', paddedTo(4 * 1024 * 1024 + 1))
    await expect(put).rejects.toMatchObject({ code: 'too-large' })
  })
}

function paddedTo(size: number): RawManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] })
  return createRawManifest(encode(text + ' '.repeat(size - text.length)), OCI_INDEX)
}
