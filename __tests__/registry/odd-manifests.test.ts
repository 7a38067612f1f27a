// Odd manifests of every class: whatever their bytes, a retag puts exactly those.
import { expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/manifest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')

const { registry: parts } = fakeRegistryWith()
const blob = (mediaType: string, text: string) => ({
  mediaType,
  digest: parts.addBlob('acme/app', new TextEncoder().encode(text)),
  size: text.length,
})
const CONFIG = blob('application/vnd.oci.image.config.v1+json', '{}')
const LAYER = blob('application/vnd.oci.image.layer.v1.tar+gzip', 'layer')
const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: CONFIG, layers: [LAYER] }
const child = parts.addText('acme/app', JSON.stringify(manifest), OCI_MANIFEST)
const entry = { mediaType: OCI_MANIFEST, digest: child.digest, size: child.size }
const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] }
const nested = parts.addText('acme/app', JSON.stringify(index), OCI_INDEX)
const nestedEntry = { mediaType: OCI_INDEX, digest: nested.digest, size: nested.size }
const attested = {
  ...index,
  manifests: [
    { ...entry, platform: { os: 'linux', architecture: 'amd64' } },
    {
      ...entry,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ],
}

const DOCUMENTS: Readonly<Record<string, readonly [type: string, text: string]>> = {
  'OCI manifest': [OCI_MANIFEST, JSON.stringify(manifest)],
  'Docker manifest': [DOCKER_MANIFEST, JSON.stringify({ ...manifest, mediaType: DOCKER_MANIFEST })],
  'OCI index': [OCI_INDEX, JSON.stringify(index)],
  'Docker list': [DOCKER_LIST, JSON.stringify({ ...index, mediaType: DOCKER_LIST })],
  'index of an index': [OCI_INDEX, JSON.stringify({ ...index, manifests: [nestedEntry] })],
  'with attestations': [OCI_INDEX, JSON.stringify(attested)],
  'without children': [OCI_INDEX, JSON.stringify({ ...index, manifests: [] })],
  'without a media type': [OCI_MANIFEST, JSON.stringify({ ...manifest, mediaType: undefined })],
  'unknown fields': [
    OCI_INDEX,
    JSON.stringify({ ...index, 'x-unknown': { deep: [1, null] } }).replace('{', '{"a":1e400,'),
  ],
  'a subject': [OCI_MANIFEST, JSON.stringify({ ...manifest, subject: nestedEntry })],
  'an artifact': [
    OCI_MANIFEST,
    JSON.stringify({ ...manifest, artifactType: 'a/b', annotations: { c: 'd' } }),
  ],
  'indented by three': [OCI_INDEX, JSON.stringify(index, undefined, '   ')],
  'indented by tabs': [OCI_INDEX, JSON.stringify(index, undefined, '\t')],
  'line ends of Windows': [OCI_INDEX, JSON.stringify(index, undefined, 1).replaceAll('\n', '\r\n')],
  'white space around': [OCI_INDEX, `\n\t ${JSON.stringify(index)} \r\n\n`],
  'escaped slashes': [OCI_INDEX, JSON.stringify(index).replaceAll('/', '\\/')],
  'escaped letters': [OCI_INDEX, JSON.stringify(index).replaceAll('schema', '\\u0073chema')],
  'letters beyond ASCII': [
    OCI_INDEX,
    JSON.stringify({ ...index, annotations: { ä: '🐳 \u2028' } }),
  ],
  'keys in odd order': [
    OCI_INDEX,
    JSON.stringify({ manifests: [entry], mediaType: OCI_INDEX, schemaVersion: 2 }),
  ],
  'a key twice': [OCI_INDEX, JSON.stringify(index).replace('{', '{"schemaVersion":1,')],
  'numbers written oddly': [
    OCI_INDEX,
    JSON.stringify(index).replace(`:${child.size}`, `:${child.size}.0e0`),
  ],
  'exactly 4 MiB': [OCI_INDEX, JSON.stringify(index).padEnd(4 * 1024 * 1024, ' ')],
}

test.each(Object.entries(DOCUMENTS))('%s', async (_, [type, text]) => {
  const { registry, client } = fakeRegistryWith()
  for (const [digest, bytes] of parts.repository('acme/app').blobs)
    registry.repository('acme/app').blobs.set(digest, bytes)
  for (const other of parts.repository('acme/app').manifests.values())
    registry.addManifest('acme/app', other)
  const raw = registry.addText('acme/app', text, type, 'from')
  const read = await client.get({ ...APP, tag: 'from' })
  if (!read) throw new Error('nothing read')
  expect(await client.point({ repository: APP, tag: 'to', manifest: read })).toBe('moved')
  expect(registry.tags('acme/app')).toEqual({ from: raw.digest, to: raw.digest })
  const put = registry.requests.find(({ method }) => method === 'PUT')
  expect(put?.headers['content-type']).toBe(type)
  expect(digestOf(put?.body ?? new Uint8Array())).toBe(raw.digest)
})
