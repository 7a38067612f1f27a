// The record: what we wrote about an image, for machines to read back out of release notes and
// comments. One line,
//
//   <!-- image-release-record {"schema":1,"image":…} -->
//
// Anyone who may edit the text may forge it, so a record read back is a claim.
import { type Digest, isDigest } from '../oci/digest.ts'
import { formatRepository, parseRepository } from '../oci/reference.ts'
import { isTag } from '../oci/tag.ts'
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

/** Under which our text about an image stands: its name, and its variant after a space. */
export function blockKey({ image, variant }: Pick<ImageRecord, 'image' | 'variant'>): string {
  return variant ? `${image} ${variant}` : image
}

export function renderRecord(record: ImageRecord): string {
  return `<!-- image-release-record ${escapeComment(record)} -->`
}

const LINE = /<!-- image-release-record (\{[^<>]*\}) -->/g

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

const VARIANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+!_~-]{0,127}$/
const PLATFORM = /^[a-z0-9_.-]+(?:\/[a-z0-9_.-]+){1,2}$/
const REVISION = /^(?:[a-f0-9]{40}|[a-f0-9]{64})$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const WEB_ADDRESS = /^https?:\/\/[!-~]{1,2000}$/

type Check<T> = (value: unknown) => value is T

const matching =
  (grammar: RegExp): Check<string> =>
  (value): value is string =>
    typeof value === 'string' && grammar.test(value)

const isVariant = matching(VARIANT)
const isVersion = matching(VERSION)
const isRevision = matching(REVISION)

function readRecord(value: unknown): ImageRecord | undefined {
  if (!isObject(value) || value['schema'] !== 1) return undefined
  const { image, variant, version, digest, tags, platforms, revision, builtAt, run } = value
  if (!isImage(image) || !isDigestText(digest) || !isTags(tags) || !isPlatforms(platforms)) return
  if (!isRevision(revision) || !isTime(builtAt) || !isRun(run)) return undefined
  if (variant !== undefined && !isVariant(variant)) return undefined
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isImage(value: unknown): value is string {
  if (typeof value !== 'string') return false
  try {
    return formatRepository(parseRepository(value)) === value
  } catch {
    return false
  }
}

function isDigestText(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value)
}

function isTags(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string' && isTag(tag))
}

function isPlatforms(value: unknown): value is Record<string, Digest> {
  return (
    isObject(value) &&
    Object.entries(value).every(([name, digest]) => PLATFORM.test(name) && isDigestText(digest))
  )
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value))
}

function isRun(value: unknown): value is string {
  if (typeof value !== 'string') return false
  return value === '' || (WEB_ADDRESS.test(value) && URL.canParse(value))
}
