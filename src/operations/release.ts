// The main job: tags from the event, one build, one digest under every tag, verified, recorded.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import { accessOf, connectRegistry, type RegistryConnection } from '../registry/connect.ts'
import { defineOperation, type World } from './operation.ts'
import { buildImage } from './release/build-image.ts'
import { fingerprint } from './release/fingerprint.ts'
import { RELEASE_INPUTS, type ReleaseInputs } from './release/inputs.ts'
import { labelsOf } from './release/labels.ts'
import { land, type Obtained } from './release/land.ts'
import { planRelease } from './release/plan.ts'
import { findOvertaking, type Settled } from './release/settle.ts'
import { warnOfChanges } from './release/work-tree.ts'
import { gather } from './shipping/gather.ts'
import { SHIPPING_PERMISSIONS } from './shipping/inputs.ts'
import { PRINTED_OUTPUTS, SHIPPING_OUTPUTS } from './shipping/outputs.ts'
import { resolvePart } from './shipping/part-tags.ts'
import type { ShippingPlan } from './shipping/plan.ts'
import { type Prepared, prepare } from './shipping/prepare.ts'
import { type ImageLabels, ShippingReport } from './shipping/report.ts'
import { reported, type Shipment } from './shipping/ship-image.ts'
import { type Situation, versionName } from './shipping/situation.ts'

export const release = defineOperation({
  name: 'release',
  title: 'image-release',
  summary:
    'Build a container image once, put every tag on its one digest, and write the digest into the GitHub release.',
  inputs: RELEASE_INPUTS,
  outputs: SHIPPING_OUTPUTS,
  printed: PRINTED_OUTPUTS,
  permissions: SHIPPING_PERMISSIONS,
  run,
})

async function run(inputs: ReleaseInputs, world: World): Promise<void> {
  const prepared = asPart(await prepare(inputs, world), inputs)
  const report = new ShippingReport(world, prepared.repositories)
  report.extend({ isPart: inputs.part })
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
  await warnOfChanges(world)
  const registry = connectRegistry(accessOf(inputs, prepared.repositories), world)
  const { client } = registry
  const situation = await gather(prepared, {
    world,
    client,
    inputs,
    fingerprint: fingerprint(inputs, {
      architecture: world.environment['RUNNER_ARCH'] ?? '',
      commit: world.event.revision,
    }),
  })
  const plan = planRelease(situation, inputs)
  const labels = labelsOf(inputs, world, situation)
  report.planned(plan, situation, labels)
  if (inputs['dry-run']) return report.plan(plan, situation)
  const obtained = await obtain(shipment, { plan, situation, labels, registry })
  if (!obtained || situation.notPushed !== undefined) {
    if (inputs.load) report.loaded(plan, obtained?.settled.digest)
    return report.notPushed(situation.notPushed ?? 'nothing was exported')
  }
  await land(shipment, { ...obtained, situation, client })
}

/** No reason to stop a push that may well succeed: before the tags are put we look again. */
function leftForLater(error: unknown): undefined {
  if (!isReleaseError(error, 'registry', 'denied')) throw error
}

function isCall({ call = 'build' }: ReleaseInputs): boolean {
  return call !== 'build'
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
): Promise<Obtained | undefined> {
  const { source } = plan
  if (source.kind !== 'build') {
    world.log.info(`Reusing ${source.digest}: ${source.why}`)
    report.obtained({ built: false })
    return { settled: { plan, digest: source.digest }, how: 'found', own: new Set() }
  }
  world.log.info(`Building: ${source.why}`)
  const own = new Set<Digest>()
  let overtaken: Settled | undefined
  const beforePush = async (digest: Digest | undefined) => {
    if (digest) own.add(digest)
    const facts = { plan, situation, choices: inputs, digest }
    const found = await findOvertaking(registry.client, facts).catch(leftForLater)
    if (!found) return
    overtaken = found
    throw new ReleaseError('cancelled', 'Another run has pushed this commit')
  }
  try {
    const digest = await registry.loggedIn((environment) =>
      buildImage(inputs, { ...world, environment }, { plan, labels, beforePush }),
    )
    if (isCall(inputs)) report.set('built', 'false')
    else report.obtained({ built: true })
    return digest && { settled: { plan, digest }, how: 'built', own: own.add(digest) }
  } catch (error) {
    if (!overtaken || !isReleaseError(error, 'cancelled')) throw error
    return { settled: overtaken, how: 'overtaken', own }
  }
}
