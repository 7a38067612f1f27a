// One buildx process for the whole image: every platform, and one tag per image name.
import type { BuildRequest } from '../../buildx/args.ts'
import { withGitContext } from '../../buildx/git-context.ts'
import { buildAndPush } from '../../buildx/push.ts'
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { World } from '../operation.ts'
import { referenceOf, type ShippingPlan } from '../shipping/plan.ts'
import type { ImageLabels } from '../shipping/report.ts'
import { platformNames } from './fingerprint.ts'
import { PASSED_INPUTS, type ReleaseInputs } from './inputs.ts'

interface Building {
  readonly plan: ShippingPlan
  readonly labels: ImageLabels
  /** Called when buildx begins to push; where it rejects, nothing more is pushed. */
  readonly beforePush: (image: Digest | undefined) => Promise<void>
}

/** Streams buildx's progress into the log. The digest is undefined when nothing became an image. */
export async function buildImage(
  inputs: ReleaseInputs,
  world: World,
  { plan, labels, beforePush }: Building,
): Promise<Digest | undefined> {
  const request = buildRequest(inputs, world, { plan, labels })
  const { digest, findings } = await world.log.group('docker buildx build', () =>
    buildAndPush(request, world, { pushTimeoutMinutes: inputs['push-timeout'], beforePush }),
  )
  for (const { message, rule, ...place } of findings)
    world.log.warning(`${rule}: ${message}`, place)
  if (request.call && findings.length > 0) throw checksFailed(findings.length)
  return digest
}

function checksFailed(count: number): ReleaseError {
  return new ReleaseError('build', `The build checks found ${count} problems in the Dockerfile`, {
    hint: 'Each is a warning above, with its place.',
  })
}

function buildRequest(
  inputs: ReleaseInputs,
  { event }: World,
  { plan, labels }: { plan: ShippingPlan; labels: ImageLabels },
): BuildRequest {
  const isPushed = plan.pushed.length > 0
  const hasExporter = isPushed || inputs.load || inputs.outputs.length > 0 || inputs.call
  const request = {
    ...Object.fromEntries(PASSED_INPUTS.map((name) => [name, inputs[name]])),
    // Without an exporter the docker driver would leave a nameless image behind.
    ...(hasExporter ? {} : { outputs: ['type=cacheonly'] }),
    platforms: platformNames(inputs),
    ...labels,
    push: isPushed,
    tags: (isPushed ? plan.pushed : hasExporter ? plan.local : []).map(referenceOf),
    ...(event.run.url ? { builderId: `${event.run.url}/attempts/${event.run.attempt}` } : {}),
  }
  return withGitContext(request, event, inputs['github-token'])
}
