// The image config (image-spec config.md): which platform an image is for, and its labels.
import { ReleaseError } from '../errors.ts'
import { parseJson } from './json.ts'
import { normalisePlatform, type Platform } from './platform.ts'

export interface ImageConfig {
  readonly platform?: Platform
  readonly labels: Readonly<Record<string, string>>
  /** As written, RFC 3339. */
  readonly created?: string
}

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Throws `invalid-manifest` when the bytes are no JSON object; fields of a wrong type are left out.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const body = objectOf(readJson(bytes))
  if (!body) throw new ReleaseError('invalid-manifest', 'An image config is no JSON object')
  const { os, architecture, variant, created } = body
  const labels = Object.entries(objectOf(objectOf(body['config'])?.['Labels']) ?? {})
  const hasPlatform = typeof os === 'string' && typeof architecture === 'string'
  const part = typeof variant === 'string' ? { variant } : {}
  return {
    labels: Object.fromEntries(labels.filter(isTextEntry)),
    ...(hasPlatform ? { platform: normalisePlatform({ os, architecture, ...part }) } : {}),
    ...(typeof created === 'string' ? { created } : {}),
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes)
  } catch (cause) {
    throw new ReleaseError('invalid-manifest', 'An image config is not JSON', { cause })
  }
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined
}

function isTextEntry(entry: readonly [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string'
}
