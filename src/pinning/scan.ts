// What images a file mentions. Pure: a path and a text in, mentions out; never throws for a text,
// however hostile, but says why it was not read.
import { isReleaseError, messageOf, ReleaseError, systemCode } from '../errors.ts'
import { isCompose, readCompose } from './compose.ts'
import { isDockerfile, readDockerfile } from './dockerfile.ts'
import { DocumentReader } from './document-reader.ts'
import { withExcuse } from './excuse.ts'
import { isResource, readImages, readResource } from './kubernetes.ts'
import { isKustomization, readFluxKustomization, readKustomization } from './kustomize.ts'
import { LineIndex } from './line-index.ts'
import { type Mention, obstructed, refuseTooMany } from './mention.ts'
import { readTemplateLines } from './template-lines.ts'
import { isActionFile, isWorkflow, readActionFile, readWorkflow } from './workflow.ts'
import { readYaml, type YamlDocument, type YamlNode } from './yaml-tree.ts'

export interface Scan {
  readonly path: string
  readonly text: string
  /** In the order of the text. */
  readonly mentions: readonly Mention[]
  /** Empty for a Dockerfile; those without a mention have no root. */
  readonly documents: readonly YamlDocument[]
  /** Why the file was not read. */
  readonly problem?: string
}

/** Larger files are told, not read. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

const MAX_LINE_CHARACTERS = 256 * 1024
const MAX_LINES = 200_000

/** What a document must hold to be parsed at all. */
const WANTED = /image|pullPolicy/i
const WANTED_IN_WORKFLOW = /image|container|docker:/i
const WANTED_IN_DOCKERFILE = /from|syntax/i

/** Schemas are large, and their `image` is a type. */
const SCHEMA = /^kind:[ ]*["']?CustomResourceDefinition["']?[ ]*\r?$/m

function isYaml(path: string): boolean {
  return /\.ya?ml$|(?:^|\/)Kustomization$/.test(path)
}

export function scanText(path: string, text: string): Scan {
  const nothing = { path, text, mentions: [], documents: [] }
  const wanted = wantedIn(path)
  if (!wanted?.test(text)) return nothing
  try {
    if (isDockerfile(path)) return { ...nothing, mentions: withExcuses(text, readDockerfile(text)) }
    refuseLines(text)
    const isWanted = (source: string) => wanted.test(source) && !SCHEMA.test(source)
    const { mentions, documents } = scanYaml(path, readYaml(text, isWanted))
    return { path, text, mentions: withExcuses(text, mentions), documents }
  } catch (error) {
    if (isReleaseError(error, 'too-large')) return { ...nothing, problem: messageOf(error) }
    throw error
  }
}

/** What a file must hold to be read; undefined: no kind of file that is read. */
function wantedIn(path: string): RegExp | undefined {
  if (isDockerfile(path)) return WANTED_IN_DOCKERFILE
  if (!isYaml(path)) return undefined
  const isGitHub = isWorkflow(path) || /(?:^|\/)action\.ya?ml$/.test(path)
  return isGitHub ? WANTED_IN_WORKFLOW : WANTED
}

function scanYaml(path: string, all: Iterable<YamlDocument>): Pick<Scan, 'mentions' | 'documents'> {
  const documents: YamlDocument[] = []
  const mentions: Mention[] = []
  for (const document of all) {
    const found = mentionsOf(path, document)
    refuseTooMany(mentions.length + found.length)
    mentions.push(...found)
    // Trees are large: only those in which something may change are kept.
    documents.push(found.length > 0 ? document : { text: document.text, start: document.start })
  }
  return { mentions, documents }
}

/**
 * Scans the bytes of a file; what is no UTF-8, or too large, is a problem if it may hold images.
 */
export function scanBytes(path: string, bytes: Uint8Array): Scan {
  const unread = { path, text: '', mentions: [], documents: [] }
  const isLarge = bytes.length > MAX_FILE_BYTES
  const text = isLarge ? undefined : decode(bytes)
  if (text !== undefined) return scanText(path, text)
  // Whatever the encoding, these words are in it, in UTF-16 with zeros between.
  const letters = new TextDecoder('latin1').decode(bytes).replaceAll('\0', '')
  if (!wantedIn(path)?.test(letters)) return unread
  const problem = isLarge ? `it is larger than ${MAX_FILE_BYTES >> 20} MiB` : 'it is not UTF-8'
  return { ...unread, problem }
}

/** The byte order mark stays, so that the text has all of the file. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (systemCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined
    throw error
  }
}

/** Throws `too-large` for one line without end, or too many. */
function refuseLines(text: string): void {
  let count = 0
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    count += 1
    if (end - start > MAX_LINE_CHARACTERS)
      throw new ReleaseError('too-large', `it has a line of over ${MAX_LINE_CHARACTERS} characters`)
    if (count > MAX_LINES)
      throw new ReleaseError('too-large', `it has more than ${MAX_LINES} lines`)
  }
}

function withExcuses(text: string, mentions: readonly Mention[]): readonly Mention[] {
  if (!text.includes('image-release:')) return mentions
  const lines = new LineIndex(text)
  return mentions.map((mention) => withExcuse(mention, lines))
}

function mentionsOf(path: string, document: YamlDocument): readonly Mention[] {
  const { root, broken, text, start } = document
  if (broken !== undefined) {
    const lines = readTemplateLines(text, start)
    if (/\{\{|\{%|<%/.test(text)) return lines
    const place = obstructed('', { start: broken, end: broken }, 'broken')
    return [...lines, place].sort((a, b) => a.start - b.start)
  }
  if (!root) return []
  const reader = new DocumentReader(document)
  readAny(path, root, reader)
  return reader.result()
}

function readAny(path: string, root: YamlNode, reader: DocumentReader): void {
  if (isWorkflow(path)) readWorkflow(reader, root)
  else if (isActionFile(path, root)) readActionFile(reader, root)
  else if (isKustomization(path, root)) readKustomization(reader, root)
  else if (isResource(root)) {
    readFluxKustomization(reader, root)
    readResource(reader, root)
  } else if (isCompose(path, root)) readCompose(reader, root)
  else {
    const values = /values[^/]*\.ya?ml$/i.test(path)
    readImages(reader, root, { values, guess: !values })
  }
}
