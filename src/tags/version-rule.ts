// What the version rules share: where their version comes from, what a pattern makes of it, and
// which line of versions a shorter pattern stands for.
import { flag, notEmpty, template, type Values } from './attribute.ts'
import { valueOfGlobal } from './expressions.ts'
import { parseRegex, runRegex } from './regex.ts'
import type { Outcome, RuleContext, Skipped } from './rule.ts'
import type { Scheme } from './tag-set.ts'
import { type Node, renderTemplate, type Vocabulary } from './template.ts'
import type { Version } from './version.ts'

const NAMES: Vocabulary = {
  raw: 'text',
  version: 'text',
  major: 'text',
  minor: 'text',
  patch: 'text',
  prerelease: 'text',
  build: 'text',
  channel: 'text',
}

export const VERSION_ATTRIBUTES = {
  pattern: notEmpty(template({ summary: 'what the tag looks like' }, NAMES)),
  value: template({ summary: 'the version, in place of the git tag', default: '' }),
  match: {
    summary: 'a regex whose first group is the version; all of the text where it does not match',
    default: '',
    parse: (source: string) => (source === '' ? undefined : parseRegex({ source, flags: '' }, 1)),
  },
  'keep-pattern': flag('keep what stands around {{version}} on prereleases'),
}

/** One version as patterns see it. */
export interface VersionFacts {
  readonly scheme: Scheme
  readonly version: Version
  /** A text for every expression of patterns; what is missing is empty. */
  readonly names: Readonly<Record<string, string>>
  /** `{{version}}` has the build metadata. */
  readonly build: boolean
}

/** The text a version is to be read from, or why there is none. */
export function versionSource(
  value: readonly Node[],
  context: RuleContext,
): { text: string } | Skipped {
  const { text, empty } = renderTemplate(value, valueOfGlobal(context))
  if (empty.length > 0) return { skipped: `{{${empty[0]}}} is empty on this event` }
  const found = text || context.versionText
  if (found) return { text: found }
  return { skipped: 'there is neither a git tag nor a version', usual: true }
}

/** Finds the version's text, has it read, and applies the pattern. */
export function applyVersion(
  values: Values<typeof VERSION_ATTRIBUTES>,
  context: RuleContext,
  read: (raw: string) => VersionFacts | Skipped,
): Outcome {
  const source = versionSource(values.value, context)
  if ('skipped' in source) return source
  const found = values.match && runRegex(values.match, source.text, context)
  if (found && found[1] === undefined)
    return { skipped: `group 1 of /${values.match?.source}/ is not in ${source.text}` }
  const facts = read((found?.[1] ?? source.text).replaceAll('/', '-'))
  if ('skipped' in facts) return facts
  const outcome = applyPattern(values.pattern, facts, values['keep-pattern'])
  if ('skipped' in outcome || !values.match || found) return outcome
  return {
    ...outcome,
    notices: [`${values.match.source} does not match ${source.text}, used whole`],
  }
}

/**
 * The tag a pattern makes of a version, with its role. A prerelease has `{{version}}` whatever the
 * pattern says, but for `{{raw}}` alone, patterns with `{{channel}}`, and keep-pattern.
 */
function applyPattern(
  pattern: readonly Node[],
  facts: VersionFacts,
  keepPattern: boolean,
): Outcome {
  const { version, names } = facts
  const written = callsOf(pattern)
  const isRawAlone = pattern.length === 1 && written.length === 1 && written[0] === 'raw'
  const isKept = version.stable || keepPattern || isRawAlone || written.includes('channel')
  const kept = isKept ? pattern : [{ call: { name: 'version' } }]
  const used = callsOf(kept)
  const isNamed = used.includes('version') || used.includes('raw')
  const isFull = isNamed || (version.stable && used.includes('patch'))
  if (!isFull && !version.stable && !used.includes('channel'))
    return { skipped: `${version.text} is a prerelease and moves no shorter version` }
  const { text, empty } = renderTemplate(kept, ({ name }) => names[name] ?? '')
  if (empty.length > 0) return { skipped: `{{${empty[0]}}} is empty for ${version.text}` }
  const tag = isFull ? fullTag(text, facts) : floatingTag(used, facts)
  return { candidates: [{ ...tag, value: text, version: version.text }], latest: version.stable }
}

function fullTag(value: string, { version, names, scheme, build }: VersionFacts) {
  const spellings = [names['raw'], names['version'], version.text]
  const spelled = spellings.find((spelling) => spelling && value.includes(spelling))
  if (!spelled) return { role: 'version' } as const
  const at = value.indexOf(spelled)
  const [before, after] = [value.slice(0, at), value.slice(at + spelled.length)]
  const hasBuild = build || spelled.includes('+')
  return { role: 'version', spelling: { scheme, before, after, build: hasBuild } } as const
}

function floatingTag(used: readonly string[], { version, names }: VersionFacts) {
  const length = ['major', 'minor'].findLastIndex((name) => used.includes(name)) + 1
  const line = version.release.slice(0, length)
  if (version.stable) return { role: 'floating', line } as const
  return { role: 'floating', line, prerelease: names['channel'] ?? '' } as const
}

/** Names of all expressions of a pattern, those inside blocks too. */
function callsOf(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => {
    if ('call' in node) return [node.call.name]
    return 'test' in node ? [...callsOf(node.body), ...callsOf(node.otherwise)] : []
  })
}
