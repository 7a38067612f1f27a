// Copies: whole, unchanged, nothing sent twice, and nothing that looks complete and is not.
import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../src/oci/manifest.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { manifestOf } from '../fakes/registry-images.ts'
import { type FakeRequest, refuse } from '../fakes/registry-wire.ts'
import { configOf, expectAllBlobs, NEIGHBOUR, setUp, TARGET } from './copy-setup.ts'

describe('copyImage', () => {
  test('brings every manifest and blob, and no tag', async () => {
    const world = setUp()
    const { source, target, image, copy } = world
    expect(await copy()).toEqual(image)
    const [from, to] = [source.repository('acme/app'), target.repository('mirror/app')]
    expect([...to.manifests.keys()].sort()).toEqual([...from.manifests.keys()].sort())
    expectAllBlobs(world)
    expect(target.tags('mirror/app')).toEqual({})
  })

  test('puts parts before wholes', async () => {
    const { target, image, copy } = setUp()
    await copy()
    const puts = target
      .lines()
      .filter((line) => line.startsWith('PUT') && line.includes('manifests'))
    expect(puts.at(-1)).toBe(`PUT /v2/mirror/app/manifests/${image.digest}`)
  })

  test('sends nothing again that is there', async () => {
    const { target, copy } = setUp()
    await copy()
    target.forget()
    await copy()
    expect(target.lines().filter((line) => line.startsWith('POST'))).toEqual([])
  })

  test('mounts within a registry: no bytes move', async () => {
    const { source, copy } = setUp()
    await copy(NEIGHBOUR)
    const lines = source.lines()
    expect(lines.filter((line) => line.startsWith('GET') && line.includes('/blobs/'))).toEqual([])
    expect(lines.filter((line) => line.includes('mount=')).length).toBeGreaterThan(0)
    expect(source.repository('acme/copy').blobs.size).toBe(source.repository('acme/app').blobs.size)
  })

  test.each([202, 400, 403, 404, 405])('uploads where a mount is answered %d', async (status) => {
    const { source, copy, image } = setUp()
    source.inject(
      async () =>
        status === 202
          ? { status, headers: { location: '/v2/x/blobs/uploads/1' } }
          : refuse(status, 'DENIED'),
      ({ url }) => url.searchParams.has('mount'),
      100,
    )
    expect((await copy(NEIGHBOUR)).digest).toBe(image.digest)
    expect(source.repository('acme/copy').blobs.size).toBe(source.repository('acme/app').blobs.size)
  })

  test.each([403, 404, 405])('uploads where asking for a blob is answered %d', async (status) => {
    const { target, copy, image } = setUp()
    const isQuestion = ({ method, url }: FakeRequest) =>
      method === 'HEAD' && url.pathname.includes('/blobs/')
    target.inject(async () => ({ status }), isQuestion, 100)
    expect((await copy()).digest).toBe(image.digest)
  })

  test('brings referrers and what refers to those, listed by their fallback tags', async () => {
    const { target, client, image, copy, addReferrer } = setUp()
    const sbom = addReferrer()
    const signature = addReferrer(sbom, 'signature of the SBOM')
    await copy()
    const digests = async (subject: typeof image) =>
      (await client.referrers(TARGET, subject.digest)).map(({ digest }) => digest)
    expect(await digests(image)).toEqual([sbom.digest])
    expect(await digests(sbom)).toEqual([signature.digest])
    expect(Object.keys(target.tags('mirror/app')).sort()).toEqual(
      [fallbackTag(image.digest), fallbackTag(sbom.digest)].sort(),
    )
  })

  test('needs no fallback tags where the target has the API', async () => {
    const { target, client, image, copy, addReferrer } = setUp({ referrersApi: true })
    const sbom = addReferrer()
    await copy()
    expect((await client.referrers(TARGET, image.digest)).map(({ digest }) => digest)).toEqual([
      sbom.digest,
    ])
    expect(target.tags('mirror/app')).toEqual({})
  })

  test.each(['sig', 'att', 'sbom'])("brings cosign's tag .%s", async (suffix) => {
    const { source, target, image, copy } = setUp()
    const tag = `${fallbackTag(image.digest)}.${suffix}`
    const signature = source.addImage('acme/app', { index: false, content: 's', tags: [tag] })
    source.addImage('acme/app', { content: 'unrelated', tags: [`sha256-${'0'.repeat(64)}.sig`] })
    await copy()
    expect(target.tags('mirror/app')).toEqual({ [tag]: signature.digest })
  })

  test('leaves foreign layers where they are', async () => {
    const { source, target, copy } = setUp()
    const layer = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: `sha256:${'f'.repeat(64)}`,
      size: 1,
      urls: ['https://evil.example/layer'],
    }
    const raw = manifestOf(OCI_MANIFEST, { config: configOf(source), layers: [layer] })
    source.addManifest('acme/app', raw)
    target.inject(
      async () => ({ status: 201 }),
      ({ method, url }) => method === 'PUT' && url.pathname.includes('/manifests/'),
    )
    await copy(TARGET, raw.digest)
    const lines = [...source.lines(), ...target.lines()]
    expect(lines.filter((line) => line.includes('f'.repeat(64)))).toEqual([])
  })

  test('of an image that lacks a child puts no index', async () => {
    const { source, target, image, copy } = setUp()
    const { manifests } = source.repository('acme/app')
    const [child] = manifests.keys()
    manifests.delete(child ?? '')
    await expect(copy()).rejects.toMatchObject({
      code: 'registry',
      message: `Cannot copy ${child} from source.test/acme/app: it is not there`,
    })
    expect(target.repository('mirror/app').manifests.has(image.digest)).toBe(false)
  })

  test('of a blob whose bytes have changed stores nothing', async () => {
    const { source, target, image, copy } = setUp()
    const { blobs } = source.repository('acme/app')
    for (const [digest, bytes] of blobs)
      blobs.set(
        digest,
        bytes.map(() => 0x21),
      )
    await expect(copy()).rejects.toMatchObject({ code: 'digest-mismatch' })
    expect(target.repository('mirror/app').blobs.size).toBe(0)
    expect(target.repository('mirror/app').manifests.has(image.digest)).toBe(false)
  })
})
