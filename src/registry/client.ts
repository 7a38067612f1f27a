// The registry as the rest of the program sees it: repositories, tags and digests. Each call is one
// section of the distribution-spec; what holds for all of them (tokens, tries, caps) is
// transport.ts.
import type { Digest } from '../oci/digest.ts'
import type { Descriptor, RawManifest } from '../oci/manifest.ts'
import type { Reference, Repository } from '../oci/reference.ts'
import { type BlobKey, getBlob, hasBlob, openBlob } from './blobs.ts'
import { type Deletion, deleteManifest, deleteTag } from './deletion.ts'
import { getManifest, headManifest, putManifest } from './manifests.ts'
import { confirmTag, pointTag, type TagMove, type Written } from './point.ts'
import { attachReferrer, listReferrers } from './referrers.ts'
import { listTags } from './tags.ts'
import { createTransport, type RegistryWorld } from './transport.ts'
import { mountBlob, uploadBlob } from './upload.ts'

/**
 * Absent things are undefined or empty. Everything else that is no success throws a ReleaseError:
 * `denied` (401, 403), `registry`, `too-large`, `digest-mismatch`, `invalid-manifest`,
 * `tag-conflict`, `overtaken` or `credentials`. Passing failures are retried inside, for two
 * minutes a call at most.
 */
export interface RegistryClient {
  /** By the registry's word, unhashed: cheap, and free of Docker Hub's pull limit. */
  head(reference: Reference): Promise<Descriptor | undefined>
  /** Bytes hashed and, if the reference has a digest, found equal. */
  get(reference: Reference): Promise<RawManifest | undefined>
  /** Whatever stood there is replaced; see `point` for tags. */
  put(repository: Repository, tagOrDigest: string, manifest: RawManifest): Promise<void>
  /**
   * Moves a tag and sees that it moved; `unchanged` (nothing written) where it is there already.
   */
  point(move: TagMove): Promise<'moved' | 'unchanged'>
  /** After a write of ours or of buildx's: waits up to 60 s until the registry shows it. */
  confirm(reference: Reference, written: Written): Promise<void>
  /** Each once, in code unit order; empty for an unknown repository. */
  listTags(repository: Repository): Promise<readonly string[]>
  /** Hashed; throws `too-large` beyond `maxBytes`. */
  getBlob(repository: Repository, digest: Digest, maxBytes: number): Promise<Bytes | undefined>
  hasBlob(repository: Repository, digest: Digest): Promise<boolean>
  /** Of any size; throws `digest-mismatch` at its end when the bytes were others. */
  openBlob(repository: Repository, blob: BlobKey): Promise<AsyncIterable<Bytes>>
  /** Takes a blob over from another repository of the registry; false when it does not do that. */
  mountBlob(repository: Repository, digest: Digest, from: Repository): Promise<boolean>
  /** `open` is called again where a passing failure makes the upload begin anew. */
  uploadBlob(
    repository: Repository,
    blob: BlobKey,
    open: () => Promise<AsyncIterable<Bytes>>,
  ): Promise<void>
  /** What has the digest for its subject: the API's and the fallback tag's. */
  referrers(repository: Repository, digest: Digest): Promise<readonly Descriptor[]>
  /** Puts a manifest that has a subject, so that `referrers` finds it on every registry. */
  attach(repository: Repository, manifest: RawManifest): Promise<void>
  /** The tag alone. */
  deleteTag(repository: Repository, tag: string): Promise<Deletion>
  /** The manifest and every tag that stands on it. */
  deleteManifest(repository: Repository, digest: Digest): Promise<Deletion>
}

type Bytes = Uint8Array

export function createRegistryClient(ports: RegistryWorld): RegistryClient {
  const transport = createTransport(ports)
  const world = { ...ports, transport }
  return {
    head: (reference) => headManifest(transport, reference),
    get: (reference) => getManifest(transport, reference),
    put: async (repository, to, manifest) => {
      await putManifest(transport, { repository, to, manifest })
    },
    point: (move) => pointTag(world, move),
    confirm: (reference, written) => confirmTag(world, reference, written),
    listTags: (repository) => listTags(transport, repository),
    getBlob: (repository, digest, maxBytes) => getBlob(transport, { repository, digest, maxBytes }),
    hasBlob: (repository, digest) => hasBlob(transport, repository, digest),
    openBlob: (repository, blob) => openBlob(transport, repository, blob),
    mountBlob: (repository, digest, from) => mountBlob(transport, { repository, digest, from }),
    uploadBlob: (repository, { digest, size }, open) =>
      uploadBlob(world, { repository, digest, size }, open),
    referrers: (repository, digest) => listReferrers(transport, repository, digest),
    attach: (repository, manifest) => attachReferrer(world, repository, manifest),
    deleteTag: (repository, tag) => deleteTag(transport, repository, tag),
    deleteManifest: (repository, digest) => deleteManifest(transport, repository, digest),
  }
}
