// The decision of a release: which image is shipped, built or reused, and then its tags. Pure.
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference } from '../../oci/reference.ts'
import { differingInputs } from '../shipping/build-identity.ts'
import {
  type ImageSource,
  isFindable,
  isFollowing,
  planTags,
  type ShippingPlan,
  type TagChoices,
} from '../shipping/plan.ts'
import { isReusable, type Situation, type TagOwner } from '../shipping/situation.ts'

/** The choices of the inputs that bear on the plan. */
export interface PlanChoices extends TagChoices {
  readonly build: 'once' | 'always' | 'never'
  readonly digest: Digest | undefined
}

/**
 * Throws `tag-conflict` when a full version belongs to another image, `input` for `build: never`.
 */
export function planRelease(situation: Situation, choices: PlanChoices): ShippingPlan {
  return planTags(situation, chooseSource(situation, choices), choices)
}

function chooseSource(situation: Situation, { build, digest }: PlanChoices): ImageSource {
  if (digest) return { kind: 'reuse', digest, why: 'the input digest names it' }
  const { revision } = situation.event
  const owners = ownersByTag(situation)
  const found = owners.find(([, owner]) => isReusable(owner, situation))
  const afresh = whyAfresh(situation, build)
  if (found && afresh === undefined)
    return {
      kind: 'reuse',
      digest: found[1].digest,
      why: `${found[0]} is commit ${short(revision)}`,
    }
  const why = afresh ?? whyNotReused(situation, owners)
  if (build === 'never')
    throw new ReleaseError('input', `build is never, but there is no image to reuse: ${why}`, {
      hint: 'Build the commit first, or set build to once.',
    })
  return { kind: 'build', why }
}

/** What is built every night is built for what came in since, not for its commit. */
function whyAfresh({ event }: Situation, build: PlanChoices['build']): string | undefined {
  if (build === 'always') return 'build is always'
  return build === 'once' && event.name === 'schedule' ? 'a schedule builds afresh' : undefined
}

/** Owners with the full reference of their tag: of immutable ones first, in the set's order. */
function ownersByTag({ images, tagSet }: Situation): readonly (readonly [string, TagOwner])[] {
  const findable = tagSet.tags.filter(isFindable)
  const following = tagSet.tags.filter(isFollowing)
  return [...findable, ...following].flatMap(({ name }) =>
    images.flatMap(({ repository, owners, followed }) => {
      const owner = owners.get(name) ?? followed.get(name)
      return owner ? [[formatReference({ ...repository, tag: name }), owner] as const] : []
    }),
  )
}

function whyNotReused(
  { event, fingerprint }: Situation,
  owners: readonly (readonly [string, TagOwner])[],
): string {
  if (event.revision === '') return 'no commit is known'
  const ofCommit = owners.find(([, owner]) => owner.revision === event.revision)
  if (!ofCommit) return `no image of commit ${short(event.revision)} is there`
  const [reference, { inputs, isPullRequest }] = ofCommit
  if (isPullRequest) return `${reference} was built for a pull request`
  if (inputs === undefined) return `${reference} does not say what it was built with`
  return `${reference} was built with other ${differingInputs(inputs, fingerprint).join(', ')}`
}

function short(revision: string): string {
  return revision.slice(0, 7)
}
