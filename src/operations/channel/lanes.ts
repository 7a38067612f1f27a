// All channels of one image, to be shown around what moves: the others as the ledger has them.
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { entriesOf, replay, topOf } from '../../ledger/replay.ts'
import type { Lane, LaneImage } from '../../notes/promotion-picture.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { isChange, type Move } from './move.ts'

/** What was known of the channels before anything moved. */
export interface Standing {
  /** In promotion order. */
  readonly channels: readonly Channel[]
  readonly variant: string | undefined
  readonly entries: readonly LedgerEntry[]
}

/** `moves`: of one image. `isTold`: whether a move is shown as made. */
export function lanesOf(
  moves: readonly Move[],
  { channels, variant, entries }: Standing,
  isTold: (move: Move) => boolean,
): readonly Lane[] {
  const images = moves.slice(0, 1).map(({ target }) => formatRepository(target))
  const own = entries.filter(({ record }) => images.includes(record.image))
  const named = [...own.map(({ record }) => record), ...moves]
  const show = (digest: Digest): LaneImage => {
    const version = named.find((other) => other.digest === digest && other.version)?.version
    return { digest, ...(version ? { version } : {}) }
  }
  return channels.flatMap(({ tag: channel }): readonly Lane[] => {
    const move = moves.find((other) => other.channel.tag === channel)
    const history = replay(entriesOf(own, { images, variant, channel }))
    const before = move ? move.previous : topOf(history)?.record.digest
    if (!move && !before) return []
    return [
      {
        tag: withVariant(channel, variant),
        ...(before ? { before: show(before) } : {}),
        ...(move && isChange(move) && isTold(move) ? { after: show(move.digest) } : {}),
      },
    ]
  })
}
