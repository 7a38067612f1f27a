// From an event and the rules to its tags: reads the inputs, asks every rule, names the tags.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { isVariant } from '../oci/tag.ts'
import { assemble, type LatestFlavor, type Produced } from './assemble.ts'
import { eventVersion, skipReason } from './event-version.ts'
import { expressionFacts, valueOfGlobal } from './expressions.ts'
import { type Flavor, parseFlavor } from './parse-flavor.ts'
import { type ParsedRule, parseRules } from './parse-rules.ts'
import type { MatchText, TagRequest } from './request.ts'
import type { RuleContext, Skipped } from './rule.ts'
import type { TagSet } from './tag-set.ts'
import { renderTemplate } from './template.ts'
import { readAnyVersion } from './version.ts'

/**
 * Throws ReleaseError `input` with one line per mistake of `tags`, `flavor` and `variant`, and for
 * a `latest` nobody allowed; `event` when a version input and the git tag disagree, or when a git
 * tag was pushed that no rule can read (unless allowEmpty).
 */
export function resolveTags(request: TagRequest): TagSet {
  const { flavor, rules } = readInputs(request)
  const skipped = skipReason(request)
  if (skipped !== undefined) return { ...NO_TAGS, skipped }
  const version = eventVersion(request)
  const context = contextOf(request, version.text)
  const applied = applyRules(rules, flavor, context)
  const produced = applied.filter(isProduced)
  const latest = latestFlavor(flavor, context)
  const markedPrerelease = isMarkedPrerelease(request)
  const { tags, notices } = assemble({
    request,
    flavor: latest,
    produced,
    markedPrerelease,
    version: version.text === undefined ? undefined : readAnyVersion(version.text)?.text,
  })
  const unused = applied.flatMap((result) => ('usual' in result ? [result.skipped] : []))
  const all = [
    ...unknownDefaultBranch(request),
    ...version.notices,
    ...flavor.notices,
    ...applied.flatMap(noticesOf),
    ...latest.notices,
    ...notices,
  ]
  const [main] = tags
  if (!main) return nothing(request, all, unused)
  const text = tags.find((tag) => tag.version !== undefined)?.version ?? version.text
  const read = text === undefined ? undefined : readAnyVersion(text)
  return {
    tags,
    prerelease: markedPrerelease || read?.stable === false,
    notices: all,
    unused,
    main: main.name,
    ...(read ? { version: read.text } : {}),
  }
}

function readInputs({ rules, defaultRules, flavor, variant }: TagRequest): {
  flavor: Flavor
  rules: readonly ParsedRule[]
} {
  const mistakes: string[] = []
  const parsed = {
    flavor: parseFlavor(flavor, mistakes),
    rules: parseRules(rules, defaultRules, mistakes),
  }
  if (variant !== '' && !isVariant(variant))
    mistakes.push(`variant: ${variant} cannot end a tag; use letters, digits, ., _ and -`)
  if (mistakes.length > 0) throw new ReleaseError('input', mistakes.join('\n'))
  return parsed
}

/** An expression that is false only because nobody told is not left unsaid. */
function unknownDefaultBranch({ event, rules, flavor }: TagRequest): readonly string[] {
  const isAsked = /is_(?:not_)?default_branch/.test(rules + flavor)
  if (!isAsked || event.branch === undefined || event.repository.defaultBranch !== undefined)
    return []
  return ['the event does not say which branch is the default one, for is_default_branch']
}

function isMarkedPrerelease({ event }: TagRequest): boolean {
  return event.name === 'release' && event.release?.prerelease === true
}

function contextOf(request: TagRequest, versionText: string | undefined): RuleContext {
  return {
    ...expressionFacts(request),
    channels: request.channels,
    match: request.match ?? matchHere,
    ...(versionText === undefined ? {} : { versionText }),
  }
}

const matchHere: MatchText = ({ source, flags }, text) =>
  new RegExp(source, flags).exec(text) ?? undefined

type Applied = Produced | Skipped

/** Throws ReleaseError `input` with one line per mistake that only an event brings out. */
function applyRules(
  rules: readonly ParsedRule[],
  flavor: Flavor,
  context: RuleContext,
): readonly Applied[] {
  const mistakes: string[] = []
  const applied = rules.flatMap((rule) => {
    try {
      return [applyRule(rule, flavor, context)]
    } catch (error) {
      if (!isReleaseError(error, 'input')) throw error
      mistakes.push(`tags, ${rule.label}: ${error.message}`)
      return []
    }
  })
  if (mistakes.length > 0) throw new ReleaseError('input', mistakes.join('\n'))
  return applied
}

function applyRule(rule: ParsedRule, flavor: Flavor, context: RuleContext): Applied {
  const { label } = rule
  const evaluate = valueOfGlobal(context)
  const enabled = renderTemplate(rule.enable, evaluate).text
  if (enabled !== 'true' && enabled !== 'false')
    throw new ReleaseError('input', `enable: ${JSON.stringify(enabled)} is none of true, false`)
  if (enabled === 'false') return { skipped: `${label}: it is not enabled`, usual: true }
  const outcome = rule.apply(context)
  if ('skipped' in outcome) return { ...outcome, skipped: `${label}: ${outcome.skipped}` }
  const ownPrefix = outcome.prefix === undefined ? undefined : [{ text: outcome.prefix }]
  const prefix = renderTemplate(rule.prefix ?? ownPrefix ?? flavor.prefix.text, evaluate)
  const suffix = renderTemplate(rule.suffix ?? flavor.suffix.text, evaluate)
  const [empty] = [...prefix.empty, ...suffix.empty]
  if (empty !== undefined) return { skipped: `${label}: {{${empty}}} is empty on this event` }
  const said = [...(outcome.notices ?? []), ...(rule.remark ? [rule.remark] : [])]
  const notices = said.map((notice) => `${label}: ${notice}`)
  return { ...outcome, label, prefix: prefix.text, suffix: suffix.text, notices }
}

function latestFlavor(
  { latest, prefix, suffix }: Flavor,
  context: RuleContext,
): LatestFlavor & { readonly notices: readonly string[] } {
  const render = ({ text, onLatest }: Flavor['prefix']) =>
    renderTemplate(onLatest ? text : [], valueOfGlobal(context))
  const [before, after] = [render(prefix), render(suffix)]
  const [empty] = [...before.empty, ...after.empty]
  const affixes = { prefix: before.text, suffix: after.text }
  if (empty === undefined || latest === 'false') return { latest, ...affixes, notices: [] }
  const notice = `flavor: latest=${latest}: {{${empty}}} is empty on this event`
  return { latest: 'false', ...affixes, notices: [notice] }
}

function isProduced(applied: Applied): applied is Produced {
  return 'candidates' in applied
}

function noticesOf(applied: Applied): readonly string[] {
  if ('notices' in applied) return applied.notices
  return applied.usual ? [] : [applied.skipped]
}

const NO_TAGS = { tags: [], prerelease: false, notices: [], unused: [] } as const

/**
 * No tag at all: a failure where a git tag was pushed, else an event that is not for these rules.
 */
function nothing(
  { event, allowEmpty }: TagRequest,
  notices: readonly string[],
  unused: readonly string[],
): TagSet {
  const tried = [...notices, ...unused]
  if (event.tag !== undefined && !allowEmpty)
    throw new ReleaseError(
      'event',
      `Cannot tag an image for git tag ${event.tag}:\n${tried.join('\n')}`,
      {
        hint: 'Use type=ref,event=tag or type=match, set tag-prefix, or allow it with allow-empty.',
      },
    )
  const skipped = `no rule gives this event a tag: ${tried.join('; ')}`
  return { ...NO_TAGS, notices, unused, skipped }
}
