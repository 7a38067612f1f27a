// After a move: whether another run moved the channel at the same time, and which of the two the
// ledger is to believe. A tag cannot be compared and swapped, so runs may overtake one another
// between announcing, writing the tag and telling of success.
//
// Everybody announces before writing the tag, and looks at the ledger after telling of success. So
// whoever was overwritten either sees the other's announcement, looks at the tag and takes the
// success back; or had told of its success before the other wrote, and stands before it in the
// ledger. Times there have whole seconds: whoever has the tag and is not the last success says so
// again a second later. In the end tag and last success agree.
import { messageOf, ReleaseError } from '../../errors.ts'
import { type Deployment, setDeploymentStatus } from '../../github/deployments.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { entriesOf, selectChannel } from '../../ledger/replay.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { Clock, Log } from '../../ports.ts'
import type { LedgerLink } from './ledger-link.ts'
import { type Move, nameOf } from './move.ts'
import type { ImageStore } from './store.ts'

export interface Settlement {
  readonly move: Pick<Move, 'target' | 'tag' | 'channel' | 'digest'>
  readonly deployment: Deployment
  /** `entries`: as they were before; of those that are not known any may be a rival's. */
  readonly ledger: Pick<LedgerLink, 'entries' | 'reread'>
  readonly store: Pick<ImageStore, 'digestOf'>
  readonly variant: string | undefined
  readonly clock: Clock
  readonly log: Log
}

const STATUS_RESOLUTION_MS = 1_000

/** Each round answers another run that came between. */
const MAX_ROUNDS = 10

/** Throws `tag-conflict` where another run has the channel's tag now, naming what it has. */
export async function settle(settlement: Settlement): Promise<void> {
  const { move, deployment, clock } = settlement
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const entries = await reread(settlement)
    if (!entries || !hasRival(entries, settlement)) return
    await requireTag(settlement)
    const last = entriesOf(entries, nameIn(settlement)).at(-1)
    if (!last || last.record.digest === move.digest) return
    await clock.sleep(STATUS_RESOLUTION_MS)
    await setDeploymentStatus(deployment, 'success', `Moved to ${move.digest}`)
  }
}

/** undefined: it cannot be told, which is said. The move stands, and is recorded. */
async function reread({ ledger, log, move }: Settlement) {
  try {
    return await ledger.reread()
  } catch (error) {
    log.warning(`Unknown whether another run moved ${nameOf(move)} too: ${messageOf(error)}`)
    return undefined
  }
}

function nameIn({ move, variant }: Settlement) {
  return { images: [formatRepository(move.target)], variant, channel: move.channel.tag }
}

/** Another digest announced for the channel, of which we did not know the end when we began. */
function hasRival(entries: readonly LedgerEntry[], settlement: Settlement): boolean {
  const before = new Map(settlement.ledger.entries.map((entry) => [entry.id, entry]))
  return selectChannel(entries, nameIn(settlement)).some(({ id, at, record }) => {
    const known = before.get(id)
    const isSettled = known !== undefined && known.state !== 'open' && known.at === at
    return record.digest !== settlement.move.digest && !isSettled
  })
}

async function requireTag({ move, deployment, store, log }: Settlement): Promise<void> {
  const { target, tag, digest } = move
  const seen = await store.digestOf({ registry: target.registry, path: target.path, tag })
  if (seen === digest) return
  const now = seen ? `another run has moved it to ${seen}` : 'it is gone'
  // That first: the ledger keeps 140 characters.
  const message = `Lost ${nameOf(move)}: ${now}, after we put it on ${digest}`
  await setDeploymentStatus(deployment, 'failure', message).catch((error: unknown) => {
    log.warning(messageOf(error))
  })
  throw new ReleaseError('overtaken', message, {
    hint: 'Give such jobs one concurrency group per channel, and run this one again if it should win.',
  })
}
