// The routes of a fake registry, by the distribution-spec, with distribution 2.8's habits.
import { digestOf, isDigest, matchesDigest } from '../../src/oci/digest.ts'
import { answerBlob, answerUpload } from './registry-blobs.ts'
import { type FakeWorld, parseDocument } from './registry-options.ts'
import { answerReferrers } from './registry-referrers.ts'
import type { FakeRepository } from './registry-state.ts'
import { type FakeRequest, type FakeResponse, json, refuse } from './registry-wire.ts'

const ROUTE = /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

/** The scopes a registry asks for: the repository's, and the source's of a mount. */
export function scopesFor({ method, url }: FakeRequest): readonly string[] {
  const [, path] = ROUTE.exec(url.pathname) ?? []
  if (path === undefined) return []
  const isRead = method === 'GET' || method === 'HEAD'
  const actions = isRead ? 'pull' : method === 'DELETE' ? 'delete' : 'pull,push'
  const from = url.searchParams.get('from')
  const own = `repository:${path}:${actions}`
  return from ? [own, `repository:${from}:pull`] : [own]
}

export async function answerRequest(world: FakeWorld, request: FakeRequest): Promise<FakeResponse> {
  if (request.url.pathname === '/v2/') return json(200, {})
  const [, path, kind, rest = ''] = ROUTE.exec(request.url.pathname) ?? []
  if (path === undefined) return refuse(404, 'NAME_UNKNOWN')
  const isWrite = request.method === 'PUT' || request.method === 'POST'
  const repository = isWrite ? world.state.repository(path) : world.state.repositories.get(path)
  if (!repository) return refuse(404, 'NAME_UNKNOWN', 'repository name not known to registry')
  if (kind === 'tags') return listTags(world, request, repository)
  if (kind === 'referrers') return answerReferrers(world, repository, rest)
  if (kind === 'blobs' && rest.startsWith('uploads/'))
    return answerUpload(world, request, { path, repository, rest })
  if (kind === 'blobs') return answerBlob(request, repository, rest)
  if (request.method === 'PUT') return putManifest(world, request, { path, repository, to: rest })
  if (request.method === 'DELETE') return deleteManifest(world, repository, rest)
  return readManifest(world, request, { repository, target: rest })
}

function readManifest(
  { clock, options }: FakeWorld,
  { headers }: FakeRequest,
  { repository, target }: { repository: FakeRepository; target: string },
): FakeResponse {
  const tag = repository.tags.get(target)
  const seen = tag && (tag.visibleAt <= clock.now() ? tag.digest : tag.before)
  const manifest = repository.manifests.get(seen ?? target)
  if (!manifest) return refuse(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  // distribution 2.8: an index is hidden from those who do not name its type.
  if (!headers['accept']?.includes(manifest.mediaType))
    return refuse(404, 'MANIFEST_UNKNOWN', 'accept header does not support this type')
  const digest = options.digestHeader === false ? {} : { 'docker-content-digest': manifest.digest }
  return {
    status: 200,
    headers: { 'content-type': manifest.mediaType, ...digest },
    body: manifest.bytes,
  }
}

function putManifest(
  { state, clock, options }: FakeWorld,
  { headers, body }: FakeRequest,
  { path, repository, to }: { path: string; repository: FakeRepository; to: string },
): FakeResponse {
  if (body.length > MAX_MANIFEST_BYTES)
    return refuse(400, 'MANIFEST_INVALID', 'http: request body too large')
  if (isDigest(to) && !matchesDigest(body, to)) return refuse(400, 'DIGEST_INVALID')
  const digest = isDigest(to) ? to : digestOf(body)
  const there = repository.tags.get(to)
  if (there && options.immutable?.(to) && there.digest !== digest)
    return (
      options.immutableAnswer ?? refuse(400, 'TAG_INVALID', `The image tag '${to}' is immutable.`)
    )
  const missing = missingParts(repository, body)
  if (missing) return refuse(400, 'MANIFEST_BLOB_UNKNOWN', `unknown blob ${missing}`)
  const mediaType = headers['content-type'] ?? ''
  repository.manifests.set(digest, { mediaType, digest, size: body.length, bytes: body })
  if (!isDigest(to)) state.setTag(path, to, digest, clock.now() + (options.lagMs ?? 0))
  const subject = subjectOf(body)
  return {
    status: 201,
    headers: {
      location: `/v2/${path}/manifests/${digest}`,
      ...(options.digestHeader === false ? {} : { 'docker-content-digest': digest }),
      ...(options.referrersApi && subject ? { 'oci-subject': subject } : {}),
    },
  }
}

function deleteManifest(
  { options }: FakeWorld,
  repository: FakeRepository,
  target: string,
): FakeResponse {
  if (!isDigest(target)) {
    if (!options.tagDelete) return refuse(400, 'DIGEST_INVALID', 'provided digest did not match')
    return repository.tags.delete(target) ? { status: 202 } : refuse(404, 'MANIFEST_UNKNOWN')
  }
  if (options.manifestDelete === false) return refuse(405, 'UNSUPPORTED')
  if (!repository.manifests.delete(target)) return refuse(404, 'MANIFEST_UNKNOWN')
  for (const [tag, { digest }] of repository.tags)
    if (digest === target) repository.tags.delete(tag)
  return { status: 202 }
}

function listTags(
  { options }: FakeWorld,
  { url }: FakeRequest,
  repository: FakeRepository,
): FakeResponse {
  const name = url.pathname.slice('/v2/'.length, -'/tags/list'.length)
  const all = [...repository.tags.keys()].sort()
  const last = url.searchParams.get('last')
  const from = last === null ? 0 : all.findIndex((tag) => tag > last)
  const limit = Number(url.searchParams.get('n') ?? options.pageTags ?? all.length)
  const size = Math.min(limit, options.pageTags ?? limit)
  const tags = from < 0 ? [] : all.slice(from, from + size)
  const hasMore = from >= 0 && from + size < all.length
  const next = `</v2/${name}/tags/list?n=${size}&last=${tags.at(-1)}>; rel="next"`
  return json(200, { name, tags }, hasMore ? { link: next } : {})
}

function missingParts({ manifests, blobs }: FakeRepository, body: Uint8Array): string | undefined {
  const { manifests: children = [], config, layers = [] } = parseDocument(body)
  const parts = [...(config ? [config] : []), ...layers]
  return (
    children.find(({ digest }) => !manifests.has(digest))?.digest ??
    parts.find(({ digest }) => !blobs.has(digest))?.digest
  )
}

function subjectOf(body: Uint8Array): string | undefined {
  return parseDocument(body).subject?.digest
}
