// Records in the ledger that a channel moved, when an image is shipped straight into one.
import { isReleaseError } from '../../errors.ts'
import { createGitHubClient } from '../../github/client.ts'
import { recordDeployment } from '../../github/record-deployment.ts'
import type { LedgerOperation } from '../../ledger/record.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { TagStep } from './plan.ts'
import type { ImageFacts } from './records.ts'
import type { Shipment } from './ship-image.ts'

/** Moves a tag, and records it where it is a channel's. */
export type MoveTag = (step: TagStep, move: () => Promise<unknown>) => Promise<void>

interface ShippedChannel {
  readonly facts: ImageFacts
  readonly client: RegistryClient
  readonly version: string | undefined
  readonly operation: LedgerOperation
}

/**
 * With `auto` a token that may not write deployments costs a notice; with `required` it is an error
 * before the tag moves. A channel that has the image already is neither moved nor recorded.
 */
export function channelMover(shipment: Shipment, shipped: ShippedChannel): MoveTag {
  const { inputs, world } = shipment
  return async (step, move) => {
    const channel = channelOf(step, shipment)
    const token = inputs['github-token']
    if (!channel || !token || inputs.ledger === 'off') return void (await move())
    const { repository, tag } = step
    const before = await shipped.client.head({ ...repository, tag: tag.name })
    if (before?.digest === shipped.facts.digest) return
    let isAnnounced = false
    const announced = async () => {
      isAnnounced = true
      await move()
    }
    try {
      await recordDeployment(
        {
          github: createGitHubClient({ ...world, request: world.github(token) }),
          repository: world.event.repository,
          environment: channel.environment,
          isProduction: inputs.channels.at(-1) === channel,
          refs: [shipped.facts.revision, world.event.sha],
          record: recordOf(step, channel.tag, { shipment, shipped, previous: before?.digest }),
        },
        announced,
      )
    } catch (error) {
      const isSilent = inputs.ledger === 'auto' && isReleaseError(error, 'permission', 'denied')
      if (isAnnounced || !isSilent) throw error
      world.log.notice(`${error.message}: ${tag.name} moves unrecorded. ${error.hint ?? ''}`)
      await move()
    }
  }
}

function channelOf({ tag }: TagStep, { inputs }: Shipment) {
  if (tag.role !== 'channel') return undefined
  const suffix = inputs.variant === undefined ? '' : `-${inputs.variant}`
  return inputs.channels.find((channel) => tag.name === channel.tag + suffix)
}

function recordOf(
  { repository }: TagStep,
  channel: string,
  known: {
    readonly shipment: Shipment
    readonly shipped: ShippedChannel
    readonly previous: ImageFacts['digest'] | undefined
  },
) {
  const { shipment, shipped, previous } = known
  const { variant } = shipment.inputs
  const { facts, version, operation } = shipped
  return {
    schema: 1 as const,
    image: formatRepository(repository),
    ...(variant === undefined ? {} : { variant }),
    channel,
    digest: facts.digest,
    ...(version === undefined ? {} : { version }),
    ...(previous === undefined ? {} : { previous }),
    operation,
    forced: false,
    run: shipment.world.event.run.url,
  }
}
