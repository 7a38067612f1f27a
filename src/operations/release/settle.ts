// Two runs may build one commit at once: a tag push and the release that is made of it, or the push
// of the branch. Before this run puts its tags it looks at them again, and takes over the image of
// the run that came first; so all of them end with one digest. The commit's tag decides, for every
// run of the commit has it. A registry has no locks, so it looks once more at the end, after the
// notes too; what is left is a run that ends wholly between another's last look at a tag and its
// write. For the tag that buildx pushes the last look is when the layers are there: the write
// follows the platforms' manifests.
import type { Digest } from '../../oci/digest.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readOwner } from '../shipping/gather.ts'
import {
  isFindable,
  isFixed,
  isFollowing,
  planTags,
  referenceOf,
  type ShippingPlan,
  type TagStep,
} from '../shipping/plan.ts'
import { isReusable, type Situation, type TagOwner } from '../shipping/situation.ts'
import type { PlanChoices } from './plan.ts'

/** A tag that has come to stand on another image than ours since the plan was made. */
export interface TakenTag {
  readonly step: TagStep
  readonly owner: TagOwner
}

export interface Settled {
  readonly digest: Digest
  readonly plan: ShippingPlan
}

interface Search {
  readonly plan: ShippingPlan
  /** Undefined: this run has no image yet. */
  readonly digest?: Digest
  readonly situation: Situation
}

/** What stands in the registry where our tags go. */
export interface Look {
  /** Tags on another image than when the plan was made, and than ours. */
  readonly taken: readonly TakenTag[]
  /** The commit's tag is on our image. */
  readonly holdsCommit: boolean
}

/** Asks for the tags by which an image of the commit can be known. One request for each of ours. */
export async function look(
  client: RegistryClient,
  { plan, digest: ours, situation }: Search,
): Promise<Look> {
  const stateOf = new Map(situation.images.map((image) => [image.repository, image]))
  const telling = plan.steps.filter(({ tag }) => isFindable(tag) || isFollowing(tag))
  const looks = telling.map(async (step): Promise<Look> => {
    const { repository, tag } = step
    const seen = await client.head({ ...repository, tag: tag.name })
    const image = stateOf.get(repository)
    const before = image?.owners.get(tag.name) ?? image?.followed.get(tag.name)
    const isOurs = seen !== undefined && seen.digest === ours
    if (isOurs || !seen || seen.digest === before?.digest)
      return { taken: [], holdsCommit: isOurs && isDeciding(step) }
    const owner = await readOwner(client, repository, tag.name)
    const isOther = owner && owner.digest !== ours
    return { taken: isOther ? [{ step, owner }] : [], holdsCommit: false }
  })
  const seen = await Promise.all(looks)
  return {
    taken: seen.flatMap(({ taken }) => taken),
    holdsCommit: seen.some(({ holdsCommit }) => holdsCommit),
  }
}

/**
 * While buildx pushes `digest`: the image of a run that was faster, and the tags for it. Where
 * buildx did not say what it pushes, its tag tells nothing: it may be on our own image by now.
 */
export async function findOvertaking(
  client: RegistryClient,
  { plan, situation, choices, digest: ours }: Overtaking,
): Promise<Settled | undefined> {
  const told = plan.steps.filter((step) => ours !== undefined || !plan.pushed.includes(step))
  const search = { plan: { ...plan, steps: told }, situation, ...(ours ? { digest: ours } : {}) }
  const seen = await look(client, search)
  const digest = seen.taken.find((tag) => isFitting(tag, { situation, choices }))?.owner.digest
  if (!digest) return undefined
  const none = new Set<Digest>()
  return settle({ digest, plan }, seen, { situation, choices, known: none, stopped: none })
}

interface Overtaking extends Pick<Settling, 'situation' | 'choices'> {
  readonly plan: ShippingPlan
  readonly digest: Digest | undefined
}

interface Settling {
  readonly situation: Situation
  readonly choices: PlanChoices
  /** Images that this run had for its own before; some tags are on them until it is settled. */
  readonly known: ReadonlySet<Digest>
  /** What a buildx that was stopped may have left under its tag, even after it ended. */
  readonly stopped: ReadonlySet<Digest>
  /** Set while only buildx has written, which looks at nothing before. */
  readonly isBlind?: boolean
}

/**
 * Which image gets the tags, and which of them. The commit's tag decides, since every run of the
 * commit has it: what another run left under the others goes along. Throws `tag-conflict` when a
 * full version has become another commit's meanwhile.
 */
export function settle(
  settled: Settled,
  { taken: found, holdsCommit }: Look,
  { known, stopped, isBlind, ...facts }: Settling,
): Settled {
  const isHeld = holdsCommit && !isBlind
  const deciding = found.filter(({ step, owner }) => isDeciding(step) && !stopped.has(owner.digest))
  const others = found.filter(
    (tag) =>
      !isDeciding(tag.step) && !known.has(tag.owner.digest) && !(isHeld && isFitting(tag, facts)),
  )
  const taken = [...deciding, ...others]
  if (taken.length === 0) return settled
  const fitting = taken.find((tag) => isFitting(tag, facts))
  const digest = fitting?.owner.digest ?? settled.digest
  const why = fitting ? `another run put ${referenceOf(fitting.step)} on it` : 'it was built'
  const images = facts.situation.images.map((image) => {
    const own = taken.filter(({ step }) => step.repository === image.repository)
    // What other runs of the commit left behind goes along with the rest, and is no conflict.
    const fixed = own.filter(
      (tag) => isFixed(tag.step.tag) && (tag.owner.digest === digest || !isFitting(tag, facts)),
    )
    const entries = fixed.map(({ step, owner }) => [step.tag.name, owner] as const)
    return { ...image, owners: new Map([...image.owners, ...entries]) }
  })
  const plan = planTags(
    { ...facts.situation, images },
    { kind: 'reuse', digest, why },
    facts.choices,
  )
  return { digest, plan }
}

/** Whether this run may ship that image for its own. */
export function isFitting(
  { owner }: TakenTag,
  { situation, choices }: Pick<Settling, 'situation' | 'choices'>,
): boolean {
  return choices.build === 'once' && isReusable(owner, situation)
}

function isDeciding({ tag }: TagStep): boolean {
  return isFindable(tag) && tag.role !== 'version'
}
