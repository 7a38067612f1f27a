// What an image's labels say of its build, so that a later run knows whether it is the same one.
// The inputs label holds short hashes, one per input, so that a run can name the one that differs.
import { REVISION_KEY } from '../../oci/annotations.ts'

/** `input:hash` words, sorted; inputs left at their default are left out. */
export const INPUTS_LABEL = 'image-release.inputs'

/** The number of the pull request an image was built for. Such an image is never released. */
export const PULL_REQUEST_LABEL = 'image-release.pull-request'

/**
 * The one word with the commit in full, where the input `labels` made REVISION_KEY say something
 * else. It has no label of its own, which an image built on this one would inherit.
 */
export const COMMIT_WORD = 'labels'

/** The commit an image was built from, by its labels. */
export function commitOf(labels: Readonly<Record<string, string>>): string | undefined {
  return parseFingerprint(labels[INPUTS_LABEL] ?? '').get(COMMIT_WORD) ?? labels[REVISION_KEY]
}

/** The inputs by which two labels differ; empty when the builds are the same. */
export function differingInputs(one: string, other: string): readonly string[] {
  const [ours, theirs] = [parseFingerprint(one), parseFingerprint(other)]
  const names = new Set([...ours.keys(), ...theirs.keys()])
  return [...names].filter((name) => ours.get(name) !== theirs.get(name)).sort()
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
