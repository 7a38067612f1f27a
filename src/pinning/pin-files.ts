// Pinning in files: reads, plans, and writes what was planned. A file is read once; only the ones
// that change are kept.
import { ReleaseError } from '../errors.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Files } from '../ports.ts'
import { LineIndex, type Position, type Range } from './line-index.ts'
import type { Mention, Pin } from './mention.ts'
import { rewriteText } from './rewrite.ts'
import { type Scan, scanBytes, scanText } from './scan.ts'

interface Replaced extends Position {
  readonly from: string
  readonly to: string
}

export interface FileChange {
  /** Relative to the root. */
  readonly path: string
  readonly before: string
  readonly after: string
  readonly replaced: readonly Replaced[]
  /** The same change on another state of the file; undefined where there is nothing to do. */
  readonly rewrite: (text: string) => string | undefined
}

export interface Refusal extends Range {
  readonly path: string
  /** As it stands in the file. */
  readonly image: string
  readonly why: string
}

export interface PinPlan {
  readonly changes: readonly FileChange[]
  readonly refusals: readonly Refusal[]
  /**
   * How often each file mentions one of the images, changed or not; without a mention not listed.
   */
  readonly found: ReadonlyMap<string, number>
}

interface Place {
  readonly root: string
  readonly files: Files
}

/** Files that are gone meanwhile count as unread. */
export async function readScan(path: string, { root, files }: Place): Promise<Scan> {
  const bytes = await files.read(`${root}/${path}`)
  if (!bytes) return { path, text: '', mentions: [], documents: [], problem: 'it is gone' }
  return scanBytes(path, bytes)
}

/** Every mention of the images gets the one pin. Nothing is written. */
export async function planPins(
  request: {
    readonly root: string
    readonly paths: readonly string[]
    readonly repositories: readonly Repository[]
    readonly pin: Pin
  },
  { files }: { readonly files: Files },
): Promise<PinPlan> {
  const names = new Set(request.repositories.map(formatRepository))
  const choose = ({ reference }: Mention) =>
    reference && names.has(formatRepository(reference)) ? request.pin : undefined
  const plans: PinPlan[] = []
  for (const path of request.paths)
    plans.push(planFile(await readScan(path, { root: request.root, files }), choose))
  return {
    changes: plans.flatMap(({ changes }) => changes),
    refusals: plans.flatMap(({ refusals }) => refusals),
    found: new Map(plans.flatMap(({ found }) => [...found])),
  }
}

const START = { start: 0, end: 0 }

/** The plan for one file; an unread one is a refusal at its first line. */
export function planFile(scan: Scan, choose: (mention: Mention) => Pin | undefined): PinPlan {
  const { path, text, problem } = scan
  if (problem !== undefined)
    return {
      changes: [],
      refusals: [{ path, ...new LineIndex(text).rangeOf(START), image: '', why: problem }],
      found: new Map(),
    }
  const count = scan.mentions.filter((mention) => choose(mention) !== undefined).length
  const { text: after, replacements, refused } = rewriteText(scan, choose)
  const lines = new LineIndex(text)
  const change: FileChange = {
    path,
    before: text,
    after,
    replaced: replacements.map(({ mention, to }) => ({
      ...lines.positionOf(mention.start),
      from: mention.text,
      to,
    })),
    rewrite: (other) => {
      const result = rewriteText(scanText(path, other), choose).text
      return result === other ? undefined : result
    },
  }
  return {
    changes: after === text ? [] : [change],
    refusals: refused.map(({ mention, why }) => ({
      path,
      ...lines.rangeOf(mention),
      image: mention.text,
      why,
    })),
    found: new Map(count > 0 ? [[path, count]] : []),
  }
}

/** By rename, modes kept. Throws `input` where a file changed since it was read. */
export async function writePins(
  changes: readonly FileChange[],
  { root, files }: Place,
): Promise<void> {
  for (const { path, before, after } of changes) {
    const place = `${root}/${path}`
    const [now, kind] = [await files.read(place), await files.kind(place)]
    if (
      kind !== 'file' ||
      now === undefined ||
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(now) !== before
    )
      throw new ReleaseError('input', `Cannot write ${path}: it changed while it was read`, {
        hint: 'Let nothing else write to the workspace meanwhile.',
      })
    await files.write(place, after, await files.mode(place))
  }
}
