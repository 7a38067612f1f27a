// What is known of a run before any registry is asked: its images, its tags, whether it may push.
import { ReleaseError } from '../../errors.ts'
import type { WorkflowEvent } from '../../event/event.ts'
import { readGivenVersion } from '../../inputs/given-version.ts'
import { chooseImages } from '../../inputs/images.ts'
import type { Repository } from '../../oci/reference.ts'
import type { TagRequest } from '../../tags/request.ts'
import { tagRequestOf } from '../../tags/request-of.ts'
import { resolveTags } from '../../tags/resolve.ts'
import type { TagSet } from '../../tags/tag-set.ts'
import type { World } from '../operation.ts'
import type { ShippingInputs } from './inputs.ts'

/** `call` is of builds alone: what they do instead of building. */
type PreparingInputs = ShippingInputs & { readonly call?: string | undefined }

export interface Prepared {
  readonly repositories: readonly Repository[]
  readonly tagSet: TagSet
  readonly notPushed: string | undefined
  /** Without the version of `version` or `version-file`. */
  readonly request: TagRequest
}

/** Reads event, images and version file; asks nobody. Throws `input` or `event`. */
export async function prepare(inputs: PreparingInputs, world: World): Promise<Prepared> {
  refuseForeignCode(world.event, inputs)
  const request = tagRequestOf(inputs, {
    event: world.event,
    now: world.clock.now(),
    match: world.match,
    shaLength: inputs['sha-length'],
  })
  const version = await readGivenVersion(inputs, world.files)
  return {
    repositories: chooseImages(inputs.images, world.event.repository),
    tagSet: unlessClosed(resolveTags({ ...request, ...version }), world.event),
    notPushed: whyNotPushed(world.event, inputs),
    request,
  }
}

/** Whoever runs on `closed` runs for the clean-up of the previews, not for new ones. */
function unlessClosed(tagSet: TagSet, { name, pullRequest }: WorkflowEvent): TagSet {
  if (!name.startsWith('pull_request') || !pullRequest || pullRequest.open) return tagSet
  return { ...tagSet, tags: [], skipped: `pull request ${pullRequest.number} is closed` }
}

function refuseForeignCode({ name, workflowRun }: WorkflowEvent, inputs: PreparingInputs): void {
  const isForeign = name === 'pull_request_target' || workflowRun?.fromFork
  if (!isForeign || inputs['allow-pull-request-target'] || inputs.push === 'false') return
  throw new ReleaseError(
    'event',
    `Will not push on ${name}: it has a token that may write while the code may be a stranger's`,
    {
      hint: 'Use pull_request, set push: false, or, if no foreign code is built, set allow-pull-request-target: true.',
    },
  )
}

function whyNotPushed(event: WorkflowEvent, { push, call }: PreparingInputs): string | undefined {
  if (call && call !== 'build') return `call is ${call}`
  if (push === 'false') return 'push is false'
  if (push === 'true') return undefined
  // There the token is the repository's own, and whether that is wanted has been asked.
  const isTrusted = event.name === 'pull_request_target'
  if (event.pullRequest?.fromFork && !isTrusted)
    return "a fork's pull request has a token that cannot write"
  if (event.actor === 'dependabot[bot]') return "Dependabot's runs have a token that cannot write"
  return undefined
}
