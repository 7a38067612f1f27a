// Records in the ledger that a channel moved, when an image is shipped straight into one.
import { isReleaseError } from '../../errors.ts'
import type { GitHubClient } from '../../github/client.ts'
import { type Announcement, setDeploymentStatus } from '../../github/deployments.ts'
import { readLedger } from '../../github/ledger.ts'
import { recordDeployment } from '../../github/record-deployment.ts'
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerOperation } from '../../ledger/record.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { settle } from '../channel/settle.ts'
import { readState, recordingOf } from '../channel/state.ts'
import { connectGitHub } from '../world.ts'
import type { TagStep } from './plan.ts'
import type { ImageFacts } from './records.ts'
import type { Shipment } from './ship-image.ts'

/** Moves a tag, and records it where it is a channel's. */
export type MoveTag = (step: TagStep, move: WriteTag) => Promise<void>

/** `seen`: what the tag had just before; left out, it is read first. */
type WriteTag = (seen?: Digest | 'nothing') => Promise<unknown>

interface ShippedChannel {
  readonly facts: ImageFacts
  readonly client: RegistryClient
  readonly version: string | undefined
  readonly operation: LedgerOperation
}

/**
 * With `auto` a token that may not write deployments costs a notice; with `required` it is an error
 * before the tag moves. Where the tag is on the image already, only what the ledger lacks is
 * written. Throws `overtaken` where another run takes the tag at the same time.
 */
export function channelMover(shipment: Shipment, shipped: ShippedChannel): MoveTag {
  const { inputs, world } = shipment
  return async (step, move) => {
    const channel = channelOf(step, shipment)
    const token = inputs['github-token']
    if (!channel || !token || inputs.ledger === 'off') return void (await move())
    const { repository, tag } = step
    const before = await shipped.client.head({ ...repository, tag: tag.name })
    const isThere = before?.digest === shipped.facts.digest
    const github = connectGitHub(world, token)
    const recording = { shipment, shipped, step, channel, github, previous: before?.digest }
    let isAnnounced = false
    const announced = async () => {
      isAnnounced = true
      await move()
    }
    try {
      await (isThere ? complete(recording) : record(recording, announced))
    } catch (error) {
      const codes = isThere ? [] : (['permission', 'denied'] as const)
      const isSilent = inputs.ledger === 'auto' && isReleaseError(error, ...codes)
      if (isAnnounced || !isSilent) throw error
      world.log.notice(`${error.message}: ${tag.name} is not recorded. ${error.hint ?? ''}`)
      if (!isThere) await move()
    }
  }
}

interface Recording {
  readonly shipment: Shipment
  readonly shipped: ShippedChannel
  readonly step: TagStep
  readonly channel: Channel
  readonly github: GitHubClient
  /** What the tag was on. */
  readonly previous: Digest | undefined
}

async function record(recording: Recording, move: () => Promise<void>): Promise<void> {
  const { shipment, shipped, step, channel } = recording
  const { world, inputs } = shipment
  const { client, facts } = shipped
  const { repository: target, tag } = step
  const deployment = await recordDeployment(announcementOf(recording), move)
  await settle({
    ...world,
    move: { target, tag: tag.name, channel, digest: facts.digest },
    deployment,
    ledger: { entries: [], reread: () => readEntries(recording) },
    store: { digestOf: async (reference) => (await client.head(reference))?.digest },
    variant: inputs.variant,
  })
}

/** A run that moved the tag and could not say so left that to the next one. */
async function complete(recording: Recording): Promise<void> {
  const { shipment, shipped, step, channel, github, previous } = recording
  const { digest } = shipped.facts
  const { variant } = shipment.inputs
  const image = formatRepository(step.repository)
  const name = { images: [image], variant, channel: channel.tag }
  const state = readState(await readEntries(recording), name, previous)
  const due = recordingOf(state, digest, { hasLedger: true, movesTag: false })
  if (due.kind === 'new') await recordDeployment(announcementOf(recording), async () => {})
  if (due.kind !== 'complete') return
  const { event } = shipment.world
  const named = { name: `${channel.tag} of ${image}`, run: event.run.url }
  const deployment = { github, repository: event.repository, id: due.deployment, ...named }
  await setDeploymentStatus(deployment, 'success', `Moved to ${digest}`)
}

async function readEntries({ shipment, channel, github }: Recording) {
  const { repository } = shipment.world.event
  // Read alone would only get as far as the next write.
  const permission = 'deployments: write'
  return (await readLedger({ github, repository, channels: [channel], permission })).entries
}

function announcementOf(recording: Recording): Announcement {
  const { shipment, shipped, step, channel, github, previous } = recording
  const { inputs, world } = shipment
  return {
    github,
    repository: world.event.repository,
    environment: channel.environment,
    isProduction: inputs.channels.at(-1) === channel,
    refs: [shipped.facts.revision, world.event.sha],
    record: recordOf(step, channel.tag, { shipment, shipped, previous }),
  }
}

function channelOf({ tag }: TagStep, { inputs }: Shipment) {
  if (tag.role !== 'channel') return undefined
  const { channels, variant } = inputs
  return channels.find((channel) => tag.name === withVariant(channel.tag, variant))
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
