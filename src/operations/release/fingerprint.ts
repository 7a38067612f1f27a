// What makes two builds of one commit the same build: the inputs that shape the image, hashed.
import { REVISION_KEY } from '../../oci/annotations.ts'
import { digestOf } from '../../oci/digest.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { amendLabels } from '../../tags/labels.ts'
import { COMMIT_WORD } from '../shipping/build-identity.ts'
import type { ReleaseInputs } from './inputs.ts'

/** Enough to tell builds of one commit apart, and too little to guess a build argument from. */
const HASH_CHARACTERS = 12

/**
 * The value of the inputs label. The runner's architecture stands in for platforms nobody named.
 */
export function fingerprint(
  inputs: ReleaseInputs,
  { architecture, commit }: { readonly architecture: string; readonly commit: string },
): string {
  const shaping: Readonly<Record<string, string | readonly string[] | undefined>> = {
    attests: inputs.attests,
    'build-args': inputs['build-args'],
    'build-contexts': inputs['build-contexts'],
    context: inputs.context === '.' ? undefined : inputs.context,
    file: inputs.file,
    platforms: inputs.platforms.length > 0 ? platformNames(inputs) : [architecture],
    provenance: inputs.provenance,
    sbom: inputs.sbom,
    target: inputs.target,
    variant: inputs.variant,
  }
  const words = Object.entries(shaping)
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([name, value]) => `${name}:${shortHash(value)}`)
  const said = amendLabels(new Map([[REVISION_KEY, commit]]), inputs.labels).get(REVISION_KEY)
  return [...words, ...(said === commit ? [] : [`${COMMIT_WORD}:${commit}`])].sort().join(' ')
}

/** Sorted, each once: the order of platforms does not shape an image. */
export function platformNames({ platforms }: Pick<ReleaseInputs, 'platforms'>): readonly string[] {
  return [...new Set(platforms.map(formatPlatform))].sort()
}

function shortHash(value: string | readonly string[] | undefined): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return digestOf(bytes).slice('sha256:'.length, 'sha256:'.length + HASH_CHARACTERS)
}
