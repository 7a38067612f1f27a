// Marks: further tags for a digest. What a release guards is guarded here too.
import { ReleaseError } from '../../errors.ts'
import type { Channel } from '../../inputs/channel.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { readVersion } from '../../tags/version.ts'
import type { Placement } from './store.ts'
import { versionOfTag } from './tag-names.ts'

/** The tags of the marks, variant included. Throws `input` for tags that others decide about. */
export function markTags(
  marks: readonly string[],
  { channels, variant }: { channels: readonly Channel[]; variant: string | undefined },
): readonly string[] {
  const why = (mark: string): string | undefined => {
    if (channels.some(({ tag }) => tag === mark)) return 'it is a channel'
    if (mark === 'latest') return 'nobody could say what it stands for'
    if (mark.startsWith('nightly')) return 'it belongs to the schedule'
    const isFloating = readVersion(mark, 'dotted') && !versionOfTag(mark, undefined)
    return isFloating ? 'it floats along a line of versions, and moves with a release' : undefined
  }
  const wrong = marks.flatMap((mark) => {
    const reason = why(mark)
    return reason ? [`mark: ${mark} cannot be one: ${reason}`] : []
  })
  if (wrong.length > 0) throw new ReleaseError('input', wrong.join('\n'))
  return marks.map((mark) => withVariant(mark, variant))
}

/** Whether a tag names one image for ever, and must not be taken from it. */
export function isFixedTag(tag: string, variant: string | undefined): boolean {
  return /^(?:git|pr)-/.test(tag) || versionOfTag(tag, variant) !== undefined
}

/** Throws `tag-conflict` where a tag that names one image for ever has another one. */
export function requireFree(placement: Placement, there: Digest | undefined): void {
  if (there === undefined || there === placement.digest) return
  const reference = formatReference({ ...placement.target, tag: placement.tag })
  throw new ReleaseError(
    'tag-conflict',
    `Cannot mark ${placement.digest} as ${placement.tag}: ${reference} is already ${there}`,
    { hint: 'Choose another tag for the input "mark".' },
  )
}
