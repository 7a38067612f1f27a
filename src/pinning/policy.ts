// The rules for images in files, and what breaks them. What a registry knows is handed in.
import type { Digest } from '../oci/digest.ts'
import { formatReference, type Reference } from '../oci/reference.ts'
import type { Range } from './line-index.ts'
import type { Sighting } from './sighting.ts'

export type Severity = 'error' | 'warning' | 'note'

/** Every rule, and what it says. */
export const RULES = {
  unpinned: 'An image has a tag and no digest, so that what runs can change.',
  latest: 'An image has the tag latest and no digest.',
  'no-tag': 'An image has neither tag nor digest, which means latest.',
  'digest-not-found': 'The registry does not have the digest.',
  'tag-moved': 'The tag beside a digest is on another digest now.',
  'tag-not-found': 'The registry does not have the tag.',
  'not-checked': 'Nothing can be said of the image, because the registry or the file did not tell.',
  'not-pinned': 'The image could not be pinned where it stands.',
  variable: 'The reference holds a variable, and what it will be is not known here.',
  embedded: 'An image stands in a text inside the file, which is not touched.',
} as const

export type Rule = keyof typeof RULES

export type Severities = ReadonlyMap<Rule, Severity>

/** What is told whatever the rules say, since silence would pass for consent. */
const ALWAYS_TOLD: Severities = new Map([
  ['not-checked', 'warning'],
  ['tag-not-found', 'warning'],
  ['not-pinned', 'warning'],
  ['variable', 'note'],
  ['embedded', 'note'],
])

export interface Finding extends Range {
  readonly file: string
  readonly rule: Rule
  readonly severity: Severity
  /** As it stands in the file. */
  readonly image: string
  readonly message: string
}

/** What the registry answered for a reference: absent, or why it could not be asked. */
export type Known = { readonly digest: Digest | undefined } | { readonly unasked: string }

/** By the reference in full, such as `docker.io/library/nginx:1.27`. */
export type Knowledge = ReadonlyMap<string, Known>

/** undefined: the rule is off. */
export function findingOf(
  { path, line, column, endLine, endColumn, text }: Sighting,
  { rule, message, severities }: { rule: Rule; message: string; severities: Severities },
): Finding | undefined {
  const severity = severities.get(rule) ?? ALWAYS_TOLD.get(rule)
  const range = { line, column, endLine, endColumn }
  return severity && { file: path, ...range, rule, severity, image: text, message }
}

/** Everything that is to be said of one place; an excused one says nothing. */
export function judge(
  sighting: Sighting,
  severities: Severities,
  knowledge: Knowledge,
): readonly Finding[] {
  if (sighting.excuse !== undefined) return []
  const said = sighting.reference
    ? judgeReference(sighting, sighting.reference, { severities, knowledge })
    : judgeObstacle(sighting)
  return said.flatMap(([rule, message]) => findingOf(sighting, { rule, message, severities }) ?? [])
}

type Said = readonly [Rule, string]

function judgeObstacle({ obstacle, text }: Sighting): readonly Said[] {
  if (obstacle === 'variable')
    return [['variable', `${text} holds a variable: it cannot be checked`]]
  if (obstacle === 'embedded')
    return [['embedded', `${text} stands in a text inside this file: seen, not checked`]]
  if (obstacle === 'broken')
    return [['not-checked', 'This is no YAML: only its plain image lines were read']]
  return [['not-checked', `${text} is no image reference`]]
}

/**
 * What a registry is asked about a reference: its digest, then its tag; nothing without a digest.
 */
export function questionsOf({ registry, path, tag, digest }: Reference): readonly Reference[] {
  if (!digest) return []
  return [{ registry, path, digest }, ...(tag ? [{ registry, path, tag }] : [])]
}

function judgeReference(
  { tagFrom }: Sighting,
  reference: Reference,
  { severities, knowledge: known }: { severities: Severities; knowledge: Knowledge },
): readonly Said[] {
  const { tag, digest } = reference
  // What a kustomization leaves open is judged in its resource.
  if (tagFrom === 'resource') return []
  if (tagFrom)
    return [['unpinned', `${formatReference(reference)} has no digest; its tag is the chart's own`]]
  if (!digest) return judgeUnpinned(reference, severities)
  const [byDigest, byTag] = questionsOf(reference).map((asked) => known.get(formatReference(asked)))
  const name = formatReference(reference)
  const said: Said[] = []
  if (byDigest && 'unasked' in byDigest)
    return [['not-checked', `${name} was not checked: ${byDigest.unasked}`]]
  if (byDigest && byDigest.digest === undefined)
    said.push(['digest-not-found', `The registry does not have ${name}`])
  if (byTag && 'unasked' in byTag)
    said.push(['not-checked', `The tag of ${name} was not checked: ${byTag.unasked}`])
  else if (byTag && byTag.digest !== digest)
    said.push([
      'tag-moved',
      byTag.digest ? `The tag ${tag} is on ${byTag.digest} now` : `The tag ${tag} is gone`,
    ])
  return said
}

/** The most telling of the rules that are on. */
function judgeUnpinned(reference: Reference, severities: Severities): readonly Said[] {
  const name = formatReference(reference)
  const all: Said[] = []
  if (!reference.tag) all.push(['no-tag', `${name} has neither tag nor digest`])
  if (reference.tag === 'latest') all.push(['latest', `${name} is whatever was pushed last`])
  all.push(['unpinned', `${name} has no digest`])
  return all.filter(([rule]) => severities.has(rule)).slice(0, 1)
}
