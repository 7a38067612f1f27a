// Image references in files: rewritten to `name:tag@sha256:…`, or checked against the rules.
import { ReleaseError } from '../errors.ts'
import type { Reference } from '../oci/reference.ts'
import { writePins } from '../pinning/pin-files.ts'
import { type Finding, judge, questionsOf, type Severities } from '../pinning/policy.ts'
import { accessOf, connectRegistry } from '../registry/connect.ts'
import { defineOperation, type World } from './operation.ts'
import { commitPins } from './pin/commit.ts'
import { type Gathered, gather, selectImages } from './pin/gather.ts'
import { PIN_INPUTS, PIN_OUTPUTS, type PinInputs } from './pin/inputs.ts'
import { planWrite, type WritePlan } from './pin/plan.ts'
import { PinReport } from './pin/report.ts'
import { askAll, createTagChooser, resolvePins } from './pin/resolve.ts'
import { workspaceOf } from './world.ts'

export const pin = defineOperation({
  name: 'pin',
  title: 'image-release pin',
  summary:
    'Rewrite the image references in your files to `name:tag@sha256:…`, or fail where they are not pinned.',
  inputs: PIN_INPUTS,
  outputs: PIN_OUTPUTS,
  permissions: [
    { scope: 'contents: write', why: '`commit`; else `read`' },
    { scope: 'pull-requests: write', why: '`commit: pull-request`' },
    { scope: 'packages: read', why: 'asking ghcr.io about private images' },
  ],
  run,
})

async function run(inputs: PinInputs, world: World): Promise<void> {
  refuseContradictions(inputs)
  const report = new PinReport(inputs, world)
  try {
    if (inputs.mode === 'check') await check(inputs, world, report)
    else await write(inputs, world, report)
  } finally {
    await report.finish()
  }
}

function refuseContradictions({ mode, digest, tag, images, sarif, commit }: PinInputs): void {
  const wrong = (message: string) => new ReleaseError('input', message)
  const isOne = images.length <= 1 && !images.some((image) => image.includes('*'))
  if (digest && !isOne) throw wrong('digest: one digest is of one image; name that image alone')
  if (tag && !digest) throw wrong('tag: give the digest it belongs to, too')
  if (mode === 'check' && commit !== 'none') throw wrong('commit: mode check changes nothing')
  if (sarif !== undefined && (sarif.startsWith('/') || sarif.split('/').includes('..')))
    throw wrong(`sarif: ${sarif} is outside the workspace`)
}

/** Throws `policy` when a finding is an error. */
async function check(inputs: PinInputs, world: World, report: PinReport): Promise<void> {
  const gathered = await gather(inputs, world, () => false)
  const severities: Severities = new Map(
    inputs.rules.flatMap(([rule, severity]) => (severity ? [[rule, severity] as const] : [])),
  )
  const references = gathered.sightings.flatMap(({ reference }) => reference ?? [])
  const questions = inputs.offline ? [] : references.flatMap(questionsOf)
  const knowledge = await askAll(connect(inputs, world, references), questions)
  const findings = gathered.sightings.flatMap((sighting) => judge(sighting, severities, knowledge))
  await report.checked(findings, gathered)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  if (errors > 0)
    throw new ReleaseError(
      'policy',
      `Image rules are broken ${errors === 1 ? 'once' : `${errors} times`}: in ${filesOf(findings)}`,
      {
        hint: 'Run pin with "mode: write" (Dockerfiles and .github only where "files" names them), or excuse a place with "# image-release: ignore <reason>".',
      },
    )
}

function filesOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const files = [...new Set(errors.map(({ file }) => file))]
  const rest = files.length - 3
  return files.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

async function write(inputs: PinInputs, world: World, report: PinReport): Promise<void> {
  const selects = selectImages(inputs, world)
  const gathered = await gather(inputs, world, selects)
  const plan = planWrite(inputs, gathered, {
    selects,
    resolved: await resolve(inputs, world, { gathered, selects }),
  })
  await report.planned(plan, gathered)
  if (inputs['dry-run']) return
  await writePins(plan.changes, { root: workspaceOf(world), files: world.files })
  report.written(plan)
  if (inputs.commit !== 'none') await commit(inputs, world, { plan, report })
}

/** What the references are pinned to, by their tags; nobody is asked when the digest is given. */
async function resolve(
  inputs: PinInputs,
  world: World,
  { gathered, selects }: { gathered: Gathered; selects: (reference: Reference) => boolean },
) {
  if (inputs.digest || inputs.offline) return { pins: new Map(), known: new Map() }
  const references = gathered.sightings.flatMap(({ reference, tagFrom }) => {
    const isDue = reference && !tagFrom && (!reference.digest || inputs.refresh)
    return isDue && selects(reference) ? [reference] : []
  })
  const client = connect(inputs, world, references)
  const { channels } = inputs
  const chooser = createTagChooser({ client, channels, revision: world.event.revision })
  return resolvePins(references, { client, chooser })
}

function connect(inputs: PinInputs, world: World, repositories: readonly Reference[]) {
  return connectRegistry(accessOf(inputs, repositories), world).client
}

async function commit(
  inputs: PinInputs,
  world: World,
  { plan, report }: { plan: WritePlan; report: PinReport },
): Promise<void> {
  if (plan.changes.length === 0) return world.log.info('Nothing to commit')
  try {
    report.handedOver(
      await commitPins(inputs, world, { plan, onCommit: (sha) => report.committed(sha) }),
    )
  } catch (error) {
    world.log.info(`The change that could not be handed over:\n${report.diff}`)
    throw error
  }
}
