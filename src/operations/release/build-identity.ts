// What makes two builds of one commit the same build: the inputs that shape the image, kept in a
// label of short hashes, one per input, so that a later run can name the one that differs.
import { digestOf } from '../../oci/digest.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { ReleaseInputs } from './inputs.ts'

/** `input:hash` words, sorted; inputs left at their default are left out. */
export const INPUTS_LABEL = 'image-release.inputs'

/** The number of the pull request an image was built for. Such an image is never released. */
export const PULL_REQUEST_LABEL = 'image-release.pull-request'

/** Enough to tell builds of one commit apart, and too little to guess a build argument from. */
const HASH_CHARACTERS = 12

/** The label's value. `runnerArchitecture` stands in for platforms that nobody named. */
export function fingerprint(inputs: ReleaseInputs, runnerArchitecture: string): string {
  const shaping: Readonly<Record<string, string | readonly string[] | undefined>> = {
    attests: inputs.attests,
    'build-args': inputs['build-args'],
    'build-contexts': inputs['build-contexts'],
    context: inputs.context === '.' ? undefined : inputs.context,
    file: inputs.file,
    platforms: inputs.platforms.length > 0 ? platformNames(inputs) : [runnerArchitecture],
    provenance: inputs.provenance,
    sbom: inputs.sbom,
    target: inputs.target,
    variant: inputs.variant,
  }
  return Object.entries(shaping)
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([name, value]) => `${name}:${shortHash(value)}`)
    .join(' ')
}

/** The inputs by which two labels differ; empty when the builds are the same. */
export function differingInputs(one: string, other: string): readonly string[] {
  const [ours, theirs] = [parseFingerprint(one), parseFingerprint(other)]
  const names = new Set([...ours.keys(), ...theirs.keys()])
  return [...names].filter((name) => ours.get(name) !== theirs.get(name)).sort()
}

/** Sorted, each once: the order of platforms does not shape an image. */
export function platformNames({ platforms }: Pick<ReleaseInputs, 'platforms'>): readonly string[] {
  return [...new Set(platforms.map(formatPlatform))].sort()
}

function parseFingerprint(label: string): ReadonlyMap<string, string> {
  const words = label.split(' ').filter((word) => word !== '')
  return new Map(
    words.map((word) => {
      const [name = '', hash = ''] = word.split(':')
      return [name, hash]
    }),
  )
}

function shortHash(value: string | readonly string[] | undefined): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return digestOf(bytes).slice('sha256:'.length, 'sha256:'.length + HASH_CHARACTERS)
}
