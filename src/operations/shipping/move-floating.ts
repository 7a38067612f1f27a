// Moves the floating tags of one repository while other runs may release at the same time: after
// each write the published versions are listed again, and a tag that was overtaken goes on.
import type { RawManifest } from '../../oci/manifest.ts'
import { formatReference, type Repository } from '../../oci/reference.ts'
import type { Clock } from '../../ports.ts'
import { isPrivateHost } from '../../registry/address.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { listed, type Moving, pointed, startMoving, type Target } from '../../tags/moving.ts'
import type { ResolvedTag } from '../../tags/tag-set.ts'
import { type FailedTag, reasonOf } from './failed-tag.ts'
import type { HeldTag } from './plan.ts'

/** Longer than hosted registries lag with their lists; one's own shows a write at once. */
const SETTLE_MS = 2_000

/** What moving tags asks of a registry. */
export type TagClient = Pick<RegistryClient, 'head' | 'get' | 'listTags' | 'point'>

export interface FloatingMove {
  readonly client: TagClient
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly repository: Repository
  readonly raw: RawManifest
  /** The image may have tags of an earlier attempt already. */
  readonly isReused: boolean
}

export interface MovedFloating {
  /** Tag names that are on the image at the end. */
  readonly moved: readonly string[]
  readonly heldBack: readonly HeldTag[]
  readonly failed: readonly FailedTag[]
  readonly warnings: readonly string[]
}

/** Never throws for a tag. The full version has to be published before. */
export async function moveFloating(
  tags: readonly ResolvedTag[],
  move: FloatingMove,
): Promise<MovedFloating> {
  const failed = new Map<string, FailedTag>()
  const moved = new Set<string>()
  const ours = move.isReused ? await tagsOfImage(tags, move) : new Set<string>()
  let moving = startMoving(tags)
  while (moving.step.kind !== 'done') {
    if (moving.step.kind === 'list') moving = await look(moving, move, ours)
    else {
      const going = moving.step.targets
      await Promise.all(
        going.map(async (target) => {
          const failure = await point(target, move)
          if (failure) failed.set(target.tag.name, failure)
          else if (target.to === undefined) moved.add(target.tag.name)
          else moved.delete(target.tag.name)
        }),
      )
      if (failed.size > 0) break
      moving = pointed(moving)
    }
  }
  const held = moving.heldBack.map(({ tag, reason }) => ({ tag: tag.name, why: reason }))
  return {
    moved: [...moved],
    heldBack: held.filter(({ tag }) => !failed.has(tag)),
    failed: [...failed.values()],
    warnings: moving.step.kind === 'done' ? moving.step.warnings : [],
  }
}

async function look(
  moving: Moving,
  { client, clock, signal, repository }: FloatingMove,
  ours: ReadonlySet<string>,
): Promise<Moving> {
  const settled = moving.step.kind === 'list' && moving.step.settled
  const host = new URL(`https://${repository.registry}`).hostname
  if (settled && !isPrivateHost(host)) await clock.sleep(SETTLE_MS, signal)
  return listed(moving, await client.listTags(repository), ours)
}

async function tagsOfImage(
  tags: readonly ResolvedTag[],
  { client, repository, raw }: FloatingMove,
): Promise<ReadonlySet<string>> {
  const heads = tags.map(async ({ name }) => ({
    name,
    digest: (await client.head({ ...repository, tag: name }))?.digest,
  }))
  const ours = (await Promise.all(heads)).filter(({ digest }) => digest === raw.digest)
  return new Set(ours.map(({ name }) => name))
}

async function point(
  { tag, to }: Target,
  { client, repository, raw }: FloatingMove,
): Promise<FailedTag | undefined> {
  try {
    const manifest = to === undefined ? raw : await client.get({ ...repository, tag: to })
    if (manifest) await client.point(repository, tag.name, manifest)
    return undefined
  } catch (error) {
    const reference = formatReference({ ...repository, tag: tag.name })
    return { reference, why: reasonOf(error) }
  }
}
