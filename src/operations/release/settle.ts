// Two runs may build one commit at once: a tag push and the release that is made of it. Before this
// run puts its tags it looks at them again, and takes over the image of the run that came first; so
// all of them end with one digest. A registry has no locks, so it looks once more at the end; what is
// left is a run that ends wholly between another's last look at a tag and its write, milliseconds.
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

/** Asks for the tags by which an image of the commit can be known. One request for each of ours. */
export async function findTaken(
  client: RegistryClient,
  { plan, digest: ours, situation }: Search,
): Promise<readonly TakenTag[]> {
  const stateOf = new Map(situation.images.map((image) => [image.repository, image]))
  const telling = plan.steps.filter(({ tag }) => isFindable(tag) || isFollowing(tag))
  const looks = telling.map(async (step): Promise<readonly TakenTag[]> => {
    const { repository, tag } = step
    const seen = await client.head({ ...repository, tag: tag.name })
    const image = stateOf.get(repository)
    const before = image?.owners.get(tag.name) ?? image?.followed.get(tag.name)
    if (!seen || seen.digest === ours || seen.digest === before?.digest) return []
    const owner = await readOwner(client, repository, tag.name)
    return owner && owner.digest !== ours ? [{ step, owner }] : []
  })
  return (await Promise.all(looks)).flat()
}

/**
 * As buildx begins to push `digest`: the image of a run that was faster, and the tags for it. Where
 * buildx did not say what it pushes, its tag tells nothing: it may be on our own image by now.
 */
export async function findOvertaking(
  client: RegistryClient,
  { plan, situation, choices, digest: ours }: Overtaking,
): Promise<Settled | undefined> {
  const told = plan.steps.filter((step) => ours !== undefined || !plan.pushed.includes(step))
  const search = { plan: { ...plan, steps: told }, situation, ...(ours ? { digest: ours } : {}) }
  const taken = await findTaken(client, search)
  const digest = taken.find((tag) => isFitting(tag, { situation, choices }))?.owner.digest
  if (!digest) return undefined
  const facts = { situation, choices, known: new Set<Digest>(), pushed: undefined }
  return settle({ digest, plan }, taken, facts)
}

interface Overtaking extends Omit<Settling, 'known' | 'pushed'> {
  readonly plan: ShippingPlan
  readonly digest: Digest | undefined
}

interface Settling {
  readonly situation: Situation
  readonly choices: PlanChoices
  /** Images that this run had for its own before; some tags are on them until it is settled. */
  readonly known: ReadonlySet<Digest>
  /** Set while buildx alone has written: the image it left under one of the tags. */
  readonly pushed: Digest | undefined
}

/**
 * Which image gets the tags, and which of them. What stands under the commit's tag counts first,
 * since every run of the commit has it. Throws `tag-conflict` when a full version has become another
 * commit's meanwhile.
 */
export function settle(
  settled: Settled,
  found: readonly TakenTag[],
  { situation, choices, known, pushed }: Settling,
): Settled {
  const deciding = found.filter(({ step, owner }) => isDeciding(step) && owner.digest !== pushed)
  const others = found.filter(({ step, owner }) => !isDeciding(step) && !known.has(owner.digest))
  const taken = [...deciding, ...others]
  if (taken.length === 0) return settled
  const facts = { situation, choices }
  const fitting = taken.find((tag) => isFitting(tag, facts))
  const digest = fitting?.owner.digest ?? settled.digest
  const why = fitting ? `another run put ${referenceOf(fitting.step)} on it` : 'it was built'
  const images = situation.images.map((image) => {
    const own = taken.filter(({ step }) => step.repository === image.repository)
    // What other runs of the commit left behind goes along with the rest, and is no conflict.
    const fixed = own.filter(
      (tag) => isFixed(tag.step.tag) && (tag.owner.digest === digest || !isFitting(tag, facts)),
    )
    const entries = fixed.map(({ step, owner }) => [step.tag.name, owner] as const)
    return { ...image, owners: new Map([...image.owners, ...entries]) }
  })
  const plan = planTags({ ...situation, images }, { kind: 'reuse', digest, why }, choices)
  return { digest, plan }
}

/** Whether this run may ship that image for its own. */
function isFitting(
  { owner }: TakenTag,
  { situation, choices }: Pick<Settling, 'situation' | 'choices'>,
): boolean {
  return choices.build === 'once' && isReusable(owner, situation)
}

function isDeciding({ tag }: TagStep): boolean {
  return isFindable(tag) && tag.role !== 'version'
}
