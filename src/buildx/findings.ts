// What buildx's checks found in the Dockerfile, from the two places it can be in the metadata file:
//
//   result.json             of `--call=check`: warnings with their place, or the one error that
//                           stopped parsing (buildkit, frontend/subrequests/lint)
//   buildx.build.warnings   of a build: the text in base64, its end the line (buildkit,
//                           client.VertexWarning)
import { listAt, numberAt, objectAt, textAt } from '../event/payload.ts'
import { decodeBase64 } from '../oci/base64.ts'
import type { JsonObject } from '../oci/json.ts'

export interface CheckFinding {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly endLine: number
  /** Such as `SecretsUsedInArgOrEnv`; `BuildError` for a Dockerfile that cannot be read. */
  readonly rule: string
  readonly message: string
  readonly url?: string
}

/**
 * Each finding once, though every platform of a build reports it. buildx names the Dockerfile
 * without its folder; `dockerfile` is the path that is meant.
 */
export function findingsOf(metadata: unknown, dockerfile: string): readonly CheckFinding[] {
  const found = [
    ...fromCheck(objectAt(metadata, 'result.json')),
    ...listAt(metadata, 'buildx.build.warnings').map(fromBuild),
  ]
  const placed = found.map((finding) =>
    dockerfile.endsWith(`/${finding.file}`) ? { ...finding, file: dockerfile } : finding,
  )
  return [...new Map(placed.map((finding) => [JSON.stringify(finding), finding])).values()]
}

function fromCheck(result: JsonObject | undefined): readonly CheckFinding[] {
  const sources = listAt(result, 'sources')
  const finding = (warning: unknown, rule: string, message: string): CheckFinding => {
    const source = sources[numberAt(warning, 'location', 'sourceIndex') ?? 0]
    const ranges = listAt(warning, 'location', 'ranges')
    return { ...place(source, ranges), rule, message, ...link(warning) }
  }
  const warnings = listAt(result, 'warnings').map((warning) =>
    finding(warning, textAt(warning, 'ruleName') ?? '', textAt(warning, 'detail') ?? ''),
  )
  const error = objectAt(result, 'buildError')
  const message = textAt(error, 'message')
  return message === undefined ? warnings : [...warnings, finding(error, 'BuildError', message)]
}

function fromBuild(warning: unknown): CheckFinding {
  const text = fromBase64(textAt(warning, 'short') ?? '')
  const [, rule = '', message = text] = /^(\w+): (.*) \(line \d+\)$/s.exec(text) ?? []
  const source = objectAt(warning, 'sourceInfo')
  return { ...place(source, listAt(warning, 'range')), rule, message, ...link(warning) }
}

function place(source: unknown, ranges: readonly unknown[]) {
  const line = numberAt(ranges[0], 'start', 'line') ?? 1
  const endLine = numberAt(ranges[0], 'end', 'line') ?? line
  return { file: textAt(source, 'filename') ?? 'Dockerfile', line, endLine }
}

function link(warning: unknown): { url?: string } {
  const url = textAt(warning, 'url')
  return url?.startsWith('https://') ? { url } : {}
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(decodeBase64(text))
  } catch {
    return '' // No base64: the finding keeps its place.
  }
}
