// Versions of all kinds as one comparable value.
//
//   semver   semver.org 2.0.0, an optional `v` before it
//   pep440   packaging.python.org, "Version specifiers"; see pep440.ts
//   dotted   [v] number { "." number } [ "-" prerelease ] [ "+" build ]: two parts, four parts,
//            calendars; leading zeros allowed, missing parts count as 0
import { readPep440 } from './pep440.ts'
import type { Scheme } from './tag-set.ts'

export interface Version {
  /** As a tag shows it: without `v` and without build metadata. */
  readonly text: string
  /** PEP 440's epoch, before all numbers; else 0. */
  readonly epoch: number
  readonly release: readonly number[]
  /** Orders versions of equal numbers, first difference decides; empty: the plain release. */
  readonly rank: readonly (number | string)[]
  /** A plain release: no prerelease, development or post release. Only these move floating tags. */
  readonly stable: boolean
  /** The word a prerelease begins with: `rc` of 2.0.0-rc.1 and 2.0.0-rc1; empty for others. */
  readonly channel: string
}

/** undefined: no version of that scheme. */
export function readVersion(text: string, scheme: Scheme): Version | undefined {
  if (scheme === 'pep440') return readPep440(text)
  return scheme === 'semver' ? readSemver(text) : readDotted(text)
}

/** Of whatever scheme the text is a version. */
export function readAnyVersion(text: string): Version | undefined {
  return readVersion(text, 'dotted') ?? readVersion(text, 'pep440')
}

/** Above 0 when `a` is the higher one. Missing numbers count as 0: 1.4 equals 1.4.0. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || compareNumbers(a.release, b.release) || compareRanks(a.rank, b.rank)
}

/** Whether a version lies on a line: its first numbers are these. The empty line has all. */
export function isOnLine({ release }: Version, line: readonly number[]): boolean {
  return line.every((number, index) => (release[index] ?? 0) === number)
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const DOTTED = new RegExp(
  `^v?(\\d{1,15}(?:\\.\\d{1,15})*)(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`,
)

const NO_RANK: Version['rank'] = []

function readDotted(text: string): Version | undefined {
  const [, numbers, prerelease] = DOTTED.exec(text) ?? []
  if (numbers === undefined) return undefined
  const release = numbers.split('.').map(Number)
  const plain = { text: numbers, epoch: 0, release, rank: NO_RANK, stable: true, channel: '' }
  if (prerelease === undefined) return plain
  const rank = prerelease.split('.')
  return {
    ...plain,
    text: `${numbers}-${prerelease}`,
    rank: rank.map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : part)),
    stable: false,
    channel: /^([A-Za-z]+)\d*$/.exec(rank[0] ?? '')?.[1] ?? '',
  }
}

/** Dotted, but of three numbers, and no number begins with a zero. */
function readSemver(text: string): Version | undefined {
  const version = readDotted(text)
  if (version?.release.length !== 3 || LEADING_ZERO.test(version.text)) return undefined
  return version
}

const LEADING_ZERO = /^(?:[\d.]+\.)?0\d|^[\d.]+-(?:.*\.)?0\d+(?:\.|$)/

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Semantic versioning's rule 11: numbers before words, a longer list after its own beginning. */
function compareRanks(a: Version['rank'], b: Version['rank']): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    if (left === right) continue
    if (typeof left === typeof right) return left < right ? -1 : 1
    return typeof left === 'number' ? -1 : 1
  }
  return a.length - b.length
}
