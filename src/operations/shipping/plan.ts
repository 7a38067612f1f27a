// The decision: what happens to every tag, once it is known where the image comes from. Pure.
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import { holdBack, isFloating } from '../../tags/floating.ts'
import type { ResolvedTag } from '../../tags/tag-set.ts'
import { readVersion } from '../../tags/version.ts'
import { differingInputs } from './build-identity.ts'
import type { ImageState, Situation, TagOwner } from './situation.ts'

/** The choices of the inputs that bear on tags. */
export interface TagChoices {
  readonly overwrite: boolean
  /** Floating, channel and branch tags move also where they hold something newer. */
  readonly 'move-back': boolean
}

export type ImageSource =
  | { readonly kind: 'build'; readonly why: string }
  | { readonly kind: 'reuse' | 'merge'; readonly digest: Digest; readonly why: string }

/** One tag of one image that is to point at the digest. */
export interface TagStep {
  readonly repository: Repository
  readonly tag: ResolvedTag
}

export function referenceOf({ repository, tag }: TagStep): string {
  return formatReference({ ...repository, tag: tag.name })
}

export interface HeldTag {
  readonly tag: string
  readonly why: string
}

export interface ShippingPlan {
  readonly source: ImageSource
  /** One tag per image name for buildx to push; empty when nothing is built or pushed. */
  readonly pushed: readonly TagStep[]
  /** What an image that is not pushed is called where it goes instead. */
  readonly local: readonly TagStep[]
  /** Everything that is to point at the digest, `pushed` included. */
  readonly steps: readonly TagStep[]
  /** Every floating tag that published versions decide about, which they do again at the end. */
  readonly floating: readonly FloatingTags[]
  /** By reference: what the channel and branch tags were on when they were looked at. */
  readonly followed: ReadonlyMap<string, Digest>
  readonly movesBack: boolean
  readonly heldBack: readonly HeldTag[]
  readonly warnings: readonly string[]
}

interface FloatingTags {
  readonly repository: Repository
  readonly tags: readonly ResolvedTag[]
}

/** Throws `tag-conflict` when a full version belongs to another image. */
export function planTags(
  situation: Situation,
  source: ImageSource,
  choices: TagChoices,
): ShippingPlan {
  const decisions = situation.images.map((image) =>
    decideTags(image, { situation, choices, source }),
  )
  const all = decisions.flatMap((decision) => decision.steps)
  const steps = situation.notPushed ? [] : all
  const isPushed = source.kind === 'build' && !situation.notPushed
  const pushed = isPushed
    ? situation.images.map(({ repository }) => firstToPush(steps, repository))
    : []
  const held = decisions.flatMap((decision) => decision.heldBack)
  return {
    source,
    pushed,
    local: situation.notPushed ? all : [],
    steps,
    floating: decisions.map(({ repository, floating }) => ({ repository, tags: floating })),
    followed: new Map(situation.images.flatMap(followedDigests)),
    movesBack: choices['move-back'],
    heldBack: [...new Map(held.map((tag) => [tag.tag, tag])).values()],
    warnings: [...new Set(decisions.flatMap((decision) => decision.warnings))],
  }
}

function followedDigests({ repository, followed }: ImageState): (readonly [string, Digest])[] {
  return [...followed].map(([tag, { digest }]) => [formatReference({ ...repository, tag }), digest])
}

/** Whether a tag names one image for ever. */
export function isFixed({ role }: ResolvedTag): boolean {
  return role === 'version' || role === 'commit'
}

/** Whether a tag follows the commits of a branch. */
export function isFollowing({ role }: ResolvedTag): boolean {
  return role === 'channel' || role === 'branch'
}

/** Whether a later run may find the image of its commit under the tag. */
export function isFindable(tag: ResolvedTag): boolean {
  return isFixed(tag) || tag.role === 'part'
}

interface Decided {
  readonly situation: Situation
  readonly choices: TagChoices
  readonly source: ImageSource
}

function decideTags(image: ImageState, decided: Decided) {
  const { tags } = decided.situation.tagSet
  const held: HeldTag[] = []
  const movesBack = decided.choices['move-back']
  const isFree = (tag: ResolvedTag) => {
    const why = isFixed(tag)
      ? whyFixedStays(tag, image, decided)
      : whyVersionStays(tag, image, decided)
    if (why) held.push({ tag: tag.name, why })
    return !why
  }
  const free = tags.filter(isFree)
  const moving = holdBack({
    tags: free.filter((tag) => !isFixed(tag)),
    published: movesBack ? [] : image.published,
    newer: movesBack ? new Map() : image.newer,
    recorded: movesBack ? new Map() : image.recorded,
  })
  const stays = new Set(moving.heldBack.filter(({ higher }) => !higher).map(({ tag }) => tag))
  const going = new Set([...free.filter(isFixed), ...moving.move])
  return {
    repository: image.repository,
    floating: tags.filter((tag) => isFloating(tag) && !stays.has(tag)),
    steps: tags
      .filter((tag) => going.has(tag))
      .map((tag) => ({ repository: image.repository, tag })),
    heldBack: [
      ...held,
      ...moving.heldBack.map(({ tag, reason }) => ({ tag: tag.name, why: reason })),
    ],
    warnings: moving.warnings,
  }
}

/** Why an immutable tag stays where it is; undefined when it is free or already ours. */
function whyFixedStays(
  tag: ResolvedTag,
  image: ImageState,
  { source, situation, choices }: Decided,
): string | undefined {
  const owner = image.owners.get(tag.name)
  const isOurs = source.kind !== 'build' && owner?.digest === source.digest
  if (!owner || isOurs) return undefined
  if (tag.role === 'commit') return `it names this commit's first image, ${owner.digest}`
  if (choices.overwrite) return undefined
  throw versionConflict({ tag, image, owner, situation })
}

const FULL_VERSION_NUMBERS = 3

/** Why a branch that is named like a full version leaves that tag alone; undefined: it is not. */
function whyVersionStays(
  { name, role }: ResolvedTag,
  { followed }: ImageState,
  { situation, choices }: Decided,
): string | undefined {
  const owner = followed.get(name)
  if (role !== 'branch' || choices.overwrite || !owner) return undefined
  const version = readVersion(name, 'dotted')
  const isFull = version?.stable && version.release.length >= FULL_VERSION_NUMBERS
  if (!isFull || owner.revision === situation.event.revision) return undefined
  return `it reads as a full version, and ${owner.digest} has it`
}

function versionConflict(conflict: {
  tag: ResolvedTag
  image: ImageState
  owner: TagOwner
  situation: Situation
}): ReleaseError {
  const { tag, image, owner, situation } = conflict
  const reference = formatReference({ ...image.repository, tag: tag.name })
  return new ReleaseError(
    'tag-conflict',
    `Cannot release ${tag.name}: ${reference} is already ${owner.digest}, of ${originOf(owner, situation)}`,
    {
      hint: 'Release a new version; or set digest to that digest to tag and record the same image; or set overwrite: true to move the tag.',
    },
  )
}

/** What sets the image apart from the one this run would put there. */
function originOf(
  { revision, inputs, isPullRequest }: TagOwner,
  { event, fingerprint }: Situation,
): string {
  if (!revision || revision !== event.revision) return `commit ${revision || 'unknown'}`
  if (isPullRequest) return 'this commit, built for a pull request'
  if (inputs === undefined) return 'this commit, and does not say what it was built with'
  const differing = differingInputs(inputs, fingerprint).join(', ')
  return differing
    ? `this commit, built with other ${differing}`
    : 'this commit, from another build'
}

/** The first immutable tag of the set that is free, else the first that moves. */
function firstToPush(steps: readonly TagStep[], repository: Repository): TagStep {
  const own = steps.filter((step) => step.repository === repository)
  const first = own.find(({ tag }) => isFixed(tag)) ?? own[0]
  if (!first)
    throw new ReleaseError(
      'input',
      `No tag is left to push ${formatRepository(repository)} under`,
      {
        hint: 'Every tag of the set is held back; add a rule that names this build.',
      },
    )
  return first
}
