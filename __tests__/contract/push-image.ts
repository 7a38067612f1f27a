// Pushes one of the fake's images to any registry, through the client's own calls.
import type { Digest } from '../../src/oci/digest.ts'
import type { RawManifest } from '../../src/oci/manifest.ts'
import type { Repository } from '../../src/oci/reference.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { addImage, type FakeImage } from '../fakes/registry-images.ts'
import { FakeRegistryState } from '../fakes/registry-state.ts'
import { streamOf } from '../fakes/stream-of.ts'

/** Blobs, then manifests, children before their index; gives the index (or the only manifest). */
export async function pushImage(
  client: RegistryClient,
  repository: Repository,
  image: FakeImage,
): Promise<RawManifest> {
  const state = new FakeRegistryState()
  const raw = addImage(state, 'image', image)
  const { blobs, manifests } = state.repository('image')
  for (const [digest, bytes] of blobs) {
    const blob = { digest: digest as Digest, size: bytes.length }
    await client.uploadBlob(repository, blob, async () => streamOf(bytes))
  }
  for (const manifest of manifests.values()) await client.put(repository, manifest.digest, manifest)
  return raw
}
