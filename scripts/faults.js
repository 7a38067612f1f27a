// Plants faults in a copy of the sources, one at a time, and tells which share the tests of their
// room catch, and what they miss. The same seed plants the same faults.
//   npm run faults                                  20 faults in each of tags, registry, notes
//   npm run faults -- --count 100 --seed 2 oci      others
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './compile.js'

/** A fault that never ends counts as caught: a run would be stopped. */
const TEST_WITHIN_MS = 120_000

/** What is looked for, and what takes its place. The spaces keep types and arrows out of it. */
const FAULTS = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/\bif \((?!!)/g, 'if (!'],
  [/\bif \(!/g, 'if ('],
  [/(?<![\w.'`$\\{[-])\d+(?![\w.'`\]}])/g, (number) => String(Number(number) + 1)],
]

/** Lines that do nothing when the program runs. */
const NO_CODE = /^\s*(?:\/\/|\/?\*|import |export type |type |interface |readonly |\| )/

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '20' } },
  allowPositionals: true,
})
const chance = randomFrom(Number(values.seed))
const copy = mkdtempSync(join(tmpdir(), 'image-release-faults-'))
try {
  copyTree()
  for (const room of positionals.length > 0 ? positionals : ['tags', 'registry', 'notes'])
    tryRoom(room)
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function tryRoom(room) {
  if (!passes(room)) throw new Error(`The tests of ${room} fail without any fault`)
  const possible = faultsIn(room)
  const planted = pick(possible, Number(values.count))
  const missed = planted.filter((fault) => {
    plant(fault)
    const isMissed = passes(room)
    writeFileSync(fault.path, fault.text)
    return isMissed
  })
  const share = Math.round(((planted.length - missed.length) / planted.length) * 100)
  console.log(
    `${room}: ${planted.length} of ${possible.length} possible faults planted, ${share} % caught`,
  )
  for (const { file, line, from, to } of missed)
    console.log(`  ${file}:${line}  ${from}  ->  ${to}`)
}

/** Every place of a room where one of FAULTS can be. */
function faultsIn(room) {
  const files = readdirSync(`${copy}/src/${room}`, { recursive: true })
  return files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((name) => faultsInFile(`src/${room}/${name}`))
}

function faultsInFile(file) {
  const path = `${copy}/${file}`
  const text = readFileSync(path, 'utf8')
  return text.split('\n').flatMap((code, index) =>
    NO_CODE.test(code)
      ? []
      : FAULTS.flatMap(([pattern, fault]) =>
          [...code.matchAll(pattern)].filter(isOutsideText).map((match) => {
            const end = match.index + match[0].length
            const wrong = typeof fault === 'function' ? fault(match[0]) : fault
            const to = code.slice(0, match.index) + negated(wrong, code.slice(end))
            return { file, path, text, line: index + 1, from: code.trim(), to: to.trim(), code: to }
          }),
        ),
  )
}

/** Not inside quotes, as far as the line alone tells. */
function isOutsideText({ input, index }) {
  const before = input.slice(0, index).replaceAll(/\\./g, '')
  return (before.match(/['"]/g) ?? []).length % 2 === 0
}

/** What is behind `if (!` needs parentheses of its own; what spans lines is left as it is. */
function negated(wrong, rest) {
  if (wrong !== 'if (!') return wrong + rest
  let depth = 1
  for (let at = 0; at < rest.length; at += 1) {
    depth += { '(': 1, ')': -1 }[rest[at]] ?? 0
    if (depth === 0) return `if (!(${rest.slice(0, at)}))${rest.slice(at + 1)}`
  }
  return wrong + rest
}

function plant({ path, text, line, code }) {
  const lines = text.split('\n')
  lines[line - 1] = code
  writeFileSync(path, lines.join('\n'))
}

function passes(room) {
  const flags = ['--experimental-vm-modules', '--no-warnings']
  const jest = [`${ROOT}/node_modules/jest/bin/jest.js`, '--bail', '--runInBand', '--silent']
  const options = { cwd: copy, stdio: 'ignore', timeout: TEST_WITHIN_MS, killSignal: 'SIGKILL' }
  return (
    spawnSync(process.execPath, [...flags, ...jest, `__tests__/${room}/`], options).status === 0
  )
}

/** What git tracks, and what it does not ignore. */
function copyTree() {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '.', ':!dist']
  const files = execFileSync('git', list, { cwd: ROOT, maxBuffer: 1 << 26 })
  execFileSync('cp', ['--parents', '-t', copy, ...String(files).trim().split('\n')], { cwd: ROOT })
  symlinkSync(`${ROOT}/node_modules`, `${copy}/node_modules`)
}

function pick(all, count) {
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () =>
    left.splice(Math.floor(chance() * left.length), 1),
  ).flat()
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
