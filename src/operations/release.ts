// The main job: tags from the event, one build, one digest under every tag, verified, recorded.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { formatRepository } from '../oci/reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import { accessOf, connectRegistry, type RegistryConnection } from '../registry/connect.ts'
import { defineOperation, type World } from './operation.ts'
import { buildImage } from './release/build-image.ts'
import { fingerprint } from './release/fingerprint.ts'
import { RELEASE_INPUTS, type ReleaseInputs } from './release/inputs.ts'
import { labelsOf } from './release/labels.ts'
import { planRelease } from './release/plan.ts'
import { findOvertaking, findTaken, type Settled, settle } from './release/settle.ts'
import { gather } from './shipping/gather.ts'
import { SHIPPING_OUTPUTS } from './shipping/outputs.ts'
import { resolvePart } from './shipping/part-tags.ts'
import type { ShippingPlan } from './shipping/plan.ts'
import { fetchManifests, type PointedTags } from './shipping/point-tags.ts'
import { type Prepared, prepare } from './shipping/prepare.ts'
import { factsOfBuilt, factsOfReused } from './shipping/records.ts'
import { type ImageLabels, ShippingReport } from './shipping/report.ts'
import {
  firstImage,
  recordImage,
  reported,
  requireTagged,
  type Shipment,
  type ShippedImage,
  tagImage,
} from './shipping/ship-image.ts'
import { type Situation, versionName } from './shipping/situation.ts'

/** How often a run gives way to another one that moves the same tags. */
const MAX_ROUNDS = 5
const GIVE_WAY_MS = 500

export const release = defineOperation({
  name: 'release',
  title: 'image-release',
  summary:
    'Build a container image once, put every tag on its one digest, and write the digest into the GitHub release.',
  inputs: RELEASE_INPUTS,
  outputs: SHIPPING_OUTPUTS,
  permissions: [
    {
      scope: 'contents: write',
      why: 'writing tags and digest into the release notes; else `read`',
    },
    { scope: 'packages: write', why: 'pushing to ghcr.io' },
    { scope: 'pull-requests: write', why: 'the comment on a pull request' },
    { scope: 'deployments: write', why: 'recording that a channel such as `dev` moved' },
  ],
  run,
})

async function run(inputs: ReleaseInputs, world: World): Promise<void> {
  const prepared = asPart(await prepare(inputs, world), inputs)
  const report = new ShippingReport(world, prepared.repositories)
  const shipment = { inputs, world, prepared, report }
  await reported(shipment, () => ship(shipment))
}

/** With `part` all that is pushed is the one tag that merge looks for. */
function asPart(prepared: Prepared, { part, platforms }: ReleaseInputs): Prepared {
  if (!part) return prepared
  const [platform, ...more] = platforms
  if (!platform || more.length > 0)
    throw new ReleaseError(
      'input',
      `part: a part is one platform, and platforms names ${platforms.length}`,
      {
        hint: 'Give each job of the matrix its own platform: platforms: ${{ matrix.platform }}.',
      },
    )
  const version = versionName(prepared.tagSet)
  return { ...prepared, tagSet: { ...resolvePart(prepared.request, platform), version } }
}

type Release = Shipment<ReleaseInputs>

async function ship(shipment: Release): Promise<void> {
  const { inputs, world, report, prepared } = shipment
  const registry = connectRegistry(accessOf(inputs, prepared.repositories), world)
  const { client } = registry
  const situation = await gather(prepared, {
    world,
    client,
    inputs,
    fingerprint: fingerprint(inputs, world.environment['RUNNER_ARCH'] ?? ''),
  })
  const plan = planRelease(situation, inputs)
  const labels = labelsOf(inputs, world, situation)
  report.planned(plan, situation, labels)
  if (inputs['dry-run']) return report.plan(plan, situation)
  const settled = await obtain(shipment, { plan, situation, labels, registry })
  if (!settled || situation.notPushed !== undefined) {
    if (inputs.load) report.loaded(plan, settled?.digest)
    return report.notPushed(situation.notPushed ?? 'nothing was exported')
  }
  const { image, pointed } = await land(shipment, {
    settled,
    situation,
    client,
    looks: plan.source.kind === 'build',
  })
  requireTagged(image, pointed)
  const { version } = situation.tagSet
  if (!inputs.part) await recordImage(shipment, image, { pointed, version })
}

interface Obtaining {
  readonly plan: ShippingPlan
  readonly situation: Situation
  readonly labels: ImageLabels
  readonly registry: RegistryConnection
}

/** The image to tag: one to reuse, or the one that was built; undefined where there is none. */
async function obtain(
  { inputs, world, report }: Release,
  { plan, situation, labels, registry }: Obtaining,
): Promise<Settled | undefined> {
  const { source } = plan
  if (source.kind !== 'build') {
    world.log.info(`Reusing ${source.digest}: ${source.why}`)
    report.obtained({ built: false })
    return { plan, digest: source.digest }
  }
  world.log.info(`Building: ${source.why}`)
  let overtaken: Settled | undefined
  const beforePush = async (digest: Digest | undefined) => {
    const facts = { plan, situation, choices: inputs, digest }
    overtaken = await findOvertaking(registry.client, facts)
    if (overtaken) throw new ReleaseError('cancelled', 'Another run has pushed this commit')
  }
  try {
    const digest = await registry.loggedIn((environment) =>
      buildImage(inputs, { ...world, environment }, { plan, labels, beforePush }),
    )
    report.obtained({ built: true })
    return digest && { plan, digest }
  } catch (error) {
    if (!overtaken || !isReleaseError(error, 'cancelled')) throw error
    return overtaken
  }
}

interface Landing {
  readonly settled: Settled
  readonly situation: Situation
  readonly client: RegistryClient
  /** Whether this run began to build, so that others may have done the same. */
  readonly looks: boolean
}

/** Puts the tags on the image, or on the one of another run that was there first. */
async function land(
  shipment: Release,
  { settled: built, situation, client, looks }: Landing,
): Promise<{ readonly image: ShippedImage; readonly pointed: PointedTags }> {
  const isBuilt = built.plan.source.kind === 'build'
  const { clock, signal } = shipment.world
  const known = new Set([built.digest])
  let settled = built
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const { digest } = settled
    // Runs that give way to each other in step would do so for ever.
    if (round > 1) await clock.sleep(clock.random() * round * GIVE_WAY_MS, signal)
    const look = async (pushed?: Digest) => {
      const taken = looks ? await findTaken(client, { ...settled, situation }) : []
      return settle(settled, taken, { situation, choices: shipment.inputs, known, pushed })
    }
    known.add(digest)
    const isOwn = isBuilt && digest === built.digest
    const image = await describe(shipment, { settled, client, isOwn })
    settled = await look(built.digest)
    if (settled.digest !== digest) continue
    const shipped = { ...image, plan: settled.plan }
    const pointed = await tagImage(shipment, shipped, { client, operation: 'release' })
    settled = await look()
    if (settled.digest === digest) return { image: shipped, pointed }
  }
  throw unsettled(shipment.prepared)
}

function unsettled({ repositories: [repository] }: Prepared): ReleaseError {
  const name = repository ? formatRepository(repository) : 'the image'
  return new ReleaseError(
    'tag-conflict',
    `Cannot settle the tags of ${name}: other runs of this commit keep moving them`,
    { hint: 'Give the workflow a concurrency group, and run the job again.' },
  )
}

async function describe(
  { prepared, world, report }: Release,
  { settled, client, isOwn }: { settled: Settled; client: RegistryClient; isOwn: boolean },
): Promise<ShippedImage> {
  const { plan, digest } = settled
  if (!isOwn && plan.source.kind !== 'build') {
    world.log.info(`Tagging ${digest}: ${plan.source.why}`)
    report.obtained({ built: false })
  }
  const manifests = await fetchManifests(client, prepared.repositories, digest)
  const read = isOwn ? factsOfBuilt : factsOfReused
  const facts = await read(client, firstImage(prepared, manifests), world)
  return { facts, manifests, plan, isReused: !isOwn }
}
