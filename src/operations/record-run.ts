// Records what a training run was made of, and writes a script that repeats it.
import { ReleaseError } from '../errors.ts'
import { renderRunSummary } from '../notes/run-summary.ts'
import type { RawManifest } from '../oci/manifest.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatReference, formatRepository, type Reference } from '../oci/reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import { accessOf, connectRegistry } from '../registry/connect.ts'
import { readPlatforms } from '../registry/image-config.ts'
import { defineOperation, type World } from './operation.ts'
import {
  choosePlatform,
  readArtifacts,
  readDatasets,
  readMachine,
  readSource,
} from './record-run/gather.ts'
import { RECORD_RUN_INPUTS, RECORD_RUN_OUTPUTS, type RecordRunInputs } from './record-run/inputs.ts'
import { tagRun, tagsOf } from './record-run/mlflow.ts'
import { type RunRecord, renderRunRecord } from './record-run/run-record.ts'
import { renderScript } from './record-run/script.ts'

export const recordRun = defineOperation({
  name: 'record-run',
  title: 'image-release record-run',
  summary:
    'Record the image digest, commit and data of a training run, and write a script that repeats it.',
  inputs: RECORD_RUN_INPUTS,
  outputs: RECORD_RUN_OUTPUTS,
  permissions: [{ scope: 'packages: read', why: 'reading the image from ghcr.io' }],
  printed: 'image',
  run,
})

async function run(inputs: RecordRunInputs, world: World): Promise<void> {
  const { files, log, output } = world
  const reference = inputs.image
  if (!reference) throw new ReleaseError('input', 'image: which image ran?')
  const { client } = connectRegistry(accessOf(inputs, [reference]), world)
  const raw = await resolveImage(client, reference)
  const { digest } = raw
  const pinned = `${formatRepository(reference)}@${digest}`
  output('digest', digest)
  output('image', pinned)
  const platforms = [...(await readPlatforms(client, reference, raw)).keys()]
  const named = inputs.platform
  const wanted = named ? formatPlatform(named) : await readMachine(world)
  const platform = choosePlatform({ platforms, wanted, isNamed: named !== undefined })
  output('platform', platform)
  const image = { reference: formatReference(reference), digest, platform }
  const record = await recordOf(image, inputs, world)
  const json = JSON.stringify(record)
  output('json', json)
  if (inputs['dry-run']) return output('plan', json)
  await files.write(inputs.record, renderRunRecord(record))
  output('record', inputs.record)
  await files.write(inputs.script, renderScript(record, pinned), 0o755)
  output('script', inputs.script)
  log.info(`Recorded ${pinned} in ${inputs.record}; ${inputs.script} repeats the run`)
  await world.summary(renderRunSummary({ ...record, pinned, script: inputs.script }))
  const uri = inputs['metrics-uri']
  if (uri) await tagRun(tagsOf(record, pinned), { uri, runId: inputs['run-id'] }, world)
}

async function resolveImage(client: RegistryClient, reference: Reference): Promise<RawManifest> {
  const raw = await client.get(reference)
  if (raw) return raw
  throw new ReleaseError('registry', `Cannot find ${formatReference(reference)}`, {
    hint: 'Push the image before the run is recorded; a digest that only this machine has repeats nowhere.',
  })
}

async function recordOf(
  image: RunRecord['image'],
  inputs: RecordRunInputs,
  world: World,
): Promise<RunRecord> {
  const { command, workdir = '/' } = inputs
  const { event, clock } = world
  const hashed = [...inputs.datasets, ...inputs.artifacts].map(({ value }) => value)
  return {
    schema: 1,
    image,
    source: await readSource(world, [inputs.record, inputs.script, ...hashed]),
    datasets: await readDatasets(world, inputs.datasets),
    ...(command === undefined ? {} : { command }),
    parameters: Object.fromEntries(inputs.parameters.map(({ name, value }) => [name, value])),
    artifacts: await readArtifacts(world, inputs.artifacts),
    runArgs: inputs['run-args'].flat(),
    workdir,
    run: event.run.url,
    at: new Date(clock.now()).toISOString(),
  }
}
