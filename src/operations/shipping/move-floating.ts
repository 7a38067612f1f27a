// Moves the floating tags of one repository while other runs may release at the same time: after
// each write the published versions are listed again, and a tag that was overtaken goes on.
import { isReleaseError } from '../../errors.ts'
import type { RawManifest } from '../../oci/manifest.ts'
import { formatReference, type Repository } from '../../oci/reference.ts'
import type { Clock } from '../../ports.ts'
import { isPrivateHost } from '../../registry/address.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { compareWith, heldBackBy } from '../../tags/floating.ts'
import { listed, type Moving, pointed, startMoving, type Target } from '../../tags/moving.ts'
import type { ResolvedTag } from '../../tags/tag-set.ts'
import { type FailedTag, reasonOf } from './failed-tag.ts'
import type { HeldTag } from './plan.ts'

/** Longer than hosted registries lag with their lists; one's own shows a write at once. */
const SETTLE_MS = 2_000

/** What moving tags asks of a registry. */
export type TagClient = Pick<RegistryClient, 'head' | 'get' | 'listTags' | 'point' | 'confirm'>

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
  const placed: Placed = { moved: new Set(), lost: new Set(), failed: new Map() }
  const ours = move.isReused ? await tagsOfImage(tags, move) : new Set<string>()
  let moving = startMoving(tags)
  while (moving.step.kind !== 'done') {
    if (moving.step.kind === 'list') moving = await look(moving, move, ours)
    else {
      await Promise.all(moving.step.targets.map((target) => place(target, move, placed)))
      if (placed.failed.size > 0) break
      moving = pointed(moving)
    }
  }
  const held = moving.heldBack.map(({ tag, reason }) => ({ tag: tag.name, why: reason }))
  for (const { tag } of held) placed.lost.delete(tag)
  const lost = tags.filter(({ name }) => placed.lost.has(name))
  const late = await Promise.all(lost.map((tag) => awaitReturn(tag, move, placed)))
  return {
    moved: [...placed.moved],
    heldBack: [...held, ...late.flat()].filter(({ tag }) => !placed.failed.has(tag)),
    failed: [...placed.failed.values()],
    warnings: moving.step.kind === 'done' ? moving.step.warnings : [],
  }
}

/** Tag names by what has become of them. */
interface Placed {
  /** On the image of this run. */
  readonly moved: Set<string>
  /** Another run has written right after this one. */
  readonly lost: Set<string>
  readonly failed: Map<string, FailedTag>
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

async function place({ tag: { name }, to }: Target, move: FloatingMove, placed: Placed) {
  const { client, repository, raw } = move
  placed.moved.delete(name)
  placed.lost.delete(name)
  try {
    const manifest = to === undefined ? raw : await client.get({ ...repository, tag: to })
    if (manifest) await client.point({ repository, tag: name, manifest })
  } catch (error) {
    // Whoever wrote after us looks again as we do, and puts the tag where it belongs.
    if (!isReleaseError(error, 'overtaken')) return fail(name, error, { move, placed })
    placed.lost.add(name)
  }
  if (to === undefined) placed.moved.add(name)
}

/**
 * The other run's version is lower, or the tag would be held back: it goes back to ours. Or a
 * higher one has come since we looked last, and has the tag by right.
 */
async function awaitReturn(
  tag: ResolvedTag,
  move: FloatingMove,
  placed: Placed,
): Promise<readonly HeldTag[]> {
  const { client, repository, raw } = move
  const { name } = tag
  try {
    await client.confirm({ ...repository, tag: name }, { digest: raw.digest })
    return []
  } catch (error) {
    const published = await client.listTags(repository).catch(() => [])
    const higher = compareWith(published)(tag)
    if (!higher) {
      fail(name, error, { move, placed })
      return []
    }
    placed.moved.delete(name)
    return [{ tag: name, why: heldBackBy(tag, higher).reason }]
  }
}

function fail(
  name: string,
  error: unknown,
  { move: { repository }, placed }: { readonly move: FloatingMove; readonly placed: Placed },
): void {
  placed.moved.delete(name)
  const reference = formatReference({ ...repository, tag: name })
  placed.failed.set(name, { reference, why: reasonOf(error) })
}
