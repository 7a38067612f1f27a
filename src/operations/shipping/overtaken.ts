// Channel and branch tags that other runs have moved since this one was planned: a build takes its
// time, and a later commit's may have taken less. Asked before the tags move, so that no move is
// announced in vain; as each is written, since the announcement takes its time too; and once more
// of those that could not be moved.
import { isReleaseError, ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { followedReason } from '../../tags/floating.ts'
import type { World } from '../operation.ts'
import type { MoveTag } from './channel-ledger.ts'
import { readOwner } from './gather.ts'
import { findNewerCommits } from './newer-commits.ts'
import { type HeldTag, isFollowing, referenceOf, type ShippingPlan, type TagStep } from './plan.ts'
import type { PointedTags } from './point-tags.ts'

interface Asking {
  readonly client: RegistryClient
  readonly token: string | undefined
  readonly world: World
  /** The image that is about to get the tags. */
  readonly digest: Digest
}

/** The plan without those that are on a later commit by now. One request a tag where none moved. */
export async function withoutOvertaken(plan: ShippingPlan, asking: Asking): Promise<ShippingPlan> {
  const following = plan.movesBack ? [] : plan.steps.filter(({ tag }) => isFollowing(tag))
  const looks = following.map(
    async (step) =>
      [step, await whyOvertaken(step, await lookAt(step, asking), { plan, asking })] as const,
  )
  const overtaken = new Map((await Promise.all(looks)).filter(([, why]) => why !== undefined))
  const held = [...overtaken].map(([{ tag }, why = '']): HeldTag => ({ tag: tag.name, why }))
  return {
    ...plan,
    steps: plan.steps.filter((step) => !overtaken.has(step)),
    heldBack: [...new Map([...plan.heldBack, ...held].map((one) => [one.tag, one])).values()],
  }
}

/**
 * Refuses to write a tag that has come to be on a later commit; only a write can still come
 * between.
 */
export function movingForward(moveTag: MoveTag, plan: ShippingPlan, asking: Asking): MoveTag {
  return (step, write) =>
    moveTag(step, async () => {
      if (plan.movesBack || !isFollowing(step.tag)) return write()
      const seen = await lookAt(step, asking)
      const why = await whyOvertaken(step, seen, { plan, asking })
      if (why === undefined) return write(seen ?? 'nothing')
      throw new ReleaseError('tag-conflict', `Cannot move ${referenceOf(step)}: ${why}`, {
        hint: 'Set move-back: true to move it all the same.',
      })
    })
}

/** A tag that was lost to a later commit on the way is held back like any other, and no failure. */
export async function excuseOvertaken(
  pointed: PointedTags,
  plan: ShippingPlan,
  asking: Asking,
): Promise<PointedTags> {
  const failed = new Set(pointed.failed.map(({ reference }) => reference))
  const lost = plan.steps.filter((step) => failed.has(referenceOf(step)))
  try {
    const mine = { ...plan, steps: lost, heldBack: pointed.heldBack }
    const { steps, heldBack } = await withoutOvertaken(mine, asking)
    for (const step of lost) if (!steps.includes(step)) failed.delete(referenceOf(step))
    return {
      ...pointed,
      failed: pointed.failed.filter(({ reference }) => failed.has(reference)),
      heldBack,
    }
  } catch (error) {
    if (!isReleaseError(error)) throw error
    return pointed // the failure is the news, not that nobody can be asked about it
  }
}

async function lookAt({ repository, tag }: TagStep, { client }: Asking) {
  return (await client.head({ ...repository, tag: tag.name }))?.digest
}

async function whyOvertaken(
  step: TagStep,
  now: Digest | undefined,
  { plan, asking }: { readonly plan: ShippingPlan; readonly asking: Asking },
): Promise<string | undefined> {
  const { client, token, world, digest } = asking
  const { repository, tag } = step
  if (now === undefined || now === digest || now === plan.followed.get(referenceOf(step)))
    return undefined
  const owner = await readOwner(client, repository, tag.name)
  const newer = await findNewerCommits(new Map(owner ? [[tag.name, owner]] : []), token, world)
  const commit = newer.get(tag.name)
  return commit === undefined ? undefined : followedReason(commit)
}
