// The labels and annotations of the image: the OCI ones from event and repository, ours, the
// user's.
import { ReleaseError } from '../../errors.ts'
import { createdAt } from '../../event/created-at.ts'
import { amendLabels, resolveLabels } from '../../tags/labels.ts'
import type { TagSet } from '../../tags/tag-set.ts'
import type { World } from '../operation.ts'
import { INPUTS_LABEL, PULL_REQUEST_LABEL } from '../shipping/build-identity.ts'
import type { ImageLabels } from '../shipping/report.ts'
import { versionName } from '../shipping/situation.ts'
import type { ReleaseInputs } from './inputs.ts'

/**
 * Our own labels cannot be overridden: reuse depends on them. An image of one platform is annotated
 * only where the user says so.
 */
export function labelsOf(
  inputs: ReleaseInputs,
  { event, environment }: World,
  facts: { tagSet: TagSet; fingerprint: string },
): ImageLabels {
  const { tagSet, fingerprint } = facts
  const request = {
    event,
    version: versionName(tagSet),
    createdAt: createdAt(environment, event),
  }
  const labels = new Map(resolveLabels({ ...request, lines: inputs.labels }))
  const annotations =
    inputs.platforms.length > 1
      ? resolveLabels({ ...request, lines: inputs.annotations })
      : amendLabels(new Map(), inputs.annotations)
  for (const key of [INPUTS_LABEL, PULL_REQUEST_LABEL])
    if (labels.has(key))
      throw new ReleaseError('input', `labels: ${key} is set by this action and cannot be given`)
  labels.set(INPUTS_LABEL, fingerprint)
  if (event.pullRequest) labels.set(PULL_REQUEST_LABEL, String(event.pullRequest.number))
  return { labels: lines(labels), annotations: lines(annotations) }
}

function lines(entries: ReadonlyMap<string, string>): readonly string[] {
  return [...entries].map(([key, value]) => `${key}=${value}`)
}
