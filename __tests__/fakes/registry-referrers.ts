// The referrers API of a fake registry, where it has one.
import { OCI_INDEX } from '../../src/oci/manifest.ts'
import { type FakeWorld, parseDocument } from './registry-options.ts'
import type { FakeRepository } from './registry-state.ts'
import { type FakeResponse, json, refuse } from './registry-wire.ts'

export function answerReferrers(
  { options }: FakeWorld,
  { manifests }: FakeRepository,
  subject: string,
): FakeResponse {
  if (!options.referrersApi) return refuse(404, 'NOT_FOUND', 'page not found')
  const found = [...manifests.values()].flatMap(({ bytes, mediaType, digest, size }) => {
    const body = parseDocument(bytes)
    if (body.subject?.digest !== subject) return []
    const artifactType = body.artifactType ?? body.config?.mediaType
    return [{ mediaType, digest, size, artifactType, annotations: body.annotations }]
  })
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: found }
  return json(200, index, { 'content-type': OCI_INDEX })
}
