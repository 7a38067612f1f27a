// Carries moves out: every one announced before the first tag moves, each confirmed by the
// registry, and then told to the ledger. Whatever ends it, nobody is left to guess what moved.
import { isReleaseError, messageOf, ReleaseError } from '../../errors.ts'
import {
  announceDeployment,
  type Deployment,
  setDeploymentStatus,
} from '../../github/deployments.ts'
import type { LedgerRecord } from '../../ledger/record.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import type { LedgerLink } from './ledger-link.ts'
import { type Move, nameOf } from './move.ts'
import { settle } from './settle.ts'
import type { ImageStore } from './store.ts'

export interface Applying {
  readonly world: World
  readonly store: ImageStore
  readonly ledger: LedgerLink | undefined
  readonly variant: string | undefined
  /** false: channels are in the ledger only. */
  readonly usesTags: boolean
  /** The last channel, which GitHub shows as production. */
  readonly production: string | undefined
  /** The commit each image was built from, by the image's full name. */
  readonly revisions: ReadonlyMap<string, string>
  /** Called as soon as it is true. */
  readonly onMoved: (move: Move, deployment: number | undefined) => void
}

/** Throws at the first move that fails; what was moved by then has been told to `onMoved`. */
export async function applyMoves(moves: readonly Move[], applying: Applying): Promise<void> {
  const deployments = await announceAll(moves, applying)
  const left = [...moves]
  for (let move = left.shift(); move; move = left.shift()) {
    const deployment = deployments.get(move)
    try {
      await carryOutMove(move, deployment, applying)
    } catch (error) {
      await giveUp(left, deployments, applying)
      throw error
    }
  }
}

type Deployments = Map<Move, Deployment>

async function announceAll(moves: readonly Move[], applying: Applying): Promise<Deployments> {
  const deployments: Deployments = new Map()
  try {
    for (const move of moves) {
      const deployment = await announce(move, applying)
      if (deployment) deployments.set(move, deployment)
    }
  } catch (error) {
    await giveUp([...deployments.keys()], deployments, applying)
    throw error
  }
  return deployments
}

async function announce(move: Move, applying: Applying): Promise<Deployment | undefined> {
  const { ledger, world, production, revisions } = applying
  if (!ledger || move.recording.kind === 'none') return undefined
  const { github, repository } = ledger
  const { run } = world.event
  if (move.recording.kind === 'complete')
    return { github, repository, id: move.recording.deployment, name: nameOf(move), run: run.url }
  const revision = revisions.get(formatRepository(move.target))
  return announceDeployment({
    github,
    repository,
    environment: move.channel.environment,
    isProduction: move.channel.tag === production,
    refs: [...(revision ? [revision] : []), world.event.sha].filter((ref) => ref !== ''),
    record: recordOf(move, applying),
  })
}

function recordOf(move: Move, { variant, world }: Applying): LedgerRecord {
  const { digest, version, previous, reason } = move
  return {
    schema: 1,
    image: formatRepository(move.target),
    ...(variant ? { variant } : {}),
    channel: move.channel.tag,
    digest,
    ...(version ? { version } : {}),
    from: move.from,
    ...(previous ? { previous } : {}),
    operation: move.operation,
    forced: move.forced,
    ...(reason ? { reason } : {}),
    run: world.event.run.url,
  }
}

async function carryOutMove(
  move: Move,
  deployment: Deployment | undefined,
  applying: Applying,
): Promise<void> {
  const { store, onMoved, ledger, variant, world } = applying
  if (move.movesTag)
    await store
      .place({ ...move, seen: move.previous ?? 'nothing' })
      .catch(async (error: unknown) => {
        if (deployment) await tryToFail(deployment, messageOf(error), world)
        throw error
      })
  onMoved(move, deployment?.id)
  if (!deployment || !ledger) return
  await setDeploymentStatus(deployment, 'success', `Moved to ${move.digest}`).catch((error) => {
    throw untold(move, error)
  })
  if (applying.usesTags)
    await settle({ move, deployment, ledger, store, variant, clock: world.clock, log: world.log })
}

/** The deployments of moves that will not be made. */
async function giveUp(moves: readonly Move[], deployments: Deployments, { world }: Applying) {
  for (const move of moves) {
    const deployment = deployments.get(move)
    if (deployment) await tryToFail(deployment, 'Not tried after the failure before', world)
  }
}

/** What stays `in_progress` counts for nothing; the failure that led here is the one to be told. */
async function tryToFail(deployment: Deployment, why: string, { log }: Pick<World, 'log'>) {
  await setDeploymentStatus(deployment, 'failure', why).catch((error: unknown) => {
    log.warning(messageOf(error))
  })
}

function untold(move: Move, cause: unknown): ReleaseError {
  const code = isReleaseError(cause) ? cause.code : 'github'
  const done = move.movesTag ? `${nameOf(move)} is on ${move.digest} already` : 'no tag was moved'
  return new ReleaseError(code, `${messageOf(cause)}; ${done}`, {
    hint: 'Run the job again: it moves nothing and completes the record.',
    cause,
  })
}
