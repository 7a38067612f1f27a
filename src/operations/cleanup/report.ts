// What people and later steps are told of a clean-up.
import { messageOf } from '../../errors.ts'
import { type CleanedImage, renderCleanupSummary } from '../../notes/cleanup.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import type { Cleaned } from './apply.ts'
import type { CleanupPlan } from './plan.ts'

export interface ImageCleanup {
  readonly repository: Repository
  readonly plan: CleanupPlan
  /** Absent in a dry run. */
  readonly cleaned?: Cleaned
}

/** Sets every output, also when one of the images failed. */
export async function reportCleanup(
  images: readonly ImageCleanup[],
  isPlan: boolean,
  { output, log, summary }: World,
): Promise<readonly CleanedImage[]> {
  const told = images.map(tell)
  const lines = (pick: (image: Told) => readonly string[]) => told.flatMap(pick).join('\n')
  output('plan', JSON.stringify(images.map(planAsJson)))
  output('deleted', isPlan ? '' : lines(({ references }) => references))
  output('kept', lines(keptLines))
  output('json', JSON.stringify({ images: told.map(asJson) }))
  for (const image of told) {
    for (const name of image.references) log.info(`${isPlan ? 'Would delete' : 'Deleted'} ${name}`)
    for (const line of keptLines(image)) log.info(`Kept ${line}`)
    if (image.failure !== undefined) log.warning(`Stopped: ${messageOf(image.failure)}`)
  }
  await summary(renderCleanupSummary(told, isPlan))
  return told
}

interface Told extends CleanedImage {
  readonly repository: Repository
  readonly references: readonly string[]
  readonly manifests: readonly string[]
  readonly failure?: unknown
}

function tell({ repository, plan, cleaned = planned(plan) }: ImageCleanup): Told {
  return {
    image: formatRepository(repository),
    repository,
    deleted: cleaned.tags,
    references: cleaned.tags.map((tag) => formatReference({ ...repository, tag })),
    manifests: cleaned.manifests,
    kept: cleaned.kept,
    failure: cleaned.failure,
  }
}

function planned({ manifests, untag }: CleanupPlan): Cleaned {
  const tags = [...manifests.flatMap((manifest) => manifest.tags), ...untag.map(({ tag }) => tag)]
  return { tags, manifests: manifests.map(({ digest }) => digest), kept: [...untag] }
}

function keptLines({ repository, kept }: Told): string[] {
  return kept.map(({ tag, why }) => `${formatReference({ ...repository, tag })}: ${why}`)
}

function planAsJson({ repository, plan }: ImageCleanup): object {
  return { image: formatRepository(repository), ...plan }
}

function asJson({ image, deleted, manifests, kept }: Told): object {
  return { image, deleted, manifests, kept }
}
