// Deleting (distribution-spec, "Content Management"), which many registries do not allow: that is
// an answer here, not an error.
import { REFERENCE_NAME_KEY } from '../oci/annotations.ts'
import { type Digest, isDigest } from '../oci/digest.ts'
import { OCI_INDEX, type RawManifest } from '../oci/manifest.ts'
import { createRawManifest } from '../oci/parse-manifest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { isSuccess } from './answer.ts'
import { refusal } from './failure.ts'
import { headManifest, putManifest } from './manifests.ts'
import type { TriedAnswer } from './retrying.ts'
import type { RegistryCall, Transport } from './transport.ts'

/** `unsupported`: the registry does not delete this way (GHCR and Docker Hub: never). */
export type Deletion = 'deleted' | 'absent' | 'unsupported'

/** The manifest and, with it, every tag that stands on it. What it refers to stays. */
export async function deleteManifest(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<Deletion> {
  const call = deleteCall(repository, digest)
  return deletionOf(call, await transport(call))
}

/**
 * The tag alone; its manifest stays, untagged. Registries that know only digests (distribution 2.8)
 * answer 400: there the tag is moved to an empty index of its own, and that is deleted.
 */
export async function deleteTag(
  transport: Transport,
  repository: Repository,
  tag: string,
): Promise<Deletion> {
  const call = deleteCall(repository, tag)
  const answer = await transport(call)
  if (answer.status !== 400) return deletionOf(call, answer)
  const { registry, path } = repository
  if (!(await headManifest(transport, { registry, path, tag }))) return 'absent'
  const grave = emptyIndex(`${formatRepository(repository)}:${tag}`)
  // Asked before the tag moves: a registry that does not delete must not be left with an empty tag.
  if ((await deleteManifest(transport, repository, grave.digest)) === 'unsupported')
    return 'unsupported'
  await putManifest(transport, { repository, to: tag, manifest: grave })
  return deleteManifest(transport, repository, grave.digest)
}

/** Its own per tag, so that no two deletions at once share one. */
function emptyIndex(name: string): RawManifest {
  const annotations = { [REFERENCE_NAME_KEY]: name }
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [],
    annotations,
  })
  return createRawManifest(new TextEncoder().encode(text), OCI_INDEX)
}

function deletionOf(call: RegistryCall, answer: TriedAnswer): Deletion {
  if (isSuccess(answer)) return 'deleted'
  if (answer.status === 404) return 'absent'
  const isUnsupported = answer.errors.some(({ code }) => code === 'UNSUPPORTED')
  if (answer.status === 405 || answer.status === 501 || isUnsupported) return 'unsupported'
  throw refusal(call, answer)
}

function deleteCall(repository: Repository, target: string): RegistryCall {
  const name = formatRepository(repository)
  return {
    what: isDigest(target) ? `delete ${name}@${target}` : `delete tag ${target} of ${name}`,
    repository,
    method: 'DELETE',
    path: `manifests/${target}`,
    needs: 'delete',
  }
}
