// What images a file mentions. Pure: a path and a text in, mentions out; never throws for a text,
// however hostile, but says why it was not read.
import { isReleaseError, messageOf, systemCode } from '../errors.ts'
import { isCompose, readCompose } from './compose.ts'
import { isDockerfile, readDockerfile } from './dockerfile.ts'
import { DocumentReader } from './document-reader.ts'
import { withExcuse } from './excuse.ts'
import { isResource, readImages, readResource } from './kubernetes.ts'
import { isKustomization, readFluxKustomization, readKustomization } from './kustomize.ts'
import { LineIndex } from './line-index.ts'
import type { Mention } from './mention.ts'
import { readTemplateLines } from './template-lines.ts'
import { isActionFile, isWorkflow, readActionFile, readWorkflow } from './workflow.ts'
import { readYaml, type YamlDocument, type YamlNode } from './yaml-tree.ts'

export interface Scan {
  readonly path: string
  readonly text: string
  /** In the order of the text. */
  readonly mentions: readonly Mention[]
  /** Empty for a Dockerfile. */
  readonly documents: readonly YamlDocument[]
  /** Why the file was not read. */
  readonly problem?: string
}

/** Larger files are told, not read. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

const MAX_LINE_CHARACTERS = 256 * 1024

/** What a document must hold to be parsed at all. */
const WANTED = /image|pullPolicy/i
const WANTED_IN_WORKFLOW = /image|container|docker:/i
const WANTED_IN_DOCKERFILE = /from|syntax/i

function isYaml(path: string): boolean {
  return /\.ya?ml$|(?:^|\/)Kustomization$/.test(path)
}

export function scanText(path: string, text: string): Scan {
  const nothing = { path, text, mentions: [], documents: [] }
  try {
    if (isDockerfile(path))
      return WANTED_IN_DOCKERFILE.test(text)
        ? { ...nothing, mentions: withExcuses(text, readDockerfile(text)) }
        : nothing
    const isGitHub = isWorkflow(path) || /(?:^|\/)action\.ya?ml$/.test(path)
    const wanted = isGitHub ? WANTED_IN_WORKFLOW : WANTED
    if (!isYaml(path) || !wanted.test(text)) return nothing
    if (hasEndlessLine(text))
      return { ...nothing, problem: `it has a line of over ${MAX_LINE_CHARACTERS} characters` }
    const documents = readYaml(text, wanted)
    const mentions = documents.flatMap((document) => mentionsOf(path, document))
    return { path, text, mentions: withExcuses(text, mentions), documents }
  } catch (error) {
    if (isReleaseError(error, 'too-large')) return { ...nothing, problem: messageOf(error) }
    throw error
  }
}

/** Scans the bytes of a file; what is no UTF-8, or too large, is a problem. */
export function scanBytes(path: string, bytes: Uint8Array): Scan {
  const unread = { path, text: '', mentions: [], documents: [] }
  if (bytes.length > MAX_FILE_BYTES)
    return { ...unread, problem: `it is larger than ${MAX_FILE_BYTES >> 20} MiB` }
  const text = decode(bytes)
  return text === undefined ? { ...unread, problem: 'it is not UTF-8' } : scanText(path, text)
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

function hasEndlessLine(text: string): boolean {
  if (text.length <= MAX_LINE_CHARACTERS) return false
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    if ((end < 0 ? text.length : end) - start > MAX_LINE_CHARACTERS) return true
    if (end < 0) return false
    start = end + 1
  }
  return false
}

function withExcuses(text: string, mentions: readonly Mention[]): readonly Mention[] {
  if (!text.includes('image-release:')) return mentions
  const lines = new LineIndex(text)
  return mentions.map((mention) => withExcuse(mention, lines))
}

function mentionsOf(path: string, document: YamlDocument): readonly Mention[] {
  const { root, broken, text, start } = document
  if (broken !== undefined) return readTemplateLines(text, start)
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
  else readImages(reader, root, { guess: !/values[^/]*\.ya?ml$/i.test(path) })
}
