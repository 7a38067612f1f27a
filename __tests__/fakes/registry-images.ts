// Images for a fake registry: small, whole (config, layer, manifest, index) and the same each time.
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST,
  type RawManifest,
} from '../../src/oci/manifest.ts'
import { createRawManifest } from '../../src/oci/parse-manifest.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { FakeRegistryState } from './registry-state.ts'

export interface FakeImage {
  readonly tags?: readonly string[]
  /** Default linux/amd64 and linux/arm64. One of them and `index: false`: a single manifest. */
  readonly platforms?: readonly string[]
  readonly index?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** An attestation manifest per platform, as buildx adds them. */
  readonly attestations?: boolean
  /** What the layer holds; images with other content have other digests. */
  readonly content?: string
  readonly docker?: boolean
}

const encoder = new TextEncoder()
const LAYER = 'application/vnd.oci.image.layer.v1.tar'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar'
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json'

/** Puts the image into the repository and gives its index (or its only manifest). */
export function addImage(
  state: FakeRegistryState,
  path: string,
  image: FakeImage = {},
): RawManifest {
  const { platforms = ['linux/amd64', 'linux/arm64'], tags = [], index = true } = image
  const children = platforms.map((platform) => addChild(state, path, image, platform))
  const [only] = children
  if (!index && only) return state.addManifest(path, only.manifest, ...tags)
  const entries = children.map(({ manifest, platform }) => descriptor(manifest, { platform }))
  const records = image.attestations
    ? children.map(({ manifest }) => addAttestation(state, path, manifest))
    : []
  const mediaType = image.docker ? DOCKER_LIST : OCI_INDEX
  const raw = manifestOf(mediaType, {
    manifests: [...entries, ...records],
    ...(image.annotations ? { annotations: image.annotations } : {}),
  })
  return state.addManifest(path, raw, ...tags)
}

function addChild(state: FakeRegistryState, path: string, image: FakeImage, name: string) {
  const platform = parsePlatform(name)
  const layer = encoder.encode(`${image.content ?? 'app'} for ${name}`)
  const config = encoder.encode(
    JSON.stringify({
      ...platform,
      config: { Labels: image.labels ?? {} },
      rootfs: { type: 'layers', diff_ids: [state.addBlob(path, layer)] },
    }),
  )
  const manifest = manifestOf(image.docker ? DOCKER_MANIFEST : OCI_MANIFEST, {
    config: blob(state, path, config, image.docker ? DOCKER_CONFIG : CONFIG),
    layers: [blob(state, path, layer, image.docker ? DOCKER_LAYER : LAYER)],
  })
  return { platform, manifest: state.addManifest(path, manifest) }
}

function addAttestation(state: FakeRegistryState, path: string, subject: RawManifest): object {
  const statement = encoder.encode(JSON.stringify({ subject: subject.digest }))
  const config = encoder.encode(JSON.stringify({ architecture: 'unknown', os: 'unknown' }))
  const manifest = manifestOf(OCI_MANIFEST, {
    config: blob(state, path, config, CONFIG),
    layers: [blob(state, path, statement, 'application/vnd.in-toto+json')],
  })
  return descriptor(state.addManifest(path, manifest), {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': subject.digest,
    },
  })
}

/** A JSON document as a manifest: schemaVersion and mediaType first, as most tools write it. */
export function manifestOf(mediaType: string, fields: object): RawManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...fields })
  return createRawManifest(encoder.encode(text), mediaType)
}

export function descriptor({ mediaType, digest, size }: RawManifest, more: object = {}): object {
  return { mediaType, digest, size, ...more }
}

function blob(
  state: FakeRegistryState,
  path: string,
  bytes: Uint8Array,
  mediaType: string,
): object {
  return { mediaType, digest: state.addBlob(path, bytes), size: bytes.length }
}
