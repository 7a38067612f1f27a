// The decision of a promotion: every gate, then what moves and what is recorded. Pure.
import { ReleaseError } from '../../errors.ts'
import type { Channel } from '../../inputs/channel.ts'
import { type GateKind, ROLLED_BACK, whyClosed } from '../../ledger/gate.ts'
import { topOf } from '../../ledger/replay.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { requireFree } from '../channel/marks.ts'
import { isChange, type Move, requireExpected } from '../channel/move.ts'
import { recordingOf } from '../channel/state.ts'
import type { Placement } from '../channel/store.ts'
import type { ImageFacts } from './facts.ts'

export interface PromotionChoices {
  /** All, in promotion order. */
  readonly channels: readonly Channel[]
  readonly to: readonly Channel[]
  readonly variant: string | undefined
  readonly gate: GateKind
  readonly force: boolean
  readonly expect: Digest | undefined
  /** false: channels are in the ledger only. */
  readonly usesTags: boolean
  readonly hasLedger: boolean
  /** Tags, variant included. */
  readonly marks: readonly string[]
  readonly from: string
  readonly reason: string | undefined
}

export interface PromotionPlan {
  /** Channel by channel in promotion order, in each the images in theirs. */
  readonly moves: readonly Move[]
  readonly marks: readonly Placement[]
}

/**
 * Throws `gate` naming every closed gate of every image, and `tag-conflict` where a channel has not
 * what was expected or a mark belongs to another image: nothing has moved then.
 */
export function planPromotion(
  images: readonly ImageFacts[],
  choices: PromotionChoices,
): PromotionPlan {
  const closed: string[] = []
  const moves = choices.to.flatMap((channel) =>
    images.map((image) => planMove(image, channel, { choices, closed })),
  )
  if (closed.length > 0)
    throw new ReleaseError('gate', closed.join('\n'), {
      hint: closed.every((line) => line.includes(ROLLED_BACK))
        ? 'Promote another, or set force: true, which the ledger will say.'
        : 'Promote it to the channel before first, or set force: true, which the ledger will say.',
    })
  const marks = images.flatMap((image) =>
    choices.marks.map((tag) => {
      const { source, target, digest } = image
      requireFree({ source, target, tag, digest }, image.marked.get(tag))
      return { source, target, tag, digest }
    }),
  )
  return { moves, marks }
}

function planMove(
  image: ImageFacts,
  channel: Channel,
  { choices, closed }: { readonly choices: PromotionChoices; readonly closed: string[] },
): Move {
  const state = image.states.get(channel.tag)
  if (!state) throw new ReleaseError('internal', `The state of ${channel.tag} was not read`)
  const { digest, version } = image
  const previous = choices.usesTags ? state.tagDigest : topOf(state.history)?.record.digest
  const movesTag = choices.usesTags && previous !== digest
  const move: Move = {
    source: image.source,
    target: image.target,
    channel,
    tag: withVariant(channel.tag, choices.variant),
    digest,
    ...(version ? { version } : {}),
    ...(previous ? { previous } : {}),
    operation: 'promote',
    from: choices.from,
    ...(choices.reason ? { reason: choices.reason } : {}),
    forced: false,
    movesTag,
    recording: recordingOf(state, digest, { hasLedger: choices.hasLedger, movesTag }),
  }
  if (!isChange(move) && move.recording.kind !== 'new') return move
  if (isChange(move)) requireExpected(move, choices.expect)
  const why = whyClosed({ ...choices, ...image, channels: tagsOf(choices), to: channel.tag })
  if (why && !choices.force)
    closed.push(
      `Cannot promote ${formatRepository(image.source)}@${digest} to ${channel.tag}: ${why}`,
    )
  return { ...move, forced: why !== undefined }
}

function tagsOf({ channels }: PromotionChoices): readonly string[] {
  return channels.map(({ tag }) => tag)
}
