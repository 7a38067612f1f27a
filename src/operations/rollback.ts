// Puts a channel's previous, or a named, digest back.
import { ReleaseError } from '../errors.ts'
import { type Channel, channelNamed } from '../inputs/channel.ts'
import { chooseImages, requireOwnImage } from '../inputs/images.ts'
import { formatReference, formatRepository, type Repository } from '../oci/reference.ts'
import { withVariant } from '../tags/tag-name.ts'
import { carryOut } from './channel/carry-out.ts'
import { CHANNEL_PERMISSIONS } from './channel/inputs.ts'
import { type LedgerLink, openLedger } from './channel/ledger-link.ts'
import { isFixedTag, markTags, requireFree } from './channel/marks.ts'
import type { Move } from './channel/move.ts'
import { openStore } from './channel/open-store.ts'
import { CHANNEL_OUTPUTS } from './channel/outputs.ts'
import { ChannelReport, reported } from './channel/report.ts'
import { type ChannelState, readState } from './channel/state.ts'
import { type ImageStore, PartGone } from './channel/store.ts'
import { tagsNamed, versionOfTag } from './channel/tag-names.ts'
import { defineOperation, type World } from './operation.ts'
import { ROLLBACK_INPUTS, type RollbackInputs } from './rollback/inputs.ts'
import {
  listCandidates,
  type NamedTarget,
  planRollback,
  type RollbackFacts,
} from './rollback/plan.ts'

export const rollback = defineOperation({
  name: 'rollback',
  title: 'image-release rollback',
  summary: "Put a channel's previous image, or a named one, back by its digest, and record it.",
  inputs: ROLLBACK_INPUTS,
  outputs: CHANNEL_OUTPUTS,
  permissions: [
    { scope: 'deployments: write', why: 'the ledger; not with `ledger: off` and a `to`' },
    ...CHANNEL_PERMISSIONS,
  ],
  printed: 'image',
  run,
})

async function run(inputs: RollbackInputs, world: World): Promise<void> {
  const images = chooseImages(inputs.images, world.event.repository)
  const report = new ChannelReport(world, { operation: 'rollback', images })
  await reported(report, () => rollBackImages(inputs, world, { images, report }))
}

interface Looking {
  readonly inputs: RollbackInputs
  readonly channel: Channel
  readonly store: ImageStore
  readonly ledger: LedgerLink | undefined
}

async function rollBackImages(
  inputs: RollbackInputs,
  world: World,
  { images, report }: { readonly images: readonly Repository[]; readonly report: ChannelReport },
): Promise<void> {
  const { channels, variant } = inputs
  const named = 'image' in inputs.to ? inputs.to.image : undefined
  requireOwnImage({ input: 'to', image: named, hint: 'Name it in "images".' }, images)
  const channel = channelNamed('channel', inputs.channel, channels)
  const marks = markTags(inputs.mark, { channels, variant })
  const store = openStore(inputs, { repositories: images }, world)
  const ledger = await openLedger(inputs, world)
  const looking = { inputs, channel, store, ledger }
  const planned = await Promise.all(images.map((image) => plan(image, looking)))
  const moves = planned.map(({ move }) => move)
  const placements = moves.flatMap(({ source, target, digest }) =>
    marks.map((tag) => ({ source, target, tag, digest })),
  )
  for (const mark of placements.filter(({ tag }) => isFixedTag(tag, variant)))
    requireFree(mark, await store.digestOf({ ...mark.target, tag: mark.tag }))
  const revisions = new Map(planned.flatMap(({ revision }) => (revision ? [revision] : [])))
  const decision = { moves, marks: placements, revisions }
  await carryOut(decision, { inputs, world, store, ledger, report, usesTags: true })
}

/** What a rollback of this image is, its digest found whole in the store. */
async function plan(image: Repository, looking: Looking) {
  const { inputs, channel, store, ledger } = looking
  const { variant, force, expect, reason } = inputs
  const name = { images: [formatRepository(image)], variant, channel: channel.tag }
  const tagDigest = await store.digestOf({ ...image, tag: withVariant(channel.tag, variant) })
  const state = readState(ledger?.entries ?? [], name, tagDigest)
  const facts = { image, state, named: await resolveName(image, looking) }
  const hasLedger = ledger !== undefined
  const choices = { channel, variant, goal: inputs.to, force, expect, hasLedger, reason }
  const move = planRollback(facts, choices)
  const recorded = state.history.entries.find(
    ({ record, revision }) => record.digest === move.digest && revision !== undefined,
  )?.revision
  const found = await find(facts, move, looking)
  const wanted = { labels: hasLedger && recorded === undefined }
  const labels = await store.verify(image, found, wanted).catch((error: unknown) => {
    throw error instanceof PartGone ? withCandidates(error, facts, move) : error
  })
  const revision = recorded ?? labels.revision
  return { move, revision: revision ? ([formatRepository(image), revision] as const) : undefined }
}

async function resolveName(image: Repository, { inputs, store }: Looking): Promise<NamedTarget> {
  const { to, variant } = inputs
  for (const tag of to.kind === 'name' ? tagsNamed(to.text, variant) : []) {
    const digest = await store.digestOf({ ...image, tag })
    if (digest) return { digest, version: versionOfTag(tag, variant) }
  }
  return {}
}

function withCandidates(error: ReleaseError, { state }: RollbackFacts, { digest }: Move) {
  const message = error.message + listCandidates(without(state, digest))
  return new ReleaseError(error.code, message, { ...(error.hint ? { hint: error.hint } : {}) })
}

async function find({ image, state }: RollbackFacts, { digest }: Move, { store }: Looking) {
  const found = await store.find({ ...image, digest })
  if (found) return found
  const reference = formatReference({ ...image, digest })
  throw new ReleaseError(
    'registry',
    `Cannot roll back to ${reference}: it is gone${listCandidates(without(state, digest))}`,
    { hint: 'A clean-up has deleted it. Name another in "to", or build that version again.' },
  )
}

function without(state: ChannelState, digest: string): ChannelState {
  const entries = state.history.entries.filter(({ record }) => record.digest !== digest)
  return { ...state, history: { ...state.history, entries } }
}
