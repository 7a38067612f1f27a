// Reads the input `tags` into rules ready to apply. Grammar of a line, after lines.ts has split it:
//
//   line  field { "," field }     field  key "=" value | value
//
// A bare value is the attribute `value`, or, where the rule has none, goes on with the field before
// it (`only=version,git`). Without `type` the rule is `raw`. Of an attribute given twice the last
// counts. Rules come sorted by priority, equal ones as written.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { type Attributes, FLAGS, number, parseWord, readAttributes, template } from './attribute.ts'
import { GLOBALS } from './expressions.ts'
import { type InputLine, readLines } from './lines.ts'
import type { Outcome, Rule, RuleContext } from './rule.ts'
import { TAG_RULES } from './rules/index.ts'
import { type Node, parseTemplate, remarkOn } from './template.ts'

export interface ParsedRule {
  /** For the log: the line as written, with its number. */
  readonly label: string
  readonly priority: number
  readonly enable: readonly Node[]
  /** undefined: the flavor's. */
  readonly prefix: readonly Node[] | undefined
  readonly suffix: readonly Node[] | undefined
  /** What to say of the line where it counts; empty: nothing. */
  readonly remark: string
  readonly apply: (context: RuleContext) => Outcome
}

const DEFAULTS = {
  standard: 'type=standard',
  metadata: 'type=schedule\ntype=ref,event=branch\ntype=ref,event=tag\ntype=ref,event=pr',
} as const

/** What every rule has beside its own attributes; `prefix` and `suffix` replace the flavor's. */
const COMMON_ATTRIBUTES = {
  enable: {
    summary: 'whether the rule counts, true or false',
    default: 'true',
    parse: readEnable,
  },
  prefix: template({ summary: 'before the tag', default: '' }),
  suffix: template({ summary: 'after the tag', default: '' }),
} satisfies Attributes

/** Mistakes go to the list, one line each, and their lines are left out. */
export function parseRules(
  input: string,
  defaults: keyof typeof DEFAULTS,
  mistakes: string[],
): readonly ParsedRule[] {
  const written = readLines(input)
  const lines = written.length > 0 ? written : readLines(DEFAULTS[defaults])
  const rules = lines.flatMap((line) => {
    const label = written.length > 0 ? `line ${line.number}: ${line.text}` : line.text
    try {
      return [parseRule(line, label)]
    } catch (error) {
      if (!isReleaseError(error, 'input')) throw error
      mistakes.push(...error.message.split('\n').map((mistake) => `tags, ${label}: ${mistake}`))
      return []
    }
  })
  return rules.sort((a, b) => b.priority - a.priority)
}

/** Throws ReleaseError `input` with every mistake of the line, one line each. */
function parseRule({ fields, joined }: InputLine, label: string): ParsedRule {
  const rule = ruleOf(typeOf(fields))
  const mistakes: string[] = []
  const written = readFields(fields, rule, mistakes)
  const priority = number({
    summary: 'rules with a higher one come first',
    default: String(rule.priority),
  })
  const common = noting(mistakes, () => readAttributes({ ...COMMON_ATTRIBUTES, priority }, written))
  const apply = noting(mistakes, () => rule.read(written))
  if (!common || !apply) throw new ReleaseError('input', mistakes.join('\n'))
  return {
    label,
    priority: common.priority,
    enable: common.enable,
    prefix: written.has('prefix') ? common.prefix : undefined,
    suffix: written.has('suffix') ? common.suffix : undefined,
    remark: remarkOn(joined),
    apply,
  }
}

/** undefined: it, or something before it, was a mistake. */
function noting<T>(mistakes: string[], read: () => T): T | undefined {
  try {
    const value = read()
    return mistakes.length > 0 ? undefined : value
  } catch (error) {
    if (!isReleaseError(error, 'input')) throw error
    mistakes.push(error.message)
    return undefined
  }
}

/** A text without expressions is judged at once, with the line's other mistakes. */
function readEnable(written: string): readonly Node[] {
  const nodes = parseTemplate(written, GLOBALS)
  return nodes.every((node) => 'text' in node) ? [{ text: parseWord(written, FLAGS) }] : nodes
}

function typeOf(fields: readonly string[]): string {
  const types = fields.map(splitField).filter(([name]) => name === 'type')
  return types.at(-1)?.[1] ?? 'raw'
}

/**
 * The attributes as written; unknown ones go to the list. Throws ReleaseError `input` for torn
 * fields, since what they were meant to be nobody knows.
 */
function readFields(
  fields: readonly string[],
  rule: Rule,
  mistakes: string[],
): ReadonlyMap<string, string> {
  const torn = fields.filter((field) => flawOf(field) !== '')
  if (torn.length > 0)
    throw new ReleaseError('input', torn.map((field) => `${field} ${flawOf(field)}`).join('\n'))
  const known = [...Object.keys(rule.attributes), ...Object.keys(COMMON_ATTRIBUTES), 'priority']
  const written = new Map<string, string>()
  let last: string | undefined
  for (const [name, value] of fields.map(splitField)) {
    if (name === 'type') continue
    if (name !== undefined && known.includes(name)) {
      written.set(name, value)
      last = name
    } else if (name === undefined && known.includes('value')) written.set('value', value)
    else if (name === undefined && last !== undefined)
      written.set(last, `${written.get(last)},${value}`)
    else
      mistakes.push(`type=${rule.type} has no attribute ${name ?? value}, only ${known.join(', ')}`)
  }
  return written
}

/** An `=` inside an expression separates nothing. */
function splitField(field: string): readonly [name: string | undefined, value: string] {
  const [, name, value] = /^([^={]+)=(.*)$/s.exec(field) ?? []
  if (name === undefined || value === undefined) return [undefined, field]
  return [name.trim().toLowerCase(), value.trim()]
}

/** What a comma without quotes, or half a pair of them, does to a field; empty: it is whole. */
function flawOf(field: string): string {
  const count = (mark: string) => field.split(mark).length
  if (field.startsWith('"'))
    return 'begins with a quote that does not end before a comma or the line'
  if (field.includes('\\{{') || count('{{') === count('}}')) return ''
  return 'is half an expression; to keep its comma, quote the whole attribute: "name=value"'
}

function ruleOf(type: string): Rule {
  const rule = TAG_RULES.find((known) => known.type === type)
  if (rule) return rule
  const types = TAG_RULES.map((known) => known.type).join(', ')
  throw new ReleaseError(
    'input',
    `${JSON.stringify(type)} is no type of rule; the types are ${types}`,
  )
}
