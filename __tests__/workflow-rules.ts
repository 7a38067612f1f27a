// The rules every workflow of ours keeps, and those we show to others: GitHub's own validator
// (offline), and what it does not look at. Each rule gives complaints; none: the workflow is sound.
import { readFileSync } from 'node:fs'
import { registerLogger, type ValidationConfig, validate } from '@actions/languageservice'
import { parse } from 'yaml'
import { OPERATIONS } from '../src/operations/index.ts'

export interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

export interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly permissions?: unknown
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly 'timeout-minutes'?: number
}

interface ActionMetadata {
  readonly name: string
  readonly description: string
  readonly inputs: Record<string, { description: string }>
  readonly outputs: Record<string, { description: string }>
}

export interface Workflow {
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

/** How workflows elsewhere name this action; here they say `./`. */
const OURS = 'image-release/image-release@v1'
const OURS_OR_BELOW = /uses: image-release\/image-release(?:\/[\w-]+)?@v1$/

/** What actions of others need of the token, as far as examples use them. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['contents: read'],
  'actions/attest': ['id-token: write', 'attestations: write', 'packages: write'],
  'docker/login-action': ['packages: read'],
}

const ROOT = new URL('..', import.meta.url).pathname

export function parseWorkflow(text: string): Workflow {
  return parse(text)
}

function readAction(folder: string): ActionMetadata {
  return parse(readFileSync(`${ROOT}${folder}/action.yml`, 'utf8'))
}

const config: ValidationConfig = {
  actionsMetadataProvider: {
    /** Inputs are checked where we know them: ours. */
    fetchActionMetadata: async ({ owner, name, path = '' }) =>
      `${owner}/${name}` === 'image-release/image-release'
        ? readAction(path)
        : { name, description: '' },
  },
}

// A validator that broke down would otherwise find nothing wrong.
registerLogger({
  error: (message) => {
    throw new Error(message)
  },
  warn() {},
  info() {},
  log() {},
})

let documents = 0

/** What GitHub's validator says; `file` decides whether as a workflow or as an action.yml. */
export async function validateText(file: string, text: string): Promise<string[]> {
  documents += 1 // the validator remembers its answers by address
  const content = text.replaceAll(/uses: \.\/$/gm, `uses: ${OURS}`)
  const found = await validate(documentOf(`file:///${documents}/${file}`, content), config)
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)
}

/** Of an editor's document the validator asks address and text only. */
function documentOf(uri: string, text: string): Parameters<typeof validate>[0] {
  const start = { line: 0, character: 0 }
  return {
    uri,
    languageId: 'yaml',
    version: 1,
    lineCount: text.split('\n').length,
    getText: () => text,
    positionAt: () => start,
    offsetAt: () => 0,
    getLineRange: () => ({ start, end: start }),
    getEOLCharacters: () => '\n',
  }
}

/** Folder of our action that a step uses: '' for the root one, undefined for others' actions. */
export function folderOf(uses = ''): string | undefined {
  if (uses === './') return ''
  const [, folder] = /^image-release\/image-release(?:\/([\w-]+))?@v1$/.exec(uses) ?? ['']
  return uses.startsWith('image-release/image-release') ? (folder ?? '') : undefined
}

/** All that holds for a whole workflow. */
export async function complaints(text: string): Promise<string[]> {
  const grammar = await validateText('.github/workflows/x.yml', text)
  const workflow = parseWorkflow(text)
  return [...grammar, ...unpinned(text), ...missingOutputs(text), ...carelessness(workflow)]
}

/** Outputs that are asked of a step of ours and do not exist; GitHub would hand over nothing. */
export function missingOutputs(text: string): string[] {
  const jobs = Object.entries(parseWorkflow(text).jobs)
  const names = ({ uses }: Step) => {
    const folder = folderOf(uses)
    return folder === undefined ? undefined : Object.keys(readAction(folder).outputs)
  }
  const steps = jobs.flatMap(([, job]) => job.steps.map((step) => [step.id, names(step)] as const))
  const needs = jobs.map(([id, { outputs = {} }]) => [id, Object.keys(outputs)] as const)
  const asked = (
    pattern: RegExp,
    holders: readonly (readonly [string | undefined, string[] | undefined])[],
  ) =>
    [...text.matchAll(pattern)]
      .filter(([, id, name = '']) =>
        holders.some(([holder, outputs]) => holder === id && outputs && !outputs.includes(name)),
      )
      .map(([, id, name]) => `${id} has no output ${name}`)
  return [
    ...asked(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g, steps),
    ...asked(/\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g, needs),
  ]
}

/** Permissions of a job that no step of it needs, and lines that do not say what one is for. */
export function needlessPermissions(text: string): string[] {
  const scopes = /^ {6}[\w-]+: (?:read|write)$/gm
  const silent = [...text.matchAll(scopes)].map(([line]) => `${line.trim()}: without its reason`)
  const needless = Object.entries(parseWorkflow(text).jobs).flatMap(
    ([id, { permissions, steps }]) => {
      const needed = steps.flatMap(({ uses = '' }) => permissionsOf(uses))
      return Object.entries(permissions ?? {})
        .map(([scope, level]) => `${scope}: ${level}`)
        .filter((scope) => !needed.includes(scope) && !needed.includes(writing(scope)))
        .map((scope) => `${id}: no step needs ${scope}`)
    },
  )
  return [...silent, ...needless]
}

function permissionsOf(uses: string): readonly string[] {
  const folder = folderOf(uses)
  if (folder === undefined) return OTHERS[uses.split('@')[0] ?? ''] ?? []
  const operation = OPERATIONS.find(({ name }) => name === (folder || 'release'))
  return operation?.permissions.map(({ scope }) => scope) ?? []
}

/** Who may write may read. */
function writing(scope: string): string {
  return scope.replace(/: read$/, ': write')
}

/** Third-party actions by commit, with the version as comment; ours by its version. */
export function unpinned(text: string): string[] {
  const lines = text.split('\n').filter((line) => /\buses:/.test(line))
  const allowed = /uses: (?:[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/)$/
  return lines
    .filter((line) => !allowed.test(line) && !OURS_OR_BELOW.test(line))
    .map((line) => `not pinned: ${line.trim()}`)
}

/**
 * What goes beyond grammar: permissions, credentials, time, and text that could become a command.
 */
function carelessness({ permissions, concurrency, jobs }: Workflow): string[] {
  const isReadOnly =
    permissions !== null &&
    typeof permissions === 'object' &&
    Object.values(permissions).every((level) => level === 'read')
  return [
    ...(isReadOnly ? [] : ['permissions at the top are neither {} nor read']),
    ...(concurrency ? [] : ['no concurrency group']),
    ...Object.entries(jobs).flatMap(([id, job]) => [
      ...(job.permissions === undefined ? [`${id}: no permissions`] : []),
      ...(job['timeout-minutes'] === undefined ? [`${id}: no timeout-minutes`] : []),
      ...job.steps.flatMap((step) => carelessStep(step).map((why) => `${id}: ${why}`)),
    ]),
  ]
}

function carelessStep({ uses = '', run = '', with: inputs = {} }: Step): string[] {
  const keepsCredentials =
    uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false
  return [
    ...(keepsCredentials ? ['the checkout keeps its credentials'] : []),
    ...(/\bnpm (?:ci|i|install)\b(?!.*--ignore-scripts)/.test(run)
      ? ['npm runs the install scripts of packages']
      : []),
    ...(run.includes('${{') ? ['an expression inside run; hand it over through env'] : []),
  ]
}

/** Jobs whose failure the gate would not see. */
export function outsideGate({ jobs }: Workflow, gate: string): string[] {
  const needed = [jobs[gate]?.needs ?? []].flat()
  return Object.keys(jobs).filter((id) => id !== gate && !needed.includes(id))
}
