// Referrers: manifests whose `subject` is an image (signatures, SBOMs). Read from the API and from
// the fallback tag, for registries have one, the other or, after an upgrade, both
// (distribution-spec, "Listing Referrers", "Pushing Manifests with Subject").
import { isReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { type Descriptor, mediaTypeOf, OCI_INDEX, type RawManifest } from '../oci/manifest.ts'
import { createRawManifest, parseDescriptor, parseManifest } from '../oci/parse-manifest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Clock } from '../ports.ts'
import { isSuccess } from './answer.ts'
import { refusal } from './failure.ts'
import { getManifest, putManifest } from './manifests.ts'
import { MAX_PAGE_BYTES, parseJsonAnswer, readPages } from './pages.ts'
import { confirmTag } from './point.ts'
import type { RegistryCall, Transport } from './transport.ts'

/** A referrer another run listed at the same moment can push ours out of the fallback tag. */
const MAX_ATTACH_TRIES = 3

/** Each once; empty when nothing refers to the digest. */
export async function listReferrers(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<readonly Descriptor[]> {
  const [listed, tagged] = await Promise.all([
    fromApi(transport, repository, digest),
    fromTag(transport, repository, digest),
  ])
  const known = new Map([...tagged, ...listed].map((entry) => [entry.digest, entry]))
  return [...known.values()]
}

/**
 * Puts a manifest that has a subject, and lists it in the fallback tag where there is no API.
 * Throws `tag-conflict` when other runs keep pushing it out of there.
 */
export async function attachReferrer(
  world: { readonly transport: Transport; readonly clock: Clock },
  repository: Repository,
  manifest: RawManifest,
): Promise<void> {
  const { transport } = world
  const { subject, ...content } = parseManifest(manifest)
  const answer = await putManifest(transport, { repository, to: manifest.digest, manifest })
  if (!subject || answer.headers['oci-subject'] === subject.digest) return
  const { registry, path } = repository
  const tag = fallbackTag(subject.digest)
  for (let tries = 1; ; tries++) {
    const entries = await fromTag(transport, repository, subject.digest)
    if (entries.some(({ digest }) => digest === manifest.digest)) return
    const index = indexOf([...entries, entryOf(manifest, content)])
    await putManifest(transport, { repository, to: tag, manifest: index })
    try {
      return await confirmTag(world, { registry, path, tag }, index)
    } catch (error) {
      if (!isReleaseError(error, 'tag-conflict') || tries === MAX_ATTACH_TRIES) throw error
    }
  }
}

function entryOf(
  { mediaType, digest, size }: RawManifest,
  content: ReturnType<typeof parseManifest>,
): Descriptor {
  const artifactType =
    content.kind === 'manifest' ? (content.artifactType ?? content.config.mediaType) : undefined
  const { annotations } = content
  return { mediaType, digest, size, ...(artifactType ? { artifactType } : {}), annotations }
}

/** `sha256-<hex>`: where clients list referrers when the registry has no API for it. */
export function fallbackTag(digest: Digest): string {
  const [algorithm = '', encoded = ''] = digest.split(':')
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`
}

/** Empty also where there is no API; some registries answer anything at all with 200. */
async function fromApi(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<readonly Descriptor[]> {
  const call = (query: string): RegistryCall => ({
    what: `list what refers to ${formatRepository(repository)}@${digest}`,
    repository,
    method: 'GET',
    path: `referrers/${digest}${query}`,
    needs: 'pull',
    headers: { accept: OCI_INDEX },
    maxBytes: MAX_PAGE_BYTES,
  })
  const found: Descriptor[] = []
  for await (const answer of readPages(transport, { query: '', call })) {
    if (isTransientStatus(answer.status)) throw refusal(call(''), answer)
    const isIndex = mediaTypeOf(answer.headers['content-type']) === OCI_INDEX
    if (!isSuccess(answer) || !isIndex) return found
    const body = parseJsonAnswer(call(''), answer)
    const isList = typeof body === 'object' && body !== null && 'manifests' in body
    if (isList && Array.isArray(body.manifests)) found.push(...body.manifests.map(parseDescriptor))
  }
  return found
}

function isTransientStatus(status: number): boolean {
  return status === 429 || status >= 500
}

async function fromTag(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<readonly Descriptor[]> {
  const { registry, path } = repository
  const raw = await getManifest(transport, { registry, path, tag: fallbackTag(digest) })
  const manifest = raw && parseManifest(raw)
  return manifest?.kind === 'index' ? manifest.manifests : []
}

function indexOf(manifests: readonly Descriptor[]): RawManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })
  return createRawManifest(new TextEncoder().encode(text), OCI_INDEX)
}
