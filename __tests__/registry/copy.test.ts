// Copies: whole, unchanged, nothing sent twice, and nothing that looks complete and is not.
import { describe, expect, test } from '@jest/globals'
import { OCI_MANIFEST } from '../../src/oci/manifest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { fakeRegistry, routeHosts } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import {
  breakBefore,
  breakMidway,
  cutBody,
  type FakeRequest,
  refuse,
} from '../fakes/registry-wire.ts'
import { VirtualClock } from '../fakes/world.ts'

const SOURCE = parseRepository('source.test/acme/app')
const TARGET = parseRepository('target.test/mirror/app')
const NEIGHBOUR = parseRepository('source.test/acme/copy')

function setup(options: FakeRegistryOptions = {}) {
  const clock = new VirtualClock()
  const source = fakeRegistry({ clock })
  const target = fakeRegistry({ clock, ...options })
  const http = routeHosts({ 'source.test': source, 'target.test': target })
  const { client } = fakeClient({ http }, { clock })
  const image = source.addImage('acme/app', { attestations: true, tags: ['1.4.2'] })
  const copy = (repository = TARGET, digest = image.digest) =>
    copyImage({ from: { client, repository: SOURCE }, to: { client, repository }, digest })
  const addReferrer = (subject = image, content = 'sbom') => {
    const { blobs } = source.repository('acme/app')
    const [config] = blobs.keys()
    const raw = manifestOf(OCI_MANIFEST, {
      config: { mediaType: 'a/b', digest: config, size: blobs.get(config ?? '')?.length },
      layers: [],
      subject: descriptor(subject),
      annotations: { content },
    })
    source.addManifest('acme/app', raw)
    const index = manifestOf('application/vnd.oci.image.index.v1+json', {
      manifests: [descriptor(raw)],
    })
    source.addManifest('acme/app', index, fallbackTag(subject.digest))
    return raw
  }
  return { clock, source, target, client, image, copy, addReferrer }
}

describe('copyImage', () => {
  test('brings every manifest and blob, and no tag', async () => {
    const { source, target, image, copy } = setup()
    expect(await copy()).toEqual(image)
    const [from, to] = [source.repository('acme/app'), target.repository('mirror/app')]
    expect([...to.manifests.keys()].sort()).toEqual([...from.manifests.keys()].sort())
    expect([...to.blobs.keys()].sort()).toEqual([...from.blobs.keys()].sort())
    expect(target.tags('mirror/app')).toEqual({})
  })

  test('puts parts before wholes', async () => {
    const { target, image, copy } = setup()
    await copy()
    const puts = target
      .lines()
      .filter((line) => line.startsWith('PUT') && line.includes('manifests'))
    expect(puts.at(-1)).toBe(`PUT /v2/mirror/app/manifests/${image.digest}`)
  })

  test('sends nothing again that is there', async () => {
    const { target, copy } = setup()
    await copy()
    target.forget()
    await copy()
    expect(target.lines().filter((line) => line.startsWith('POST'))).toEqual([])
  })

  test('mounts within a registry: no bytes move', async () => {
    const { source, copy } = setup()
    await copy(NEIGHBOUR)
    const lines = source.lines()
    expect(lines.filter((line) => line.startsWith('GET') && line.includes('/blobs/'))).toEqual([])
    expect(lines.filter((line) => line.includes('mount=')).length).toBeGreaterThan(0)
    expect(source.repository('acme/copy').blobs.size).toBe(source.repository('acme/app').blobs.size)
  })

  test.each([202, 400, 403, 404, 405])('uploads where a mount is answered %d', async (status) => {
    const { source, copy, image } = setup()
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
    const { target, copy, image } = setup()
    const isQuestion = ({ method, url }: FakeRequest) =>
      method === 'HEAD' && url.pathname.includes('/blobs/')
    target.inject(async () => ({ status }), isQuestion, 100)
    expect((await copy()).digest).toBe(image.digest)
  })

  test('brings referrers and what refers to those, listed by their fallback tags', async () => {
    const { target, client, image, copy, addReferrer } = setup()
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
    const { target, client, image, copy, addReferrer } = setup({ referrersApi: true })
    const sbom = addReferrer()
    await copy()
    expect((await client.referrers(TARGET, image.digest)).map(({ digest }) => digest)).toEqual([
      sbom.digest,
    ])
    expect(target.tags('mirror/app')).toEqual({})
  })

  test.each(['sig', 'att', 'sbom'])("brings cosign's tag .%s", async (suffix) => {
    const { source, target, image, copy } = setup()
    const tag = `${fallbackTag(image.digest)}.${suffix}`
    const signature = source.addImage('acme/app', { index: false, content: 's', tags: [tag] })
    source.addImage('acme/app', { content: 'unrelated', tags: [`sha256-${'0'.repeat(64)}.sig`] })
    await copy()
    expect(target.tags('mirror/app')).toEqual({ [tag]: signature.digest })
  })

  test('leaves foreign layers where they are', async () => {
    const { source, target, client } = setup()
    const layer = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: `sha256:${'f'.repeat(64)}`,
      size: 1,
      urls: ['https://evil.example/layer'],
    }
    const { blobs } = source.repository('acme/app')
    const [config] = blobs.keys()
    const raw = manifestOf(OCI_MANIFEST, {
      config: { mediaType: 'a/b', digest: config, size: blobs.get(config ?? '')?.length },
      layers: [layer],
    })
    source.addManifest('acme/app', raw)
    target.inject(
      async () => ({ status: 201 }),
      ({ method, url }) => method === 'PUT' && url.pathname.includes('/manifests/'),
    )
    await copyImage({
      from: { client, repository: SOURCE },
      to: { client, repository: TARGET },
      digest: raw.digest,
    })
    expect(source.lines().some((line) => line.includes('ffff'))).toBe(false)
  })

  test('of an image that lacks a child puts no index', async () => {
    const { source, target, image, copy } = setup()
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
    const { source, target, image, copy } = setup()
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

describe('an upload', () => {
  const isUpload = ({ method, url }: FakeRequest) =>
    method === 'PUT' && url.pathname.includes('/uploads/')
  const isBlob = ({ method, url }: FakeRequest) =>
    method === 'GET' && url.pathname.includes('/blobs/')

  test.each([1, 3])('broken %d times begins anew and ends whole', async (times) => {
    const { source, target, copy } = setup()
    target.inject(breakBefore('ECONNRESET'), isUpload, times)
    await copy()
    expect(target.repository('mirror/app').blobs.size).toBe(
      source.repository('acme/app').blobs.size,
    )
  })

  test.each([
    ['503', refuse(503, 'UNAVAILABLE')],
    ['a forgotten upload', refuse(404, 'BLOB_UPLOAD_UNKNOWN')],
    ['an invalid upload', refuse(416, 'BLOB_UPLOAD_INVALID')],
    ['an ended token', refuse(401, 'UNAUTHORIZED')],
  ])('answered with %s begins anew', async (_, answer) => {
    const { source, target, copy } = setup()
    target.inject(async () => answer, isUpload)
    await copy()
    expect(target.repository('mirror/app').blobs.size).toBe(
      source.repository('acme/app').blobs.size,
    )
  })

  test.each([
    { name: 'before it begins', fault: breakBefore('ECONNRESET') },
    { name: 'midway', fault: breakMidway },
    { name: 'with too few bytes', fault: cutBody },
  ])('whose source breaks off $name begins anew', async ({ fault }) => {
    const { source, target, copy } = setup()
    source.inject(fault, isBlob, 2)
    await copy()
    expect(target.repository('mirror/app').blobs.size).toBe(
      source.repository('acme/app').blobs.size,
    )
  })

  test('whose source is always cut short is never taken for whole', async () => {
    const { source, target, copy } = setup()
    source.inject(cutBody, isBlob, 100)
    await expect(copy()).rejects.toMatchObject({
      code: 'registry',
      message: expect.stringMatching(/^Cannot upload blob .* failed with the blob ended after/),
    })
    expect(target.repository('mirror/app').blobs.size).toBe(0)
  })

  test('refused for good is tried once', async () => {
    const { target, copy } = setup()
    target.inject(async () => refuse(403, 'DENIED', 'no'), isUpload, 100)
    await expect(copy()).rejects.toMatchObject({ code: 'denied' })
    const digests = target.requests
      .filter(isUpload)
      .map(({ url }) => url.searchParams.get('digest'))
    expect(new Set(digests).size).toBe(digests.length)
  })
})
