// The last steps of every operation that ends in tags on a digest: tags, outputs, records.
import { ReleaseError } from '../../errors.ts'
import type { LedgerOperation } from '../../ledger/record.ts'
import type { RawManifest } from '../../oci/manifest.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { World } from '../operation.ts'
import { listArtifacts } from './artifacts.ts'
import { channelMover } from './channel-ledger.ts'
import { recordPullRequest } from './comment.ts'
import type { ShippingInputs } from './inputs.ts'
import { excuseOvertaken, movingForward, withoutOvertaken } from './overtaken.ts'
import type { ShippingPlan } from './plan.ts'
import { type PointedTags, pointTags, tagsFailed } from './point-tags.ts'
import type { Prepared } from './prepare.ts'
import { recordRelease } from './record.ts'
import { type ImageFacts, recordsOf } from './records.ts'
import type { ShippingReport } from './report.ts'

export interface Shipment<Inputs extends ShippingInputs = ShippingInputs> {
  readonly inputs: Inputs
  readonly world: World
  readonly prepared: Prepared
  readonly report: ShippingReport
}

export interface ShippedImage {
  readonly facts: ImageFacts
  /** By repository in full. */
  readonly manifests: ReadonlyMap<string, RawManifest>
  readonly plan: ShippingPlan
  /** The image may have tags of an earlier attempt already. */
  readonly isReused: boolean
}

/**
 * Puts every tag of the plan on the image. What failed is told, not thrown; see `requireTagged`.
 */
export async function tagImage(
  shipment: Shipment,
  { facts, manifests, plan, isReused }: ShippedImage,
  { client, operation }: { client: RegistryClient; operation: LedgerOperation },
): Promise<PointedTags> {
  const { inputs, world, report, prepared } = shipment
  report.pushed(facts)
  const { version } = prepared.tagSet
  const mover = channelMover(shipment, { facts, client, version, operation })
  const asking = { client, token: inputs['github-token'], world, digest: facts.digest }
  const current = await withoutOvertaken(plan, asking)
  const moveTag = movingForward(mover, current, asking)
  const moved = await pointTags(current, { ...world, client, manifests, isReused, moveTag })
  const pointed = await excuseOvertaken(moved, current, asking)
  report.tagged(pointed, facts.digest)
  return pointed
}

/** Throws `tags-failed` unless all of them are on the image. */
export function requireTagged({ facts }: ShippedImage, pointed: PointedTags): void {
  if (pointed.failed.length > 0) throw tagsFailed(facts.digest, pointed)
}

/** Writes the image and its tags into the GitHub release or the pull request's comment. */
export async function recordImage(
  { inputs, world, prepared, report }: Shipment,
  { facts }: ShippedImage,
  tagged: { readonly pointed: PointedTags; readonly version: string | undefined },
): Promise<void> {
  const records = recordsOf({
    facts,
    repositories: prepared.repositories,
    references: tagged.pointed.done,
    variant: inputs.variant,
    version: tagged.version,
    run: world.event.run.url,
  })
  await listArtifacts(records, world)
  await recordRelease({ inputs, world, report, records })
  await recordPullRequest(records, inputs, world)
}

/** Runs the body of an operation, and tells at whichever end how far it came. */
export async function reported(
  { report, prepared }: Pick<Shipment, 'report' | 'prepared'>,
  body: () => Promise<void>,
): Promise<void> {
  const { skipped, version } = prepared.tagSet
  report.extend({ version })
  try {
    if (skipped === undefined) await body()
    else report.skipped(skipped)
  } catch (error) {
    report.failed(error)
    throw error
  } finally {
    await report.finish()
  }
}

/** The first image name and its manifest: what is asked when all are the same image. */
export function firstImage({ repositories }: Prepared, manifests: ShippedImage['manifests']) {
  const [repository] = repositories
  const [raw] = manifests.values()
  if (repository && raw) return { repository, raw }
  throw new ReleaseError('internal', 'An image without a name was shipped')
}
