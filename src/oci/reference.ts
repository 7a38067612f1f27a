// References to images, by the grammar of distribution/reference (regexp.go, normalize.go):
//
//   reference  name [ ":" tag ] [ "@" digest ]
//   name       [ domain "/" ] path            domain  host [ ":" port ]
//   path       component { "/" component }    component  alphanumeric { separator alphanumeric }
//   separator  "." | "_" | "__" | "-"+        tag     [A-Za-z0-9_][A-Za-z0-9._-]{0,127}
//
// The first part is a registry when it holds "." or ":", is "localhost" or has an upper-case
// letter; a name without one lives on docker.io, and a single part there under "library/". Stricter
// than the original in two places: `my_host.io/app`, which it takes for a path on no registry at
// all, is refused, and so is a sha384 digest, which no registry uses.
import { ReleaseError } from '../errors.ts'
import { DIGEST_RULE, type Digest, isDigest } from './digest.ts'
import { isTag, TAG_RULE } from './tag.ts'

export interface Repository {
  /**
   * Host and optional port: `ghcr.io`, `localhost:5000`, `[::1]:5000`. Docker Hub is `docker.io`.
   */
  readonly registry: string
  /** Below the registry, never empty: `acme/app`, `library/nginx`. */
  readonly path: string
}

export interface Reference extends Repository {
  readonly tag?: string
  readonly digest?: Digest
}

const MAX_REFERENCE_CHARACTERS = 4096
const MAX_PATH_CHARACTERS = 255
const DOCKER_HUB = 'docker.io'
const LEGACY_DOCKER_HUB = 'index.docker.io'
const OFFICIAL = 'library/'

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const REGISTRY = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const IDENTIFIER = /^[a-f0-9]{64}$/

/**
 * Normalised: Docker Hub and `library/` are spelled out, and no tag is added where none is written.
 * Throws `invalid-reference`, naming the part that breaks the grammar.
 */
export function parseReference(text: string): Reference {
  if (text === '') throw invalid(text, 'it is empty')
  if (text.length > MAX_REFERENCE_CHARACTERS)
    throw invalid(text, `it is longer than ${MAX_REFERENCE_CHARACTERS} characters`)
  if (IDENTIFIER.test(text))
    throw invalid(text, 'it is 64 hexadecimal digits, which is an image id and no name')
  if (/^\[[^/]*$/.test(text)) throw invalid(text, 'it has a registry and no name')
  const [named, digest] = cut(text, text.indexOf('@'))
  const colon = named.lastIndexOf(':')
  const [name, tag] = cut(named, colon > named.lastIndexOf('/') ? colon : -1)
  if (digest !== undefined && !isDigest(digest))
    throw invalid(text, `${quote(digest)} is not a sha256 or sha512 digest`, DIGEST_RULE)
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `${quote(tag)} is not a tag`, TAG_RULE)
  const repository = parseName(text, name)
  return { ...repository, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }
}

/** A name alone, normalised. Throws `invalid-reference`, also when a tag or digest follows it. */
export function parseRepository(text: string): Repository {
  const { registry, path, tag, digest } = parseReference(text)
  if (digest) throw invalid(text, 'a digest does not belong here, only the name', NAME_ONLY)
  if (tag)
    throw invalid(text, `the tag ${quote(tag)} does not belong here, only the name`, NAME_ONLY)
  return { registry, path }
}

/** `registry/path` in full, the name other tools and we ourselves compare by. */
export function formatRepository({ registry, path }: Repository): string {
  return `${registry}/${path}`
}

/** `registry/path[:tag][@digest]`. */
export function formatReference(reference: Reference): string {
  const { tag, digest } = reference
  return formatRepository(reference) + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : '')
}

/**
 * The short form people write, `nginx:1.27` for Docker Hub's; parses back to the same reference.
 */
export function familiar(reference: Reference): string {
  const full = formatReference(reference)
  if (reference.registry !== DOCKER_HUB) return full
  const below = full.slice(DOCKER_HUB.length + 1)
  const official = reference.path.startsWith(OFFICIAL) && !reference.path.slice(8).includes('/')
  const short = official ? below.slice(OFFICIAL.length) : below
  const [registry, path] = splitRegistry(nameOf(short))
  const isSame = registry === DOCKER_HUB && path === reference.path && !IDENTIFIER.test(short)
  return isSame ? short : full
}

const NAME_ONLY = 'Write the image name alone, such as ghcr.io/acme/app.'

function parseName(text: string, name: string): Repository {
  if (name === '') throw invalid(text, 'it has no name')
  const [registry, path] = splitRegistry(name)
  if (!REGISTRY.test(registry)) throw invalid(text, `${quote(registry)} is not a registry's host`)
  if (path.length > MAX_PATH_CHARACTERS)
    throw invalid(text, `its path is longer than ${MAX_PATH_CHARACTERS} characters`)
  const wrong = path.split('/').find((component) => !COMPONENT.test(component))
  if (wrong === undefined) return { registry, path }
  if (wrong === '') throw invalid(text, 'a part of its path is empty')
  if (wrong !== wrong.toLowerCase()) throw invalid(text, `${quote(wrong)} has upper-case letters`)
  throw invalid(
    text,
    `${quote(wrong)} is not a part of a path`,
    'Parts are lower-case letters and digits, with ".", "_", "__" or "-" between them.',
  )
}

function splitRegistry(name: string): readonly [string, string] {
  const [first, rest] = cut(name, name.indexOf('/'))
  if (rest === undefined) return [DOCKER_HUB, OFFICIAL + name]
  const isRegistry = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
  const registry = !isRegistry || first === LEGACY_DOCKER_HUB ? DOCKER_HUB : first
  const path = isRegistry ? rest : name
  return [registry, registry === DOCKER_HUB && !path.includes('/') ? OFFICIAL + path : path]
}

function nameOf(text: string): string {
  return text.replace(/@.*$/, '').replace(/:[^/]*$/, '')
}

function cut(text: string, at: number): readonly [string, string?] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

function invalid(text: string, why: string, hint?: string): ReleaseError {
  const message = `${quote(text)} is not an image reference: ${why}`
  return new ReleaseError('invalid-reference', message, hint ? { hint } : {})
}
