// What a deployment of ours says, as its payload:
//
//   { schema: 1, image, variant?, channel, digest, version?, from?, previous?, operation, forced,
//     reason?, run }
//
// Whoever may write deployments may forge one, so a payload read back is a claim.
import {
  isDigestText,
  isRepositoryName,
  isRun,
  isTagText,
  isVariantText,
  isVersion,
} from '../oci/claim.ts'
import type { Digest } from '../oci/digest.ts'
import { isJsonObject } from '../oci/json.ts'

/** The `task` of our deployments; others in the same environment are not ours. */
export const TASK = 'image-release'

const OPERATIONS = ['promote', 'rollback', 'release', 'merge'] as const

export type LedgerOperation = (typeof OPERATIONS)[number]

/** That an image came into a channel. */
export interface LedgerRecord {
  readonly schema: 1
  /** The full name without tag or digest: `ghcr.io/acme/app`. */
  readonly image: string
  readonly variant?: string
  /** The channel's tag, without the variant. */
  readonly channel: string
  readonly digest: Digest
  readonly version?: string
  /** What the digest was named by: an input's words. */
  readonly from?: string
  /** What the channel had before, as far as this run saw. */
  readonly previous?: Digest
  readonly operation: LedgerOperation
  /** A closed gate was passed with `force`. */
  readonly forced: boolean
  readonly reason?: string
  /** The workflow run's web address; empty on the command line. */
  readonly run: string
}

const MAX_TEXT_CHARACTERS = 1000

/** The payload as GitHub gives it, an object or its JSON; undefined when it is none of ours. */
export function parseLedgerRecord(payload: unknown): LedgerRecord | undefined {
  const value = typeof payload === 'string' ? parseJson(payload) : payload
  if (!isJsonObject(value) || value['schema'] !== 1) return undefined
  const { image, variant, channel, digest, version, from, previous, reason, run } = value
  const operation = OPERATIONS.find((word) => word === value['operation'])
  if (!isRepositoryName(image) || !isTagText(channel) || !isDigestText(digest)) return undefined
  if (!operation || !isRun(run)) return undefined
  if (variant !== undefined && !isVariantText(variant)) return undefined
  return {
    schema: 1,
    image,
    channel,
    digest,
    operation,
    forced: value['forced'] === true,
    run,
    ...(variant === undefined ? {} : { variant }),
    ...(isVersion(version) ? { version } : {}),
    ...(isDigestText(previous) ? { previous } : {}),
    ...(typeof from === 'string' ? { from: from.slice(0, MAX_TEXT_CHARACTERS) } : {}),
    ...(typeof reason === 'string' ? { reason: reason.slice(0, MAX_TEXT_CHARACTERS) } : {}),
  }
}

/** GraphQL gives a payload as JSON, and one that was sent as text as JSON of that text. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
