// The files of a run and what they mention, and which of it is ours to look at.
import { ReleaseError } from '../../errors.ts'
import type { WorkflowEvent } from '../../event/event.ts'
import { defaultImage } from '../../inputs/images.ts'
import { familiar, formatRepository, type Reference } from '../../oci/reference.ts'
import { listFiles } from '../../pinning/files.ts'
import { parseNamePattern } from '../../pinning/glob.ts'
import { readScan } from '../../pinning/pin-files.ts'
import type { Scan } from '../../pinning/scan.ts'
import { type Sighting, sightingsOf } from '../../pinning/sighting.ts'
import type { World } from '../operation.ts'
import { workspaceOf } from '../world.ts'
import type { PinInputs } from './inputs.ts'

const YAML = ['**/*.yml', '**/*.yaml', '**/Kustomization']
const CHECKED_TOO = [
  '.github/**/*.yml',
  '.github/**/*.yaml',
  '**/{Dockerfile,Containerfile,dockerfile,containerfile}*',
  '**/*.{Dockerfile,Containerfile,dockerfile,containerfile}',
]

export interface Gathered {
  readonly sightings: readonly Sighting[]
  /** Only of files that may have to be written. */
  readonly scans: readonly Scan[]
  /** What was not read, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[]
  /** References that `ignore` or a comment excused. */
  readonly ignored: number
}

export type Selects = (reference: Reference) => boolean

/** Whether an image is one of those to pin. Throws `input` where none can be told. */
export function selectImages({ images, ignore }: PinInputs, { event }: World): Selects {
  const [isWanted, isExcused] = [matcher(wantedImages(images, event)), matcher(ignore)]
  return (reference) => isWanted(reference) && !isExcused(reference)
}

function wantedImages(images: readonly string[], event: WorkflowEvent): readonly string[] {
  if (images.length > 0) return images
  const { owner, name } = event.repository
  if (!owner || !name)
    throw new ReleaseError('input', 'images: name the images to pin, or * for all')
  return [formatRepository(defaultImage(owner, name))]
}

function matcher(patterns: readonly string[]): Selects {
  const tests = patterns.map(parseNamePattern)
  return ({ registry, path }) => {
    const names = [formatRepository({ registry, path }), familiar({ registry, path })]
    return tests.some((matches) => names.some(matches))
  }
}

/** Reads every chosen file once. Throws `input` where a glob that was given matches none. */
export async function gather(inputs: PinInputs, world: World, selects: Selects): Promise<Gathered> {
  const { files, exclude, mode } = inputs
  const root = workspaceOf(world)
  const globs = files.length > 0 ? files : [...YAML, ...(mode === 'check' ? CHECKED_TOO : [])]
  const list = await listFiles({ root, files: globs, exclude }, world)
  if (files.length > 0 && list.unmatched.length > 0)
    throw new ReleaseError('input', `files: no file matches ${list.unmatched.join(', ')}`, {
      hint: 'Globs are relative to the workspace; only files that git tracks are seen.',
    })
  const isExcused = matcher(inputs.ignore)
  const sightings: Sighting[] = []
  const scans: Scan[] = []
  const unread = [...list.refused]
  let ignored = 0
  for (const path of list.paths) {
    const scan = await readScan(path, { root, files: world.files })
    if (scan.problem !== undefined) unread.push({ path, why: scan.problem })
    const seen = sightingsOf(scan)
    const kept = seen.filter(
      ({ excuse, reference }) => excuse === undefined && !(reference && isExcused(reference)),
    )
    ignored += seen.length - kept.length
    sightings.push(...kept)
    const isOurs = kept.some(({ reference }) => reference && selects(reference))
    if (mode === 'write' && isOurs) scans.push(scan)
  }
  return { sightings, scans, unread, ignored }
}
