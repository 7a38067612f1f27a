// Putting every tag on the digest: immutable ones first, then those that move.
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { RawManifest } from '../../oci/manifest.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { copyImage } from '../../registry/copy.ts'
import { isFloating } from '../../tags/floating.ts'
import type { MoveTag } from './channel-ledger.ts'
import { type FailedTag, reasonOf } from './failed-tag.ts'
import { type FloatingMove, type MovedFloating, moveFloating } from './move-floating.ts'
import { type HeldTag, isFixed, referenceOf, type ShippingPlan, type TagStep } from './plan.ts'

export interface PointedTags {
  /** Full references that the registry confirmed, in the order of the plan. */
  readonly done: readonly string[]
  readonly failed: readonly FailedTag[]
  readonly heldBack: readonly HeldTag[]
  readonly warnings: readonly string[]
}

/**
 * The bytes behind the digest in each repository, hashed; copied from the first repository that
 * has them where one lacks them. Throws `registry` where none has.
 */
export async function fetchManifests(
  client: RegistryClient,
  repositories: readonly Repository[],
  digest: Digest,
): Promise<ReadonlyMap<string, RawManifest>> {
  const found = await Promise.all(
    repositories.map(async (repository) => client.get({ ...repository, digest })),
  )
  const source = repositories[found.findIndex((raw) => raw !== undefined)]
  const [first] = repositories
  if (!source || !first)
    throw new ReleaseError(
      'registry',
      `Cannot find ${first ? formatReference({ ...first, digest }) : digest}: the registry does not have it`,
      { hint: 'Check the digest, and that images names the repository it is in.' },
    )
  const entries = repositories.map(async (to, index) => {
    const ends = { from: { client, repository: source }, to: { client, repository: to } }
    return [formatRepository(to), found[index] ?? (await copyImage({ ...ends, digest }))] as const
  })
  return new Map(await Promise.all(entries))
}

type Pointing = Omit<FloatingMove, 'repository' | 'raw'> & {
  readonly manifests: ReadonlyMap<string, RawManifest>
  readonly moveTag: MoveTag
}

/** Never throws for a tag: what failed is told beside what was done. */
export async function pointTags(plan: ShippingPlan, pointing: Pointing): Promise<PointedTags> {
  const fixed = await pointAll(
    plan.steps.filter(({ tag }) => isFixed(tag)),
    pointing,
  )
  const moving = plan.steps.filter(({ tag }) => !isFixed(tag))
  if (fixed.length > 0) return summarise(plan, [...fixed, ...moving.map(notTried)], [])
  const followers = moving.filter(({ tag }) => plan.movesBack || !isFloating(tag))
  const [failed, ...floating] = await Promise.all([
    pointAll(followers, pointing),
    ...(plan.movesBack ? [] : plan.floating.map((tags) => moveIn(tags, pointing))),
  ])
  return summarise(plan, failed, floating)
}

function moveIn(
  { repository, tags }: ShippingPlan['floating'][number],
  { manifests, ...move }: Pointing,
): Promise<MovedFloating & { readonly repository: Repository }> {
  const raw = manifestOf(manifests, repository)
  return moveFloating(tags, { ...move, repository, raw }).then((moved) => ({
    ...moved,
    repository,
  }))
}

async function pointAll(
  steps: readonly TagStep[],
  { client, manifests, moveTag }: Pointing,
): Promise<readonly FailedTag[]> {
  const results = steps.map(async (step): Promise<FailedTag[]> => {
    try {
      const { repository, tag } = step
      const manifest = manifestOf(manifests, repository)
      await moveTag(step, (seen) =>
        client.point({ repository, tag: tag.name, manifest, ...(seen ? { seen } : {}) }),
      )
      return []
    } catch (error) {
      return [{ reference: referenceOf(step), why: reasonOf(error) }]
    }
  })
  return (await Promise.all(results)).flat()
}

function summarise(
  { steps, heldBack }: ShippingPlan,
  failed: readonly FailedTag[],
  floating: readonly (MovedFloating & { readonly repository: Repository })[],
): PointedTags {
  const allFailed = [...failed, ...floating.flatMap((moved) => moved.failed)]
  const late = floating.flatMap((moved) => moved.heldBack)
  const references = steps.map(referenceOf)
  const lost = new Set([
    ...allFailed.map(({ reference }) => reference),
    ...floating.flatMap(({ repository, heldBack: held }) =>
      held.map(({ tag }) => formatReference({ ...repository, tag })),
    ),
  ])
  return {
    done: references.filter((reference) => !lost.has(reference)),
    failed: allFailed,
    heldBack: [...new Map([...heldBack, ...late].map((held) => [held.tag, held])).values()],
    warnings: floating.flatMap((moved) => moved.warnings),
  }
}

/** Names the digest, what moved and what did not; a re-run goes on from there. */
export function tagsFailed(digest: Digest, { done, failed }: PointedTags): ReleaseError {
  const told = failed.map(({ reference, why }) => `${reference} (${why})`)
  return new ReleaseError(
    'tags-failed',
    `Cannot put every tag on ${digest}: on it are ${done.join(', ') || 'none'}; not on it are ${told.join(', ')}`,
    { hint: 'Run the job again: it finishes the same digest.' },
  )
}

function notTried(step: TagStep): FailedTag {
  return { reference: referenceOf(step), why: 'not tried after the failure before' }
}

function manifestOf(manifests: ReadonlyMap<string, RawManifest>, repository: Repository) {
  const manifest = manifests.get(formatRepository(repository))
  if (manifest) return manifest
  throw new ReleaseError('internal', `No manifest of ${formatRepository(repository)} was fetched`)
}
