// The record: what we wrote about an image, for machines to read back out of release notes and
// comments. One line,
//
//   <!-- image-release-record {"schema":1,"image":…} -->
//
// Anyone who may edit the text may forge it, so a record read back is a claim.
import {
  isDigestText,
  isRepositoryName,
  isRun,
  isTagText,
  isVariantText,
  isVersion,
  matching,
} from '../oci/claim.ts'
import type { Digest } from '../oci/digest.ts'
import { isJsonObject } from '../oci/json.ts'
import { escapeComment } from './escape.ts'

export interface ImageRecord {
  readonly schema: 1
  /** The full name without tag or digest: `ghcr.io/acme/app`. */
  readonly image: string
  readonly variant?: string
  /** Without prefix, `v` or variant. */
  readonly version?: string
  /** Of the index, or of the manifest of an image without one. */
  readonly digest: Digest
  /** Names, variant included, most specific first. */
  readonly tags: readonly string[]
  /** Platform (`linux/arm64`) to the digest of its manifest. */
  readonly platforms: Readonly<Record<string, Digest>>
  /** The commit it was built from, in full. */
  readonly revision: string
  /** RFC 3339. */
  readonly builtAt: string
  /** The workflow run's web address; empty on the command line. */
  readonly run: string
}

/** How its line begins. */
export const RECORD_OPENING = '<!-- image-release-record '

/** Under which our text about an image stands: its name, and its variant after a space. */
export function blockKey({ image, variant }: Pick<ImageRecord, 'image' | 'variant'>): string {
  return variant ? `${image} ${variant}` : image
}

export function renderRecord(record: ImageRecord): string {
  return `${RECORD_OPENING}${escapeComment(record)} -->`
}

const LINE = new RegExp(`${RECORD_OPENING}(\\{[^<>]*\\}) -->`, 'g')

/** The one record in the text; undefined when there is none, more than one, or it is malformed. */
export function parseRecord(text: string): ImageRecord | undefined {
  const [json, ...more] = [...text.matchAll(LINE)].map((match) => match[1])
  return json === undefined || more.length > 0 ? undefined : readRecord(parseJson(json))
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const PLATFORM = /^[a-z0-9_.-]+(?:\/[a-z0-9_.-]+){1,2}$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

const isRevision = matching(/^(?:[a-f0-9]{40}|[a-f0-9]{64})$/)

function readRecord(value: unknown): ImageRecord | undefined {
  if (!isJsonObject(value) || value['schema'] !== 1) return undefined
  const { image, variant, version, digest, tags, platforms, revision, builtAt, run } = value
  if (!isRepositoryName(image) || !isDigestText(digest) || !isTags(tags) || !isPlatforms(platforms))
    return
  if (!isRevision(revision) || !isTime(builtAt) || !isRun(run)) return undefined
  if (variant !== undefined && !isVariantText(variant)) return undefined
  if (version !== undefined && !isVersion(version)) return undefined
  return {
    schema: 1,
    image,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { version }),
    digest,
    tags,
    platforms,
    revision,
    builtAt,
    run,
  }
}

function isTags(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isTagText)
}

function isPlatforms(value: unknown): value is Record<string, Digest> {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([name, digest]) => PLATFORM.test(name) && isDigestText(digest))
  )
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value))
}
