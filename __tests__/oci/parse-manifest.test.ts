// Manifests and indexes out of foreign bytes: what is believed, and what is refused.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isReleaseError } from '../../src/errors.ts'
import { digestOf } from '../../src/oci/digest.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST,
  platformsOf,
} from '../../src/oci/manifest.ts'
import { createRawManifest, parseManifest, readRawManifest } from '../../src/oci/parse-manifest.ts'
import { addImage } from '../fakes/registry-images.ts'
import { FakeRegistryState } from '../fakes/registry-state.ts'

const DIGEST = digestOf(new Uint8Array())
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 2 }
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

function read(value: unknown, contentType?: string) {
  const bytes = encode(value)
  return readRawManifest(bytes, { contentType, digest: digestOf(bytes) })
}

describe('readRawManifest', () => {
  test.each([
    { name: 'both agree', body: { mediaType: OCI_INDEX }, served: OCI_INDEX, type: OCI_INDEX },
    { name: 'parameters', body: {}, served: `${OCI_INDEX}; charset=utf-8`, type: OCI_INDEX },
    { name: 'upper case', body: {}, served: DOCKER_LIST.toUpperCase(), type: DOCKER_LIST },
    {
      name: 'only the body',
      body: { mediaType: DOCKER_LIST },
      served: 'text/plain',
      type: DOCKER_LIST,
    },
    { name: 'no header', body: { mediaType: OCI_MANIFEST }, served: undefined, type: OCI_MANIFEST },
    {
      name: 'neither, an index',
      body: { schemaVersion: 2, manifests: [] },
      served: 'application/json',
      type: OCI_INDEX,
    },
    {
      name: 'neither, a manifest',
      body: { schemaVersion: 2, config: CONFIG, layers: [] },
      served: undefined,
      type: OCI_MANIFEST,
    },
    {
      name: "neither, Docker's",
      body: {
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.docker.container.image.v1+json' },
      },
      served: '',
      type: DOCKER_MANIFEST,
    },
  ])('type: $name', ({ body, served, type }) => {
    expect(read(body, served).mediaType).toBe(type)
  })

  test.each([
    {
      name: 'they disagree',
      body: { mediaType: OCI_MANIFEST },
      served: OCI_INDEX,
      why: 'is served as',
    },
    { name: 'a number', body: { mediaType: 7 }, served: OCI_INDEX, why: 'mediaType is no text' },
    {
      name: 'schema 1',
      body: { schemaVersion: 1, fsLayers: [] },
      served: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      why: 'v1+prettyjws',
    },
    { name: 'another type', body: { mediaType: 'text/html' }, served: '', why: '"text/html"' },
    { name: 'a list', body: [], served: OCI_INDEX, why: 'no JSON object' },
    { name: 'null', body: null, served: OCI_INDEX, why: 'no JSON object' },
  ])('refused: $name', ({ body, served, why }) => {
    expect(() => read(body, served)).toThrow(
      expect.objectContaining({ code: 'invalid-manifest', message: expect.stringContaining(why) }),
    )
  })

  test.each([
    { name: 'no JSON', bytes: new TextEncoder().encode('<html>') },
    { name: 'no UTF-8', bytes: Uint8Array.of(0x7b, 0xff, 0x7d) },
    { name: 'empty', bytes: new Uint8Array() },
  ])('refused: $name', ({ bytes }) => {
    expect(() => readRawManifest(bytes, { contentType: OCI_INDEX, digest: DIGEST })).toThrow(
      'it is not JSON',
    )
  })
})

describe('parseManifest', () => {
  const parse = (type: string, value: unknown) =>
    parseManifest(createRawManifest(encode(value), type))

  test('an index with attestations: its platforms are the images', () => {
    const raw = addImage(new FakeRegistryState(), 'acme/app', {
      platforms: ['linux/amd64', 'linux/arm/v7', 'windows/amd64'],
      attestations: true,
      annotations: { 'org.opencontainers.image.version': '1' },
    })
    const index = parseManifest(raw)
    if (index.kind !== 'index') throw new Error('no index')
    expect(index.manifests).toHaveLength(6)
    expect([...platformsOf(index).keys()]).toEqual(['linux/amd64', 'linux/arm/v7', 'windows/amd64'])
    expect(index.annotations).toEqual({ 'org.opencontainers.image.version': '1' })
  })

  test('of two entries for a platform the first counts; entries without one are skipped', () => {
    const entry = (hex: string, platform?: object) => ({
      mediaType: OCI_MANIFEST,
      digest: `sha256:${hex.repeat(64)}`,
      size: 1,
      platform,
    })
    const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' }
    const index = parse(OCI_INDEX, {
      manifests: [entry('a', arm), entry('b', { ...arm, variant: undefined }), entry('c')],
    })
    if (index.kind !== 'index') throw new Error('no index')
    expect([...platformsOf(index)].map(([name, { digest }]) => [name, digest.slice(7, 8)])).toEqual(
      [['linux/arm64', 'a']],
    )
  })

  test('a manifest with subject and artifact type', () => {
    const subject = { mediaType: OCI_INDEX, digest: DIGEST, size: 5 }
    expect(
      parse(OCI_MANIFEST, { config: CONFIG, layers: [], subject, artifactType: 'a/b' }),
    ).toEqual({
      kind: 'manifest',
      config: CONFIG,
      layers: [],
      annotations: {},
      subject,
      artifactType: 'a/b',
    })
  })

  const layers = [CONFIG]
  test.each([
    { name: 'an index with layers', type: OCI_INDEX, body: { manifests: [], layers } },
    {
      name: 'a manifest with manifests',
      type: OCI_MANIFEST,
      body: { config: CONFIG, layers, manifests: [] },
    },
    { name: 'an index without manifests', type: OCI_INDEX, body: {} },
    { name: 'a manifest without layers', type: OCI_MANIFEST, body: { config: CONFIG } },
    { name: 'a manifest without config', type: DOCKER_MANIFEST, body: { layers } },
    {
      name: 'another type within',
      type: OCI_INDEX,
      body: { mediaType: DOCKER_LIST, manifests: [] },
    },
    { name: 'an unknown type', type: 'text/plain', body: { manifests: [] } },
    {
      name: 'a path for a digest',
      type: OCI_INDEX,
      body: { manifests: [{ ...CONFIG, digest: 'sha256:../../x' }] },
    },
    {
      name: 'an unknown algorithm',
      type: OCI_INDEX,
      body: { manifests: [{ ...CONFIG, digest: `md5:${'a'.repeat(32)}` }] },
    },
    { name: 'no digest', type: OCI_INDEX, body: { manifests: [{ ...CONFIG, digest: undefined }] } },
    { name: 'a negative size', type: OCI_INDEX, body: { manifests: [{ ...CONFIG, size: -1 }] } },
    { name: 'half a byte', type: OCI_INDEX, body: { manifests: [{ ...CONFIG, size: 0.5 }] } },
    {
      name: 'a size beyond numbers',
      type: OCI_INDEX,
      body: { manifests: [{ ...CONFIG, size: 2 ** 60 }] },
    },
    { name: 'no media type', type: OCI_INDEX, body: { manifests: [{ ...CONFIG, mediaType: '' }] } },
    { name: 'a null entry', type: OCI_INDEX, body: { manifests: [null] } },
    {
      name: 'half a platform',
      type: OCI_INDEX,
      body: { manifests: [{ ...CONFIG, platform: { os: 'linux' } }] },
    },
    { name: 'a broken subject', type: OCI_INDEX, body: { manifests: [], subject: {} } },
  ])('refused: $name', ({ type, body }) => {
    expect(() => parse(type, body)).toThrow(expect.objectContaining({ code: 'invalid-manifest' }))
  })

  test('any JSON: a manifest or our error', () => {
    return fc.assert(
      fc.property(fc.constantFrom(OCI_INDEX, OCI_MANIFEST), fc.json(), (type, text) => {
        const body = JSON.parse(text)
        try {
          parse(type, { manifests: [body], ...body })
        } catch (error) {
          if (!isReleaseError(error, 'invalid-manifest')) throw error
        }
      }),
      { numRuns: 2000 },
    )
  })
})
