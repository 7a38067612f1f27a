// Indexes written from parts: what stands in them, in which order, byte for byte.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildIndex, type IndexPart } from '../../src/oci/build-index.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isAttestation,
  OCI_INDEX,
  OCI_MANIFEST,
  type RawManifest,
} from '../../src/oci/manifest.ts'
import { createRawManifest, parseManifest } from '../../src/oci/parse-manifest.ts'
import { formatPlatform, parsePlatform } from '../../src/oci/platform.ts'

const textOf = ({ bytes }: RawManifest) => new TextDecoder().decode(bytes)

function manifest(content: string, mediaType = OCI_MANIFEST): RawManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, content })
  return createRawManifest(new TextEncoder().encode(text), mediaType)
}

const entryOf = ({ mediaType, digest, size }: RawManifest, more: object) => ({
  mediaType,
  digest,
  size,
  ...more,
})

/** As buildx writes it: the image, and an attestation that names it. */
function attested(platform: string, more: object = {}): IndexPart {
  const image = manifest(platform)
  const record = manifest(`about ${platform}`)
  const manifests = [
    entryOf(record, {
      annotations: {
        'vnd.docker.reference.digest': image.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    }),
    entryOf(image, { platform: { ...parsePlatform(platform), ...more } }),
  ]
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })
  return { raw: createRawManifest(new TextEncoder().encode(text), OCI_INDEX) }
}

function single(platform: string, mediaType = OCI_MANIFEST): IndexPart {
  return { raw: manifest(platform, mediaType), platform: parsePlatform(platform) }
}

function entriesOf(raw: RawManifest) {
  const index = parseManifest(raw)
  if (index.kind !== 'index') throw new Error('no index')
  return index.manifests
}

const shown = (raw: RawManifest) =>
  entriesOf(raw).map((entry) =>
    isAttestation(entry)
      ? `about ${entry.annotations?.['vnd.docker.reference.digest']?.slice(0, 12)}`
      : formatPlatform(entry.platform ?? { os: '', architecture: '' }),
  )

const about = (platform: string) => `about ${manifest(platform).digest.slice(0, 12)}`

// name, parts, what stands in the index
test.each<[string, IndexPart[], string[]]>([
  ['manifests', [single('linux/arm64'), single('linux/amd64')], ['linux/amd64', 'linux/arm64']],
  [
    'indexes with attestations',
    [attested('linux/arm64'), attested('linux/amd64')],
    ['linux/amd64', 'linux/arm64', about('linux/amd64'), about('linux/arm64')],
  ],
  [
    'some with, some without',
    [attested('linux/arm/v7'), single('linux/amd64')],
    ['linux/amd64', 'linux/arm/v7', about('linux/arm/v7')],
  ],
  ['one', [single('linux/amd64')], ['linux/amd64']],
])('%s: images by platform, then attestations by image', (_, parts, entries) => {
  expect(shown(buildIndex(parts, {}))).toEqual(entries)
})

test('fields we do not know stay as they were', () => {
  const part = attested('windows/amd64', { 'os.version': '10.0.20348.1', 'os.features': ['a'] })
  expect(JSON.parse(textOf(buildIndex([part], {})))).toMatchObject({
    manifests: [{ platform: { 'os.version': '10.0.20348.1', 'os.features': ['a'] } }, {}],
  })
})

// name, types of the parts, type of the index, whether it has annotations
test.each<[string, string[], string, boolean]>([
  ['of OCI', [OCI_MANIFEST, OCI_MANIFEST], OCI_INDEX, true],
  ['of both', [OCI_MANIFEST, DOCKER_MANIFEST], OCI_INDEX, true],
  ['there are none', [], OCI_INDEX, true],
  ["of Docker's own", [DOCKER_MANIFEST, DOCKER_MANIFEST], DOCKER_LIST, false],
])('parts %s', (_, types, mediaType, isAnnotated) => {
  const parts = types.map((type, index) => single(`linux/${['amd64', 'arm64'][index]}`, type))
  const index = buildIndex(parts, { b: '2', a: '1' })
  expect(index.mediaType).toBe(mediaType)
  expect(parseManifest(index)).toMatchObject({ annotations: isAnnotated ? { a: '1', b: '2' } : {} })
})

test('neither the order of parts nor that of annotations changes a byte', () => {
  const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x', 'windows/amd64']
  const parts = platforms.map((platform) => attested(platform))
  const annotations = { title: 'a', url: 'b', version: 'c' }
  const first = textOf(buildIndex(parts, annotations))
  return fc.assert(
    fc.property(
      fc.shuffledSubarray(parts, { minLength: parts.length }),
      fc.shuffledSubarray(Object.entries(annotations), { minLength: 3 }),
      (shuffled, entries) => {
        expect(textOf(buildIndex(shuffled, Object.fromEntries(entries)))).toBe(first)
      },
    ),
  )
})

test('the parts of an index make it again', () => {
  const whole = buildIndex([attested('linux/amd64'), attested('linux/arm64')], { a: '1' })
  expect(buildIndex([{ raw: whole }], { a: '1' }).digest).toBe(whole.digest)
})
