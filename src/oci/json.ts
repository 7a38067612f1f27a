// JSON of strangers. Few bytes can stand for much memory, four million brackets for 170 MiB: so the
// shape is bounded before anything is built from it.

export type JsonObject = Readonly<Record<string, unknown>>

/** Neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under a name that a stranger gave: never what every object inherits. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Of a manifest: its descriptors, their platforms and annotations. */
const MAX_DEPTH = 100
const MAX_CONTAINERS = 200_000
const MAX_VALUES = 1_000_000

/** Throws a SyntaxError also for what is deeper or has more values than any document of ours. */
export function parseJson(bytes: Uint8Array): unknown {
  requireBounded(bytes)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}

function requireBounded(bytes: Uint8Array): void {
  let depth = 0
  let containers = 0
  let values = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === COMMA) values += 1
    else if (byte === BRACE || byte === BRACKET) {
      containers += 1
      depth += 1
    } else if (byte === BRACE_END || byte === BRACKET_END) depth -= 1
    if (depth > MAX_DEPTH || containers > MAX_CONTAINERS || values > MAX_VALUES)
      throw new SyntaxError('it is deeper or has more values than can be sound')
  }
}

/** Of the closing quote; beyond the end where there is none. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at += 1
    else if (bytes[at] === QUOTE) return at
  }
  return bytes.length
}

const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACKET_END = 0x5d
const BRACE = 0x7b
const BRACE_END = 0x7d
