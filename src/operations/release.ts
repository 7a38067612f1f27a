// The main job: tags from the event, one build, one digest under every tag, verified, recorded.

import { ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import type { RawManifest } from '../oci/manifest.ts'
import type { RegistryClient } from '../registry/client.ts'
import { connectRegistry, type RegistryConnection } from '../registry/connect.ts'
import { defineOperation, type World } from './operation.ts'
import { buildImage } from './release/build-image.ts'
import { gather, type Prepared, prepare } from './release/gather.ts'
import { RELEASE_INPUTS, type ReleaseInputs } from './release/inputs.ts'
import { type ImageLabels, labelsOf } from './release/labels.ts'
import { RELEASE_OUTPUTS } from './release/outputs.ts'
import { planRelease, type ReleasePlan } from './release/plan.ts'
import { fetchManifests, pointTags, tagsFailed } from './release/point-tags.ts'
import { recordRelease } from './release/record.ts'
import { factsOfBuilt, factsOfReused, type ImageFacts, recordsOf } from './release/records.ts'
import { ReleaseReport } from './release/report.ts'

export const release = defineOperation({
  name: 'release',
  title: 'image-release',
  summary:
    'Build a container image once, put every tag on its one digest, and write the digest into the GitHub release.',
  inputs: RELEASE_INPUTS,
  outputs: RELEASE_OUTPUTS,
  permissions: [
    {
      scope: 'contents: write',
      why: 'writing tags and digest into the release notes; else `read`',
    },
    { scope: 'packages: write', why: 'pushing to ghcr.io' },
  ],
  run,
})

async function run(inputs: ReleaseInputs, world: World): Promise<void> {
  const prepared = await prepare(inputs, world)
  const report = new ReleaseReport(world, prepared.repositories)
  try {
    if (prepared.tagSet.skipped === undefined) await ship({ inputs, world, prepared, report })
    else report.skipped(prepared.tagSet.skipped)
  } catch (error) {
    report.failed(error)
    throw error
  } finally {
    await report.finish()
  }
}

interface Shipment {
  readonly inputs: ReleaseInputs
  readonly world: World
  readonly prepared: Prepared
  readonly report: ReleaseReport
}

async function ship(shipment: Shipment): Promise<void> {
  const { inputs, world, report, prepared } = shipment
  const registry = connect(inputs, world, prepared)
  const { client } = registry
  const situation = await gather(prepared, inputs, { world, client })
  const plan = planRelease(situation, inputs)
  const labels = labelsOf(inputs, world, situation)
  report.planned(plan, situation, labels)
  if (inputs['dry-run']) return report.plan(plan, situation)
  const digest = await obtain(shipment, { plan, labels, registry })
  if (digest === undefined || situation.notPushed !== undefined)
    return report.notPushed(situation.notPushed ?? 'nothing was exported')
  const raws = await fetchManifests(client, prepared.repositories, digest)
  const facts = await factsOf(shipment, plan, { client, raws })
  report.pushed(facts)
  const isReused = plan.source.kind === 'reuse'
  const pointed = await pointTags(plan, { ...world, client, manifests: raws, isReused })
  report.tagged(pointed, digest)
  if (pointed.failed.length > 0) throw tagsFailed(digest, pointed)
  const records = recordsOf({
    facts,
    repositories: prepared.repositories,
    references: pointed.done,
    variant: inputs.variant,
    version: situation.tagSet.version,
    run: world.event.run.url,
  })
  await recordRelease({ inputs, world, report, records })
}

interface Obtaining {
  readonly plan: ReleasePlan
  readonly labels: ImageLabels
  readonly registry: RegistryConnection
}

/** The digest to tag: the one to reuse, or the one of a build; undefined when none was pushed. */
async function obtain(
  { inputs, world, report }: Shipment,
  { plan, labels, registry }: Obtaining,
): Promise<Digest | undefined> {
  const { source } = plan
  if (source.kind === 'reuse') {
    world.log.info(`Reusing ${source.digest}: ${source.why}`)
    report.obtained({ built: false })
    return source.digest
  }
  world.log.info(`Building: ${source.why}`)
  const digest = await registry.loggedIn((environment) =>
    buildImage(inputs, { ...world, environment }, { plan, labels }),
  )
  report.obtained({ built: true })
  return digest
}

function connect(inputs: ReleaseInputs, world: World, { repositories }: Prepared) {
  return connectRegistry(
    {
      repositories,
      username: inputs['registry-username'],
      password: inputs['registry-password'],
      githubToken: inputs['github-token'],
      insecureRegistries: inputs['insecure-registries'],
    },
    world,
  )
}

async function factsOf(
  { prepared, world }: Shipment,
  plan: ReleasePlan,
  { client, raws }: { client: RegistryClient; raws: ReadonlyMap<string, RawManifest> },
): Promise<ImageFacts> {
  const [repository] = prepared.repositories
  const [raw] = raws.values()
  if (!repository || !raw) throw new ReleaseError('internal', 'A release without an image')
  const read = plan.source.kind === 'build' ? factsOfBuilt : factsOfReused
  return read(client, { repository, raw }, world)
}
