// Blobs and uploads of a fake registry: monolithic, in chunks, and mounts.
import { digestOf, isDigest, matchesDigest } from '../../src/oci/digest.ts'
import type { FakeWorld } from './registry-options.ts'
import type { FakeRepository } from './registry-state.ts'
import { type FakeRequest, type FakeResponse, refuse } from './registry-wire.ts'

export function answerBlob(
  { method }: FakeRequest,
  { blobs }: FakeRepository,
  digest: string,
): FakeResponse {
  const bytes = blobs.get(digest)
  if (!bytes) return refuse(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  if (method === 'DELETE') {
    blobs.delete(digest)
    return { status: 202 }
  }
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }
  return { status: 200, headers, body: bytes }
}

export function answerUpload(
  { state }: FakeWorld,
  { method, url, body }: FakeRequest,
  { path, repository, rest }: { path: string; repository: FakeRepository; rest: string },
): FakeResponse {
  const digest = url.searchParams.get('digest')
  if (method === 'POST') {
    const mount = url.searchParams.get('mount') ?? ''
    const source = state.repositories.get(url.searchParams.get('from') ?? '')
    const mounted = source?.blobs.get(mount)
    if (mounted) {
      repository.blobs.set(mount, mounted)
      return created(path, mount)
    }
    const id = String(repository.uploads.size + 1)
    repository.uploads.set(id, new Uint8Array())
    return { status: 202, headers: { location: `/v2/${path}/blobs/uploads/${id}?_state=x` } }
  }
  const id = rest.slice('uploads/'.length)
  const begun = repository.uploads.get(id)
  if (!begun) return refuse(404, 'BLOB_UPLOAD_UNKNOWN')
  const whole = Buffer.concat([begun, body])
  if (method === 'PATCH') {
    repository.uploads.set(id, whole)
    return { status: 202, headers: { location: `/v2/${path}/blobs/uploads/${id}?_state=x` } }
  }
  repository.uploads.delete(id)
  if (!digest || !isDigest(digest) || !matchesDigest(whole, digest))
    return refuse(400, 'DIGEST_INVALID', `provided digest did not match ${digestOf(whole)}`)
  repository.blobs.set(digest, whole)
  return created(path, digest)
}

function created(path: string, digest: string): FakeResponse {
  const headers = { location: `/v2/${path}/blobs/${digest}`, 'docker-content-digest': digest }
  return { status: 201, headers }
}
