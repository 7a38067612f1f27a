// The decision of a merge: whether the parts fit together, and the index they become. Pure.
import { ReleaseError } from '../../errors.ts'
import type { WorkflowEvent } from '../../event/event.ts'
import { ANNOTATION_PREFIX } from '../../oci/annotations.ts'
import { buildIndex } from '../../oci/build-index.ts'
import type { RawManifest } from '../../oci/manifest.ts'
import { formatPlatform, type Platform } from '../../oci/platform.ts'
import { formatReference } from '../../oci/reference.ts'
import { amendLabels } from '../../tags/labels.ts'
import { commitOf, INPUTS_LABEL, PULL_REQUEST_LABEL } from '../shipping/build-identity.ts'
import type { FoundPart, PartImage } from './read-parts.ts'

/** The labels that annotate an index, as far as all its images have them alike. */
const SHARED = [
  'title',
  'description',
  'url',
  'source',
  'version',
  'created',
  'revision',
  'licenses',
]

export interface MergedImage {
  readonly index: RawManifest
  /** Labels that all its images have alike. */
  readonly labels: Readonly<Record<string, string>>
  /** The inputs label of its first platform, which is the one that is read of an index. */
  readonly fingerprint: string
}

interface MergeFacts {
  readonly event: WorkflowEvent
  /** That have to be there. */
  readonly platforms: readonly Platform[]
  /** Input `annotations`. */
  readonly lines: string
}

/** Throws `parts` with a line for everything that is missing or not what it claims to be. */
export function planMerge(
  parts: readonly FoundPart[],
  { event, platforms, lines }: MergeFacts,
): MergedImage {
  const wrong = [
    ...parts.flatMap((part) => mistakesOf(part, event)),
    ...countMistakes(parts, platforms.map(formatPlatform)),
  ]
  if (wrong.length > 0)
    throw new ReleaseError('parts', `Cannot join the image: ${wrong.join('\n')}`, {
      hint: parts.some(({ platform }) => platform)
        ? 'Before merge, release every platform of this commit with part: true, under the same images and variant.'
        : 'Check that sources names an image of this commit for every platform, once it was pushed.',
    })
  const images = parts.flatMap((part) => part.images).sort(byPlatform)
  const labels = sharedLabels(images)
  const named = SHARED.map((name) => ANNOTATION_PREFIX + name)
  const own = Object.entries(labels).filter(([key]) => named.includes(key))
  const index = buildIndex(
    parts.flatMap(({ raw, images: [image] }) =>
      raw ? [{ raw, ...(image?.platform ? { platform: image.platform } : {}) }] : [],
    ),
    Object.fromEntries(amendLabels(new Map(own), lines)),
  )
  return { index, labels, fingerprint: images[0]?.labels[INPUTS_LABEL] ?? '' }
}

function mistakesOf(part: FoundPart, event: WorkflowEvent): readonly string[] {
  const name = formatReference(part.reference)
  const { raw, absent, images } = part
  const wanted = part.platform && formatPlatform(part.platform)
  if (!raw) return [`${wanted ? `${wanted} is missing: ` : ''}there is no ${name}`]
  const names = images.map(nameOf)
  const isOther = wanted !== undefined && (names.length !== 1 || names[0] !== wanted)
  return [
    ...absent.map((digest) => `${name} names ${digest}, which is not there`),
    ...(isOther ? [`${name} is not ${wanted} but ${names.join(', ') || 'no image'}`] : []),
    ...images.flatMap((image) => originMistakes(name, image, { event, isTagged: !!wanted })),
  ]
}

/** A part found by its tag has to say its commit; a source may be anybody's, but not of another. */
function originMistakes(
  name: string,
  { labels, platform }: PartImage,
  { event, isTagged }: { event: WorkflowEvent; isTagged: boolean },
): readonly string[] {
  const { revision } = event
  const { [PULL_REQUEST_LABEL]: pull } = labels
  const commit = commitOf(labels)
  const isOther = commit === undefined ? isTagged : commit !== revision
  const isForeign = pull !== undefined && pull !== String(event.pullRequest?.number)
  return [
    ...(platform ? [] : [`${name} does not say its platform`]),
    ...(isOther
      ? [`${name} is of commit ${commit ?? 'unknown'}, and this run of ${revision}`]
      : []),
    ...(isForeign ? [`${name} was built for pull request ${pull}`] : []),
  ]
}

/** Every wanted platform is there, and none twice. */
function countMistakes(parts: readonly FoundPart[], wanted: readonly string[]): readonly string[] {
  const names = parts.flatMap(({ images }) => images.map(nameOf))
  const doubles = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const missing = parts.some(({ platform }) => platform)
    ? []
    : wanted.filter((name) => !names.includes(name))
  return [
    ...[...doubles].map((name) => `${name} is in more than one of the parts`),
    ...missing.map((name) => `${name} is missing: none of the sources has it`),
  ]
}

function byPlatform(a: PartImage, b: PartImage): number {
  return nameOf(a) < nameOf(b) ? -1 : 1
}

function nameOf({ platform }: PartImage): string {
  return platform ? formatPlatform(platform) : 'no platform'
}

function sharedLabels([first, ...rest]: readonly PartImage[]): Readonly<Record<string, string>> {
  const shared = Object.entries(first?.labels ?? {}).filter(([key, value]) =>
    rest.every(({ labels }) => labels[key] === value),
  )
  return Object.fromEntries(shared.sort(([a], [b]) => (a < b ? -1 : 1)))
}
