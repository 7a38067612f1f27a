// The image config (image-spec config.md): which platform an image is for, and its labels.
import { ReleaseError } from '../errors.ts'
import { isJsonObject, parseJson } from './json.ts'
import { normalisePlatform, type Platform } from './platform.ts'

export interface ImageConfig {
  readonly platform?: Platform
  readonly labels: Readonly<Record<string, string>>
  /** As written, RFC 3339. */
  readonly created?: string
}

/**
 * Throws `invalid-manifest` when the bytes are no JSON object; fields of a wrong type are left out.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const body = readJson(bytes)
  if (!isJsonObject(body))
    throw new ReleaseError('invalid-manifest', 'An image config is no JSON object')
  const { os, architecture, variant, created, config } = body
  const given = isJsonObject(config) ? config['Labels'] : undefined
  const labels = Object.entries(isJsonObject(given) ? given : {})
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

function isTextEntry(entry: readonly [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string'
}
