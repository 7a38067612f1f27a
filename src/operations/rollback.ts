// Puts a channel's previous, or a named, digest back.

import { ReleaseError } from '../errors.ts'
import { chooseImages } from '../inputs/images.ts'
import type { Channel } from '../inputs/shared.ts'
import { formatReference, formatRepository, type Repository } from '../oci/reference.ts'
import { withVariant } from '../tags/tag-name.ts'
import { applyMoves } from './channel/apply.ts'
import { type LedgerLink, openLedger } from './channel/ledger-link.ts'
import { findManifests, pinManifests } from './channel/manifests.ts'
import { isFixedTag, markTags, requireFree } from './channel/marks.ts'
import type { Move } from './channel/move.ts'
import { noteMoves } from './channel/notes.ts'
import { openStore } from './channel/open-store.ts'
import { CHANNEL_OUTPUTS } from './channel/outputs.ts'
import { ChannelReport } from './channel/report.ts'
import { type ChannelState, readState } from './channel/state.ts'
import { type ImageStore, isPartGone } from './channel/store.ts'
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
    { scope: 'packages: write', why: 'moving tags on ghcr.io' },
    { scope: 'contents: write', why: 'the line in the release notes, and `commit`; else `read`' },
    { scope: 'pull-requests: write', why: '`commit: pull-request`' },
  ],
  printed: 'image',
  run,
})

async function run(inputs: RollbackInputs, world: World): Promise<void> {
  const images = chooseImages(inputs.images, world.event.repository)
  const report = new ChannelReport(world, { operation: 'rollback', images })
  try {
    await carryOut(inputs, world, { images, report })
  } catch (error) {
    report.failed(error)
    throw error
  } finally {
    await report.finish()
  }
}

interface Looking {
  readonly inputs: RollbackInputs
  readonly channel: Channel
  readonly store: ImageStore
  readonly ledger: LedgerLink | undefined
}

async function carryOut(
  inputs: RollbackInputs,
  world: World,
  { images, report }: { readonly images: readonly Repository[]; readonly report: ChannelReport },
): Promise<void> {
  const { channels, variant } = inputs
  const channel = chooseChannel(inputs, images)
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
  const tasks = await findManifests(moves, inputs, world)
  const entries = ledger?.entries ?? []
  report.planned(moves, { channels, variant, entries, isDryRun: inputs['dry-run'] })
  if (inputs['dry-run']) return
  await applyMoves(moves, {
    world,
    store,
    ledger,
    variant,
    usesTags: true,
    production: channels.at(-1)?.tag,
    revisions: new Map(planned.flatMap(({ revision }) => (revision ? [revision] : []))),
    onMoved: (move, deployment) => report.moved(move, deployment),
  })
  for (const mark of placements) {
    await store.place(mark)
    report.marked(mark)
  }
  await noteMoves(moves, inputs, { world, report })
  await pinManifests(tasks, inputs, { world, report })
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
    throw isPartGone(error) ? withCandidates(error, facts, move) : error
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

/** Throws `input` for a channel nobody knows, or a digest of another image. */
function chooseChannel(
  { channel, channels, to }: RollbackInputs,
  images: readonly Repository[],
): Channel {
  const image = 'image' in to ? to.image : undefined
  const names = images.map(formatRepository)
  if (image !== undefined && !names.includes(image))
    throw new ReleaseError('input', `to: ${image} is none of the images ${names.join(', ')}`)
  const found = channels.find(({ tag }) => tag === channel)
  if (found) return found
  throw new ReleaseError('input', `channel: ${channel} is no channel`, {
    hint: `The channels are ${channels.map(({ tag }) => tag).join(', ')}; see the input "channels".`,
  })
}
