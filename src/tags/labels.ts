// What an image says about itself: the OCI annotation keys (image-spec, annotations.md), used as
// labels of the image and annotations of its index.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { WorkflowEvent } from '../event/event.ts'
import { present } from '../event/payload.ts'
import { ANNOTATION_PREFIX } from '../oci/annotations.ts'
import { type ExpressionFacts, GLOBALS, valueOfGlobal } from './expressions.ts'
import { type InputLine, readLines } from './lines.ts'
import { parseTemplate, renderTemplate } from './template.ts'

export interface LabelRequest {
  readonly event: WorkflowEvent
  readonly version: string
  /** Milliseconds since the epoch; unknown: no `created`. */
  readonly createdAt: number | undefined
  /** Input `labels` or `annotations`. */
  readonly lines: string
  /** Given: expressions in lines are evaluated, where else they are text. */
  readonly expressions?: ExpressionFacts
  /** The input's name, for mistakes. Default `labels`. */
  readonly input?: string
}

/**
 * Defaults from the event, then the lines in order: `key=value` sets, `-key` takes away; a line
 * that is neither is nothing, as in docker/metadata-action. Sorted by key. Line breaks in values
 * become spaces, since many readers of labels read lines. Throws ReleaseError `input` with one line
 * per broken expression.
 */
export function resolveLabels(request: LabelRequest): ReadonlyMap<string, string> {
  return amended(defaults(request), evaluatedLines(request))
}

/** The same for labels that are there already: `key=value` sets, `-key` takes away. */
export function amendLabels(
  labels: ReadonlyMap<string, string>,
  lines: string,
): ReadonlyMap<string, string> {
  return amended(
    labels,
    readLines(lines).map(({ joined }) => joined),
  )
}

function amended(
  given: ReadonlyMap<string, string>,
  lines: readonly string[],
): ReadonlyMap<string, string> {
  const labels = new Map(given)
  for (const line of lines) {
    const at = line.indexOf('=')
    if (at > 0) labels.set(line.slice(0, at).trim(), line.slice(at + 1))
    else if (line.startsWith('-')) labels.delete(line.slice(1).trim())
  }
  const sorted = [...labels].sort(([a], [b]) => compareKeys(a, b))
  return new Map(sorted.map(([key, value]) => [key, oneLine(value)]))
}

function defaults({ event, version, createdAt }: LabelRequest): Map<string, string> {
  const { name, url, description, license } = event.repository
  const values = present({
    ...(name === '' ? {} : { title: name, url, source: url }),
    description,
    version,
    created: createdAt === undefined ? undefined : new Date(createdAt).toISOString(),
    revision: event.revision,
    licenses: license,
  })
  return new Map(Object.entries(values).map(([key, value]) => [ANNOTATION_PREFIX + key, value]))
}

function evaluatedLines({ lines, expressions, input = 'labels' }: LabelRequest): string[] {
  const mistakes: string[] = []
  const evaluated = readLines(lines).map((line) => {
    if (!expressions) return line.joined
    try {
      return evaluateLine(line, expressions)
    } catch (error) {
      if (!isReleaseError(error, 'input')) throw error
      mistakes.push(`${input}, line ${line.number}: ${error.message}`)
      return ''
    }
  })
  if (mistakes.length > 0) throw new ReleaseError('input', mistakes.join('\n'))
  return evaluated
}

function evaluateLine({ joined }: InputLine, facts: ExpressionFacts): string {
  return renderTemplate(parseTemplate(joined, GLOBALS), valueOfGlobal(facts)).text
}

const USUAL_KEY = /^[a-z0-9.]+$/

/**
 * As localeCompare does, which takes 5 ms to start: keys of these characters have one order only.
 */
function compareKeys(a: string, b: string): number {
  if (!USUAL_KEY.test(a) || !USUAL_KEY.test(b)) return a.localeCompare(b)
  return a === b ? 0 : a < b ? -1 : 1
}

function oneLine(value: string): string {
  const lines = value.split(/[\r\n\u2028\u2029]+/).map((line) => line.trim())
  return lines.filter((line) => line !== '').join(' ')
}
