// Deletes what the plan says, by the Packages API or by the registry protocol. Stops at the first
// failure: what is left is found again by the next run.
import { isReleaseError, messageOf, ReleaseError } from '../../errors.ts'
import { statusOf } from '../../github/client.ts'
import { type ContainerPackage, deleteVersion, type PackageVersion } from '../../github/packages.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { CleanupPlan, DoomedManifest } from './plan.ts'

/** How far it came. */
export interface Cleaned {
  readonly tags: string[]
  readonly manifests: Digest[]
  /** Tags that are still there, and tags that are gone while their manifest stays. */
  readonly kept: { readonly tag: string; readonly why: string }[]
  failure?: unknown
}

/** Below what registries and GitHub take at once from one client. */
const PARALLEL = 8

/** GHCR keeps a tag as long as its manifest: only whole versions can be deleted there. */
export async function deleteVersions(
  plan: CleanupPlan,
  { found, versions }: { found: ContainerPackage; versions: readonly PackageVersion[] },
): Promise<Cleaned> {
  const cleaned: Cleaned = { tags: [], manifests: [], kept: [...plan.untag] }
  const idOf = new Map(versions.map(({ id, digest }) => [digest, id]))
  const needed = new Set<Digest>()
  const remove = async (manifest: DoomedManifest) => {
    const id = idOf.get(manifest.digest)
    if (id === undefined) return
    if (needed.has(manifest.digest)) return keepParts(needed, manifest)
    try {
      await deleteVersion(found, id)
      note(cleaned, manifest)
    } catch (error) {
      // GitHub's own limits: the last tagged version, or one that was pulled very often.
      if (statusOf(error) !== 400) throw error
      for (const tag of manifest.tags) cleaned.kept.push({ tag, why: messageOf(error) })
      keepParts(needed, manifest)
    }
  }
  await inOrder(cleaned, plan.manifests, remove)
  return cleaned
}

function keepParts(needed: Set<Digest>, { parts }: DoomedManifest): void {
  for (const part of parts) needed.add(part)
}

interface Place {
  readonly client: RegistryClient
  readonly repository: Repository
}

/** A registry that deletes neither manifests nor tags is refused with what to do instead. */
export async function deleteFromRegistry(plan: CleanupPlan, place: Place): Promise<Cleaned> {
  const cleaned: Cleaned = { tags: [], manifests: [], kept: [] }
  // One by one: distribution, which moves a tag to delete it, fails to look up tags meanwhile.
  const untag = async ({ tag, why }: CleanupPlan['untag'][number]) => {
    await deleteTag(place, tag)
    cleaned.tags.push(tag)
    cleaned.kept.push({ tag, why })
  }
  await inParallel(cleaned, plan.untag, { act: untag, parallel: 1 })
  await inOrder(cleaned, plan.manifests, async (manifest) => {
    if (await deleteManifest(place, manifest)) note(cleaned, manifest)
    else cleaned.tags.push(...manifest.tags)
  })
  return cleaned
}

/** false: its tags are gone, and it is left to the registry's own collection. */
async function deleteManifest(place: Place, { digest, tags }: DoomedManifest): Promise<boolean> {
  const { client, repository } = place
  try {
    if ((await client.deleteManifest(repository, digest)) !== 'unsupported') return true
  } catch (error) {
    // Some delete no manifest while it has tags (Artifact Registry).
    if (tags.length === 0 || !isReleaseError(error, 'registry')) throw error
    for (const tag of tags) await deleteTag(place, tag)
    return (await client.deleteManifest(repository, digest)) !== 'unsupported'
  }
  for (const tag of tags) await deleteTag(place, tag)
  return false
}

async function deleteTag({ client, repository }: Place, tag: string): Promise<void> {
  if ((await client.deleteTag(repository, tag)) !== 'unsupported') return
  const name = formatReference({ ...repository, tag })
  throw new ReleaseError('registry', `Cannot delete ${name}: the registry does not allow it`, {
    hint: 'Docker Hub deletes tags by its own API, ECR by "aws ecr batch-delete-image", distribution with storage.delete.enabled; a retention rule of the registry does it too.',
  })
}

function note(cleaned: Cleaned, { digest, tags }: DoomedManifest): void {
  cleaned.manifests.push(digest)
  cleaned.tags.push(...tags)
}

/** What has tags first: at no time does a tag stand on an index whose parts are gone. */
async function inOrder(
  cleaned: Cleaned,
  manifests: readonly DoomedManifest[],
  act: (manifest: DoomedManifest) => Promise<void>,
): Promise<void> {
  const isTagged = ({ tags }: DoomedManifest) => tags.length > 0
  await inParallel(cleaned, manifests.filter(isTagged), { act, parallel: PARALLEL })
  const parts = manifests.filter((manifest) => !isTagged(manifest))
  await inParallel(cleaned, parts, { act, parallel: PARALLEL })
}

async function inParallel<T>(
  cleaned: Cleaned,
  items: readonly T[],
  { act, parallel }: { act: (item: T) => Promise<void>; parallel: number },
): Promise<void> {
  const queue = items.values()
  const work = async () => {
    for (const item of queue) {
      if (cleaned.failure !== undefined) return
      try {
        await act(item)
      } catch (error) {
        cleaned.failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
}
