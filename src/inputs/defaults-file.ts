// The defaults file `.github/image-release.yml`: what a repository says once for all its workflows.
//
//   images | channels | platforms | flavor | tag-prefix | variant: for every action that has them
//   <action>:            that action's other inputs
//   sections: <name>:    the same again, for one image of a monorepo, chosen by the input `section`
//
// The most specific place wins: section and action, section, action, top level.
import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { ReleaseError } from '../errors.ts'
import { ownValue } from '../oci/json.ts'
import type { Fields } from './field.ts'

/** Where the file is looked for, from the workspace's root. */
export const DEFAULTS_PATH = '.github/image-release.yml'

const SHARED_KEYS = ['images', 'channels', 'platforms', 'flavor', 'tag-prefix', 'variant']
const KEYS_SAID = `Its keys are ${SHARED_KEYS.join(', ')}, sections, and the actions with their other inputs.`

/** A value as the text an input would have, and its line in the file, counted from 1. */
export interface DefaultValue {
  readonly text: string
  readonly line: number
}

export interface DefaultsRequest {
  readonly yaml: string
  readonly path: string
  /** The action that asks. */
  readonly action: string
  readonly section?: string | undefined
  /** The inputs of every action: what else stands in the file is an error. */
  readonly actions: Readonly<Record<string, Fields>>
}

/**
 * The asking action's values. Throws `input` naming every unknown or forbidden key with its line.
 */
export function readDefaults(request: DefaultsRequest): ReadonlyMap<string, DefaultValue> {
  const reader = new DefaultsReader(request)
  const values = reader.read()
  if (reader.mistakes.length === 0) return values
  throw new ReleaseError('input', reader.mistakes.join('\n'), { hint: KEYS_SAID })
}

/** How specific a place is; a higher one wins. */
const RANK = { top: 0, action: 1, section: 2, sectionAction: 3 } as const

/** Where in the file we are. `applies`: it is the asking action's and section's. */
interface Place {
  readonly applies: boolean
  readonly inSection: boolean
}

class DefaultsReader {
  readonly mistakes: string[] = []
  private readonly values = new Map<string, DefaultValue & { readonly rank: number }>()
  private readonly lineCounter = new LineCounter()
  private readonly request: DefaultsRequest

  constructor(request: DefaultsRequest) {
    this.request = request
  }

  read(): ReadonlyMap<string, DefaultValue> {
    const { yaml, section } = this.request
    const document = parseDocument(yaml, { lineCounter: this.lineCounter })
    for (const error of document.errors)
      this.wrong(error.linePos?.[0].line ?? 1, withoutPlace(error.message))
    const root = document.contents
    if (document.errors.length > 0) return this.values
    if (isMap(root)) this.readLevel(root, { applies: true, inSection: false })
    else if (root !== null) this.wrong(1, 'expected a mapping of inputs')
    if (section && !this.hasSection(root, section))
      this.wrong(1, `there is no section ${quote(section)}`)
    return this.values
  }

  private hasSection(root: unknown, section: string): boolean {
    const sections = isMap(root) && root.get('sections')
    return isMap(sections) && sections.items.some((pair) => keyOf(pair) === section)
  }

  private readLevel(level: YAMLMap, place: Place): void {
    for (const pair of level.items) {
      const key = keyOf(pair)
      const fields = ownValue(this.request.actions, key)
      if (SHARED_KEYS.includes(key))
        this.readValue(pair, place.applies, place.inSection ? RANK.section : RANK.top)
      else if (fields) this.readAction(pair, fields, place)
      else if (key === 'sections' && !place.inSection) this.readSections(pair)
      else this.wrong(this.line(pair), this.unknown(key))
    }
  }

  private readAction(pair: Pair, fields: Fields, place: Place): void {
    const action = keyOf(pair)
    const items = isMap(pair.value) ? pair.value.items : undefined
    if (!items) this.wrong(this.line(pair), `${action} is not a mapping of inputs`)
    const applies = place.applies && action === this.request.action
    for (const inner of items ?? []) {
      const field = ownValue(fields, keyOf(inner))
      if (!field) this.wrong(this.line(inner), `${action} has no input ${quote(keyOf(inner))}`)
      else if (field.workflowOnly)
        this.wrong(this.line(inner), `${quote(keyOf(inner))} may stand in a workflow only`)
      else this.readValue(inner, applies, place.inSection ? RANK.sectionAction : RANK.action)
    }
  }

  private readSections(pair: Pair): void {
    const items = isMap(pair.value) ? pair.value.items : undefined
    if (!items) this.wrong(this.line(pair), 'sections is not a mapping of names')
    for (const section of items ?? []) {
      const name = keyOf(section)
      const applies = name === this.request.section
      if (isMap(section.value)) this.readLevel(section.value, { applies, inSection: true })
      else this.wrong(this.line(section), `section ${quote(name)} is not a mapping`)
    }
  }

  private readValue(pair: Pair, applies: boolean, rank: number): void {
    const key = keyOf(pair)
    const text = textOf(pair.value)
    if (text === undefined)
      this.wrong(this.line(pair), `${key} is neither a value, a list nor a mapping of them`)
    else if (applies && rank >= (this.values.get(key)?.rank ?? 0))
      this.values.set(key, { text, line: this.line(pair), rank })
  }

  private unknown(key: string): string {
    const owner = Object.entries(this.request.actions).find(([, fields]) =>
      ownValue(fields, key),
    )?.[0]
    return `unknown key ${quote(key)}${owner ? `; put it under "${owner}:"` : ''}`
  }

  private line(pair: Pair): number {
    const offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
    return this.lineCounter.linePos(offset).line
  }

  private wrong(line: number, message: string): void {
    this.mistakes.push(`${this.request.path}, line ${line}: ${message}`)
  }
}

/** The parser's words without what it says of the place, and the lines it shows. */
function withoutPlace(message: string): string {
  return message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').replace(/\n[\s\S]*$/, '')
}

const quote = (key: string) => JSON.stringify(key)

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : ''
}

/** A scalar as written, a sequence as lines, a mapping as `key=value` lines; nothing deeper. */
function textOf(value: unknown): string | undefined {
  if (isSeq(value)) return asLines(value.items.map(scalarOf))
  if (!isMap(value)) return scalarOf(value)
  return asLines(
    value.items.map((pair) => {
      const text = scalarOf(pair.value)
      return text === undefined ? undefined : `${keyOf(pair)}=${text}`
    }),
  )
}

function scalarOf(value: unknown): string | undefined {
  if (value === null) return ''
  return isScalar(value) ? (value.source ?? String(value.value ?? '')) : undefined
}

function asLines(items: readonly (string | undefined)[]): string | undefined {
  return items.every((item) => item !== undefined) ? items.map(asItem).join('\n') : undefined
}

/** An item that a line of a list could not hold is quoted the way lists are read. */
function asItem(item: string): string {
  return /[\r\n]|^["#\s]|\s$/.test(item) ? `"${item.replaceAll('"', '""')}"` : item
}
