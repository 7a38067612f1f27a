// Two registries on one clock, and an image to copy from one to the other.
import { expect } from '@jest/globals'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/manifest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { fallbackTag } from '../../src/registry/referrers.ts'
import { type FakeRegistry, fakeRegistry, routeHosts } from '../fakes/registry.ts'
import { fakeClient } from '../fakes/registry-client.ts'
import { descriptor, manifestOf } from '../fakes/registry-images.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import type { FakeRepository } from '../fakes/registry-state.ts'
import { VirtualClock } from '../fakes/world.ts'

const SOURCE = parseRepository('source.test/acme/app')
export const TARGET = parseRepository('target.test/mirror/app')
/** At the source's own registry. */
export const NEIGHBOUR = parseRepository('source.test/acme/copy')

/**
 * `copy` takes the image, or what else is at the source, to TARGET or elsewhere; `addReferrer`
 * attaches to the image at the source.
 */
export function setUp(options: FakeRegistryOptions = {}) {
  const clock = new VirtualClock()
  const source = fakeRegistry({ clock })
  const target = fakeRegistry({ clock, ...options })
  const http = routeHosts({ 'source.test': source, 'target.test': target })
  const { client } = fakeClient({ http }, { clock })
  const image = source.addImage('acme/app', { attestations: true, tags: ['1.4.2'] })
  const copy = (repository = TARGET, digest = image.digest) =>
    copyImage({ from: { client, repository: SOURCE }, to: { client, repository }, digest })
  const addReferrer = (subject = image, content = 'sbom') => {
    const config = configOf(source)
    const fields = { config, layers: [], subject: descriptor(subject), annotations: { content } }
    const raw = manifestOf(OCI_MANIFEST, fields)
    source.addManifest('acme/app', raw)
    const index = manifestOf(OCI_INDEX, { manifests: [descriptor(raw)] })
    source.addManifest('acme/app', index, fallbackTag(subject.digest))
    return raw
  }
  return { source, target, client, image, copy, addReferrer }
}

/** Of any blob that is there already. */
export function configOf(registry: FakeRegistry): object {
  const [[digest, bytes] = ['', new Uint8Array()]] = registry.repository('acme/app').blobs
  return { mediaType: 'a/b', digest, size: bytes.length }
}

/** No blob of the source is missing at the target, and none is there beside. */
export function expectAllBlobs({ source, target }: ReturnType<typeof setUp>): void {
  const names = ({ blobs }: FakeRepository) => [...blobs.keys()].sort()
  expect(names(target.repository('mirror/app'))).toEqual(names(source.repository('acme/app')))
}
