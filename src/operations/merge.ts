// Joins what the jobs of a matrix built, each on a machine of its platform, into one image index.
// The parts are found by their tags, so nothing is handed over between the jobs.
import { ReleaseError } from '../errors.ts'
import { platformsOf, type RawManifest } from '../oci/manifest.ts'
import { parseManifest } from '../oci/parse-manifest.ts'
import { formatRepository } from '../oci/reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import { accessOf, connectRegistry } from '../registry/connect.ts'
import { copyImage } from '../registry/copy.ts'
import { MERGE_INPUTS, type MergeInputs } from './merge/inputs.ts'
import { planMerge } from './merge/plan.ts'
import { type FoundPart, readPart, type WantedPart } from './merge/read-parts.ts'
import { defineOperation, type World } from './operation.ts'
import { gather } from './shipping/gather.ts'
import { SHIPPING_PERMISSIONS } from './shipping/inputs.ts'
import { PRINTED_OUTPUTS, SHIPPING_OUTPUTS } from './shipping/outputs.ts'
import { resolvePart } from './shipping/part-tags.ts'
import { planTags } from './shipping/plan.ts'
import { type Prepared, prepare } from './shipping/prepare.ts'
import type { ImageFacts } from './shipping/records.ts'
import { ShippingReport } from './shipping/report.ts'
import {
  recordImage,
  reported,
  requireTagged,
  type Shipment,
  tagImage,
} from './shipping/ship-image.ts'

export const merge = defineOperation({
  name: 'merge',
  title: 'image-release merge',
  summary:
    'Join the images that a matrix of native runners built into one image index, and put every tag on its digest.',
  inputs: MERGE_INPUTS,
  outputs: SHIPPING_OUTPUTS,
  printed: PRINTED_OUTPUTS,
  permissions: SHIPPING_PERMISSIONS,
  run,
})

async function run(inputs: MergeInputs, world: World): Promise<void> {
  if (inputs.platforms.length === 0 && inputs.sources.length === 0)
    throw new ReleaseError('input', 'platforms: the platforms that must be there are needed', {
      hint: "Name those of the matrix's jobs, such as platforms: linux/amd64,linux/arm64.",
    })
  const prepared = asSkipped(await prepare(inputs, world))
  const report = new ShippingReport(world, prepared.repositories)
  const shipment = { inputs, world, prepared, report }
  await reported(shipment, () => join(shipment))
}

const NO_PLACE =
  "annotations: the parts are of Docker's own types (provenance: false), and a manifest list of those has no place for them"

/** What cannot be pushed has no parts in the registry either. */
function asSkipped(prepared: Prepared): Prepared {
  const { notPushed, tagSet } = prepared
  if (notPushed === undefined || tagSet.skipped !== undefined) return prepared
  return { ...prepared, tagSet: { ...tagSet, skipped: notPushed } }
}

async function join(shipment: Shipment<MergeInputs>): Promise<void> {
  const { inputs, world, prepared, report } = shipment
  const { client } = connectRegistry(accessOf(inputs, prepared.repositories), world)
  const wanted = wantedParts(inputs, prepared)
  const parts = await Promise.all(wanted.map((part) => readPart(client, part)))
  const { platforms, annotations: lines } = inputs
  const merged = planMerge(parts, { event: world.event, platforms, lines })
  const { index, labels, fingerprint } = merged
  const situation = await gather(prepared, { world, client, inputs, fingerprint })
  const why = `joined from ${parts.length} parts`
  const plan = planTags(situation, { kind: 'merge', digest: index.digest, why }, inputs)
  const facts = factsOf(index, parts, world)
  const { annotations } = parseManifest(index)
  if (lines.includes('=') && Object.keys(annotations).length === 0) world.log.warning(NO_PLACE)
  report.planned(plan, situation, { labels: linesOf(labels), annotations: linesOf(annotations) })
  report.set('built', 'false')
  if (inputs['dry-run']) return report.plan(plan, situation)
  await Promise.all(parts.map((part) => spread(part, { client, prepared })))
  const manifests = await write(index, { client, prepared })
  const image = { facts, manifests, plan, isReused: true }
  const pointed = await tagImage(shipment, image, { client, operation: 'merge' })
  requireTagged(image, pointed)
  await recordImage(shipment, image, { pointed, version: situation.tagSet.version })
}

function wantedParts(
  { platforms, sources }: MergeInputs,
  { repositories: [repository], request }: Prepared,
): readonly WantedPart[] {
  if (!repository) throw new ReleaseError('internal', 'A merge without an image name')
  if (sources.length > 0) return sources.map((source) => ({ reference: source(repository) }))
  return platforms.flatMap((platform) =>
    resolvePart(request, platform).tags.map(({ name }) => ({
      reference: { ...repository, tag: name },
      platform,
    })),
  )
}

interface Writing {
  readonly client: RegistryClient
  readonly prepared: Prepared
}

/** Brings a part to every repository that lacks it; one request where it has it. */
async function spread({ reference, raw }: FoundPart, { client, prepared }: Writing): Promise<void> {
  const { registry, path } = reference
  const from = { client, repository: { registry, path } }
  for (const repository of prepared.repositories) {
    if (!raw || formatRepository(repository) === formatRepository(from.repository)) continue
    if (await client.head({ ...repository, digest: raw.digest })) continue
    await copyImage({ from, to: { client, repository }, digest: raw.digest })
  }
}

/** Puts the index where it is not yet; gives it by repository. */
async function write(index: RawManifest, { client, prepared }: Writing) {
  const entries = prepared.repositories.map(async (repository) => {
    if (!(await client.head({ ...repository, digest: index.digest })))
      await client.put(repository, index.digest, index)
    return [formatRepository(repository), index] as const
  })
  return new Map(await Promise.all(entries))
}

/** A re-run tells the same: the time is the newest part's, where the parts say one. */
function factsOf(index: RawManifest, parts: readonly FoundPart[], world: World): ImageFacts {
  const manifest = parseManifest(index)
  const platforms = manifest.kind === 'index' ? [...platformsOf(manifest)] : []
  const times = parts.flatMap(({ images }) => images.flatMap(({ created }) => created ?? []))
  return {
    digest: index.digest,
    platforms: new Map(platforms.map(([name, { digest }]) => [name, digest])),
    revision: world.event.revision,
    builtAt: times.sort().at(-1) ?? new Date(world.clock.now()).toISOString(),
  }
}

function linesOf(entries: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(entries).map(([key, value]) => `${key}=${value}`)
}
