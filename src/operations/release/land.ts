// Putting the tags where this run's image is, or the one of another run of the commit that was
// first.
import { ReleaseError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { fetchManifests } from '../shipping/point-tags.ts'
import type { Prepared } from '../shipping/prepare.ts'
import { factsOfBuilt, factsOfReused } from '../shipping/records.ts'
import {
  firstImage,
  recordImage,
  requireTagged,
  type Shipment,
  type ShippedImage,
  tagImage,
} from '../shipping/ship-image.ts'
import type { Situation } from '../shipping/situation.ts'
import type { ReleaseInputs } from './inputs.ts'
import { isFitting, type Look, look, type Settled, settle } from './settle.ts'

/** How often a run gives way to another one that moves the same tags. */
const MAX_ROUNDS = 5
const GIVE_WAY_MS = 500

export interface Obtained {
  readonly settled: Settled
  /** `overtaken`: another run pushed the commit while this one built it. */
  readonly how: 'found' | 'built' | 'overtaken'
  /** What this run's buildx made, whether it is shipped or not. */
  readonly own: ReadonlySet<Digest>
}

interface Landing extends Obtained {
  readonly situation: Situation
  readonly client: RegistryClient
}

type Release = Shipment<ReleaseInputs>

/** Throws `tags-failed` unless all tags are on the image; records it then. */
export async function land(shipment: Release, landing: Landing): Promise<void> {
  const { client, how, own } = landing
  const { clock, signal } = shipment.world
  const known = new Set([...own, landing.settled.digest])
  const stopped = how === 'overtaken' ? own : new Set<Digest>()
  const { situation } = landing
  let { settled } = landing
  const lookAgain = async (isBlind: boolean) => {
    const { digest } = settled
    const seen = how === 'found' ? NOTHING_NEW : await look(client, { ...settled, situation })
    const facts = { situation, choices: shipment.inputs }
    settled = settle(settled, seen, { ...facts, known, stopped, isBlind })
    known.add(settled.digest)
    return settled.digest === digest && !seen.taken.some((tag) => isFitting(tag, facts))
  }
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const { digest } = settled
    // Runs that give way to each other in step would do so for ever.
    if (round > 1) await clock.sleep(clock.random() * round * GIVE_WAY_MS, signal)
    const isOwn = own.has(digest)
    const [image] = await Promise.all([
      describe(shipment, { settled, client, isOwn, isNews: round > 1 || how === 'overtaken' }),
      lookAgain(round === 1 && how === 'built'),
    ])
    if (settled.digest !== digest) continue
    const shipped = { ...image, plan: settled.plan }
    const pointed = await tagImage(shipment, shipped, { client, operation: 'release' })
    const isSettled = await lookAgain(false)
    if (settled.digest === digest) requireTagged(shipped, pointed)
    if (!isSettled) continue
    if (shipment.inputs.part) return
    await recordImage(shipment, shipped, { pointed, version: situation.tagSet.version })
    // Recording takes seconds, in which another run's push may have come to its end.
    if (await lookAgain(false)) return
  }
  throw unsettled(shipment.prepared)
}

const NOTHING_NEW: Look = { taken: [], holdsCommit: false }

function unsettled({ repositories: [repository] }: Prepared): ReleaseError {
  const name = repository ? formatRepository(repository) : 'the image'
  return new ReleaseError(
    'tag-conflict',
    `Cannot settle the tags of ${name}: other runs of this commit keep moving them`,
    { hint: 'Give the workflow a concurrency group, and run the job again.' },
  )
}

interface Describing {
  readonly settled: Settled
  readonly client: RegistryClient
  readonly isOwn: boolean
  /** The log does not tell of the image yet. */
  readonly isNews: boolean
}

async function describe(
  { prepared, world, report }: Release,
  { settled, client, isOwn, isNews }: Describing,
): Promise<ShippedImage> {
  const { plan, digest } = settled
  report.obtained({ built: isOwn })
  if (isNews) world.log.info(`Tagging ${digest}: ${plan.source.why}`)
  const manifests = await fetchManifests(client, prepared.repositories, digest)
  const read = isOwn ? factsOfBuilt : factsOfReused
  const facts = await read(client, firstImage(prepared, manifests), world)
  return { facts, manifests, plan, isReused: !isOwn }
}
