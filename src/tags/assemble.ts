// Makes tags of what the rules gave: affixes, the variant, the grammar of tags, each name once, and
// `latest` at the end. Knows which tags must not be and says so.
import { ReleaseError } from '../errors.ts'
import type { TagRequest } from './request.ts'
import type { Candidate } from './rule.ts'
import { replaceForbidden, tagName, withVariant } from './tag-name.ts'
import type { ResolvedTag, VersionFamily } from './tag-set.ts'

/** What one rule gave, with its affixes rendered. */
export interface Produced {
  readonly label: string
  readonly prefix: string
  readonly suffix: string
  readonly candidates: readonly Candidate[]
  readonly latest: boolean
  readonly notices: readonly string[]
}

/** The flavor's word on `latest`, its affixes rendered; empty where they are not for `latest`. */
export interface LatestFlavor {
  readonly latest: 'auto' | 'true' | 'false'
  readonly prefix: string
  readonly suffix: string
}

interface Assembly {
  readonly request: TagRequest
  readonly flavor: LatestFlavor
  /** By priority. */
  readonly produced: readonly Produced[]
  /** The release's checkbox. */
  readonly markedPrerelease: boolean
  /** What the event is about; undefined: no version. */
  readonly version: string | undefined
}

interface Named extends Candidate {
  readonly name: string
  readonly rule: string
  readonly affixes: string
  /** What the grammar of tags did to it; empty: nothing, or only `-` for characters no tag has. */
  readonly changed: string
  readonly family?: VersionFamily
}

/** Throws ReleaseError `input` when a rule or the flavor gives `latest` and nobody allowed it. */
export function assemble(assembly: Assembly): {
  tags: readonly ResolvedTag[]
  notices: readonly string[]
} {
  const { request, produced } = assembly
  const named = produced.flatMap((rule) =>
    rule.candidates.map((candidate) => nameOf(candidate, rule, endingOf(request))),
  )
  const valid = named.filter(({ name }) => name !== '')
  const all = [...valid, ...flavorLatest(assembly, valid)]
  const judged = all.map((tag) => ({ tag, refusal: refusalOf(tag, assembly) }))
  const kept = judged.flatMap(({ tag, refusal }) => (refusal ? [] : [tag]))
  refuseLatest(kept, request)
  const families = valid.filter(({ family }) => family !== undefined)
  const first = new Map(kept.toReversed().map((tag) => [tag.name, tag]))
  return {
    tags: kept
      .filter((tag) => first.get(tag.name) === tag)
      .map((tag) => resolved(tag, families, assembly.version)),
    notices: [
      ...named.map(({ changed }) => changed),
      ...judged.map(({ refusal }) => refusal),
    ].filter((notice) => notice !== ''),
  }
}

function endingOf({ variant }: TagRequest): string {
  return withVariant('', variant)
}

function nameOf(candidate: Candidate, rule: Produced, ending: string): Named {
  const { value, spelling } = candidate
  const text = rule.prefix + value + rule.suffix
  const name = value === '' ? '' : tagName(text, ending)
  const named = {
    ...candidate,
    name,
    rule: rule.label,
    affixes: `${rule.prefix} ${rule.suffix}`,
    changed: name === replaceForbidden(text) + ending ? '' : changeOf(rule.label, text, name),
  }
  if (value === 'latest' || tagName(text) === 'latest') return { ...named, role: 'latest' }
  if (!spelling) return named
  const { scheme, before, after, build } = spelling
  const prefix = replaceForbidden(rule.prefix + before).replace(/^[.-]+/, '')
  const suffix = replaceForbidden(after + rule.suffix) + ending
  return { ...named, family: { scheme, prefix, suffix, build } }
}

function changeOf(label: string, text: string, name: string): string {
  if (name === '') return `${label}: nothing of "${text}" can stand in a tag`
  return `${label}: "${text}" is no tag; it becomes ${name}`
}

/** With `auto` the first rule that gave a tag decides. */
function flavorLatest({ flavor, request, produced }: Assembly, valid: readonly Named[]): Named[] {
  const first = produced.find(({ label }) => valid.some(({ rule }) => rule === label))
  const isOn = flavor.latest === 'auto' ? first?.latest : first && flavor.latest === 'true'
  if (!isOn) return []
  const name = tagName(`${flavor.prefix}latest${flavor.suffix}`, endingOf(request))
  const rule = `flavor: latest=${flavor.latest}`
  return [{ value: 'latest', role: 'latest', name, rule, affixes: '', changed: '' }]
}

/** Why a tag that moves may not be given at all; empty: it may. */
function refusalOf(tag: Named, { request, markedPrerelease }: Assembly): string {
  if (tag.role !== 'floating' && tag.role !== 'latest') return ''
  if (!request.floating) return `${tag.rule}: no tag ${tag.name}, floating is false`
  if (!markedPrerelease || tag.prerelease !== undefined) return ''
  return `${tag.rule}: no tag ${tag.name}, the release is marked as a prerelease`
}

function refuseLatest(tags: readonly Named[], { allowLatest }: TagRequest): void {
  const refused = allowLatest ? [] : tags.filter(({ role }) => role === 'latest')
  if (refused.length === 0) return
  throw new ReleaseError(
    'input',
    refused.map(({ rule, name }) => `${rule} gives the tag ${name}; ${WHY_NO_LATEST}`).join('\n'),
    { hint: 'Set allow-latest: true to publish it all the same, or take the rule out.' },
  )
}

const WHY_NO_LATEST =
  'it names no version and moves under those who pull it, so allow-latest must be true for it'

/** Gives moving tags the versions they compete with: those of the same affixes, else the first. */
function resolved(
  tag: Named,
  families: readonly Named[],
  eventVersion: string | undefined,
): ResolvedTag {
  const { name, role, rule, line, prerelease, version } = tag
  const moves = role === 'floating' || role === 'latest'
  const relative = moves
    ? (families.find(({ affixes }) => affixes === tag.affixes) ?? families[0])
    : undefined
  const family = relative?.family
  const known = version ?? relative?.version ?? (moves ? eventVersion : undefined)
  return {
    name,
    role,
    rule,
    ...(line ? { line } : {}),
    ...(prerelease === undefined ? {} : { prerelease }),
    ...(known === undefined ? {} : { version: known }),
    ...(family ? { family } : {}),
  }
}
