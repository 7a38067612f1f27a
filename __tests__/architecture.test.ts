// The house rules that a compiler does not hold: who may import whom, and that the outside world is
// touched at the door only. Each rule is shown to catch a planted sin.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from '@jest/globals'

type Sources = Readonly<Record<string, string>>

const SRC = new URL('../src/', import.meta.url).pathname
const NOUNS = ['oci', 'event', 'inputs', 'ledger', 'pinning', 'notes', 'tags']
const CLIENTS = ['registry', 'buildx', 'github']

/** What a room may import beside itself, errors.ts and ports.ts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  ports: [],
  oci: [],
  event: ['oci'],
  inputs: ['oci'],
  ledger: ['oci'],
  pinning: ['oci'],
  notes: ['oci'],
  tags: ['oci', 'event', 'inputs', 'pinning', 'notes'],
  registry: NOUNS,
  buildx: NOUNS,
  github: NOUNS,
  operations: [...NOUNS, ...CLIENTS],
  shell: [...NOUNS, ...CLIENTS, 'operations'],
  index: ['operations', 'shell'],
  cli: ['index'],
  main: ['index'],
}

/** Packages besides our own files: pure ones anywhere, the rest at the door. */
const PURE_PACKAGES = ['semver', 'yaml']
const HASHING = 'oci/digest.ts'

/** Doors to the outside that need no import. */
const GLOBALS =
  /(?<![\w.'"`])(?:process\b|console\.|fetch\(|Buffer\b|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|setImmediate\(|globalThis\b|performance\.)/

function readSources(folder = SRC, prefix = ''): Sources {
  return Object.assign(
    {},
    ...readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isDirectory()
        ? readSources(join(folder, entry.name), `${prefix}${entry.name}/`)
        : { [prefix + entry.name]: readFileSync(join(folder, entry.name), 'utf8') },
    ),
  )
}

const roomOf = (path: string) => path.split('/')[0]?.replace(/\.ts$/, '') ?? ''

/** What operations share stands here: any may import it, and it imports none of them. */
const SHARED_ROOMS = ['channel', 'shipping']

/** Files of the room that are no operation's. */
const OPEN_FILES = ['index', 'operation', 'world', 'load-inputs', 'commit-files']

/** `operations/release.ts` and all below `operations/release/` are one operation. */
function operationOf(path: string): string | undefined {
  const name = /^operations\/([\w-]+)(?:\.ts|\/)/.exec(path)?.[1]
  return name && !OPEN_FILES.includes(name) ? name : undefined
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

function importsOf(source: string): readonly string[] {
  const found = source.matchAll(
    /^\s*(?:import|export)\b[^'"]*?from\s*'([^']+)'|import\s*\(?\s*'([^']+)'/gm,
  )
  return [...found].map(([, from, bare]) => from ?? bare ?? '')
}

function sinsOf(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, source]) => {
    const code = withoutComments(source)
    const sins = importsOf(code).flatMap((target) => importSin(path, target) ?? [])
    const isDoor = ['shell', 'cli'].includes(roomOf(path))
    const reached = isDoor ? null : GLOBALS.exec(code)
    return reached ? [...sins, `${path} reaches for ${reached[0]}`] : sins
  })
}

function importSin(path: string, target: string): string | undefined {
  const room = roomOf(path)
  const sin = `${path} imports ${target}`
  if (!target.startsWith('.')) {
    const isAllowed =
      room === 'shell' ||
      PURE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`)) ||
      (path === HASHING && target === 'node:crypto')
    return isAllowed ? undefined : sin
  }
  const imported = posix.join(posix.dirname(path), target)
  const [from, to] = [operationOf(path), operationOf(imported)]
  if (from && to && from !== to && !SHARED_ROOMS.includes(to)) return sin
  const importedRoom = roomOf(imported)
  const isOpen = importedRoom === room || ['errors', 'ports'].includes(importedRoom)
  return isOpen || MAY_IMPORT[room]?.includes(importedRoom) ? undefined : sin
}

/** What the formatter holds code to; comments it leaves alone. */
const WIDTH = 100

function wideComments(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, source]) =>
    source.split('\n').flatMap((line, index) => {
      const isWide = /^\s*(?:\/\/|\/?\*)/.test(line) && [...line].length > WIDTH
      return isWide ? [`${path}:${index + 1}`] : []
    }),
  )
}

test('comments are no wider than code', () => {
  const folders = ['../src/', '../scripts/', './'].map((path) => new URL(path, import.meta.url))
  const sources = folders.map(({ pathname }) => readSources(pathname, pathname))
  expect(wideComments(Object.assign({}, ...sources))).toEqual([])
  const wide = ` * ${'x'.repeat(WIDTH)}`
  expect(wideComments({ 'a.ts': `const a = 1\n${wide}\n` })).toEqual(['a.ts:2'])
})

test('every room is known', () => {
  const rooms = new Set(Object.keys(readSources()).map(roomOf))
  expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([])
})

test('nobody imports upwards or sideways, and only the shell touches the outside', () => {
  expect(sinsOf(readSources())).toEqual([])
})

describe('planted sins are caught', () => {
  // name, file, source
  test.each<[string, string, string]>([
    ['a noun importing a client', 'oci/x.ts', "import { a } from '../registry/client.ts'"],
    ['notes importing tags', 'notes/x.ts', "import type { A } from '../tags/tag-set.ts'"],
    ['a client importing another', 'github/x.ts', "import { a } from '../registry/client.ts'"],
    [
      'an operation importing another',
      'operations/pin.ts',
      "import { a } from './release/plan.ts'",
    ],
    [
      'the shared room importing an operation',
      'operations/shipping/x.ts',
      "import { a } from '../release/plan.ts'",
    ],
    ['a client importing the shell', 'registry/x.ts', "import { a } from '../shell/http.ts'"],
    ['an operation importing the shell', 'operations/x.ts', "import { a } from '../shell/cli.ts'"],
    ['node below the shell', 'registry/x.ts', "import { get } from 'node:http'"],
    ['hashing elsewhere', 'tags/x.ts', "import { createHash } from 'node:crypto'"],
    ['the toolkit below the shell', 'operations/x.ts', "import * as core from '@actions/core'"],
    ['an import of several lines', 'oci/x.ts', "import {\n  a,\n} from '../tags/a.ts'"],
    ['a re-export', 'oci/x.ts', "export { a } from '../tags/a.ts'"],
    ['an import for effects', 'oci/x.ts', "import 'node:fs'"],
    ['a dynamic import', 'oci/x.ts', "const a = await import('../tags/a.ts')"],
    ['the clock', 'tags/x.ts', 'const now = Date.now()'],
    ['today', 'tags/x.ts', 'const now = new Date()'],
    ['chance', 'registry/x.ts', 'const jitter = Math.random()'],
    ['the environment', 'buildx/x.ts', 'const home = process.env'],
    ['printing', 'operations/x.ts', 'console.log(1)'],
    ['a bare fetch', 'github/x.ts', 'await fetch(url)'],
    ['timers', 'github/x.ts', 'setTimeout(f, 1)'],
  ])('%s', (_, path, source) => {
    expect(sinsOf({ [path]: source })).toHaveLength(1)
  })

  test('and what is allowed is not', () => {
    const allowed = {
      'tags/x.ts': "import { parse } from 'semver'\nimport { a } from '../oci/tag.ts'",
      'oci/digest.ts': "import { createHash } from 'node:crypto'",
      'operations/release/x.ts':
        "import { a } from '../../github/x.ts'\n// process.env is not for us",
      'operations/release.ts': "import { a } from './release/plan.ts'",
      'operations/merge.ts': "import { a } from './shipping/gather.ts'",
      'shell/x.ts': "import { get } from 'node:http'\nconst home = process.env",
      'notes/x.ts': 'const at = new Date(milliseconds).toISOString()\nworld.process.run()',
    }
    expect(sinsOf(allowed)).toEqual([])
  })
})
