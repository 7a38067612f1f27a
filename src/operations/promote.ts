// Puts a digest into a channel without a rebuild: gate, tag, ledger, notes, files.
import { ReleaseError } from '../errors.ts'
import type { Channel } from '../inputs/shared.ts'
import { formatRepository } from '../oci/reference.ts'
import { applyMoves } from './channel/apply.ts'
import { type LedgerLink, openLedger } from './channel/ledger-link.ts'
import { findManifests, pinManifests } from './channel/manifests.ts'
import { markTags } from './channel/marks.ts'
import { noteMoves } from './channel/notes.ts'
import { openStore } from './channel/open-store.ts'
import { CHANNEL_OUTPUTS } from './channel/outputs.ts'
import { ChannelReport } from './channel/report.ts'
import { defineOperation, type World } from './operation.ts'
import { gatherImage } from './promote/gather.ts'
import { PROMOTE_INPUTS, type PromoteInputs } from './promote/inputs.ts'
import { type PromotionChoices, planPromotion } from './promote/plan.ts'
import { atDestination, destinationOf, type ImageRoute, routesOf } from './promote/routes.ts'

export const promote = defineOperation({
  name: 'promote',
  title: 'image-release promote',
  summary: 'Put an image into a channel by its digest, without a rebuild, and record it.',
  inputs: PROMOTE_INPUTS,
  outputs: CHANNEL_OUTPUTS,
  permissions: [
    { scope: 'deployments: write', why: 'the ledger; not with `ledger: off`' },
    { scope: 'packages: write', why: 'moving tags on ghcr.io' },
    { scope: 'contents: write', why: 'the line in the release notes, and `commit`; else `read`' },
    { scope: 'pull-requests: write', why: '`commit: pull-request`' },
  ],
  printed: 'image',
  run,
})

async function run(inputs: PromoteInputs, world: World): Promise<void> {
  const routes = routesOf(inputs, world)
  const images = routes.map(({ target }) => target)
  const report = new ChannelReport(world, { operation: 'promote', images })
  try {
    await carryOut(inputs, world, { routes, report })
  } catch (error) {
    report.failed(error)
    throw atDestination(error, routes)
  } finally {
    await report.finish()
  }
}

async function carryOut(
  inputs: PromoteInputs,
  world: World,
  { routes, report }: { readonly routes: readonly ImageRoute[]; readonly report: ChannelReport },
): Promise<void> {
  const choices = { ...choicesOf(inputs), hasLedger: false }
  const store = openStore(inputs, destinationOf(inputs, routes), world)
  const ledger = await openLedger(inputs, world)
  requireKeeper(inputs, ledger)
  const gathering = {
    store,
    ledger,
    named: inputs.from,
    choices: { ...choices, hasLedger: ledger !== undefined },
  }
  const gathered = await Promise.all(routes.map((route) => gatherImage(route, gathering)))
  const facts = gathered.map((image) => image.facts)
  const { moves, marks } = planPromotion(facts, gathering.choices)
  const tasks = await findManifests(moves, inputs, world)
  const { channels, variant, 'dry-run': isDryRun } = inputs
  report.planned(moves, { channels, variant, entries: ledger?.entries ?? [], isDryRun })
  if (isDryRun) return
  const revisions = gathered.flatMap(({ facts: { target }, revision }) =>
    revision ? [[formatRepository(target), revision] as const] : [],
  )
  await applyMoves(moves, {
    world,
    store,
    ledger,
    variant,
    usesTags: inputs['channel-tags'],
    production: channels.at(-1)?.tag,
    revisions: new Map(revisions),
    onMoved: (move, deployment) => report.moved(move, deployment),
  })
  for (const mark of marks) {
    await store.place(mark)
    report.marked(mark)
  }
  await noteMoves(moves, inputs, { world, report })
  await pinManifests(tasks, inputs, { world, report })
}

/** Throws `input` for channels nobody knows and for marks that others decide about. */
function choicesOf(inputs: PromoteInputs): Omit<PromotionChoices, 'hasLedger'> {
  const { channels, variant, gate, force, expect, reason } = inputs
  return {
    channels,
    to: chooseChannels(inputs.to, channels),
    variant,
    gate,
    force,
    expect,
    usesTags: inputs['channel-tags'],
    marks: markTags(inputs.mark, { channels, variant }),
    from: inputs.from.text,
    reason,
  }
}

/** In promotion order, each once. */
function chooseChannels(
  names: readonly string[],
  channels: readonly Channel[],
): readonly Channel[] {
  const unknown = names.filter((name) => channels.every(({ tag }) => tag !== name))
  if (unknown.length > 0)
    throw new ReleaseError('input', `to: ${unknown.join(', ')} is no channel`, {
      hint: `The channels are ${channels.map(({ tag }) => tag).join(', ')}; see the input "channels".`,
    })
  return channels.filter(({ tag }) => names.includes(tag))
}

function requireKeeper(inputs: PromoteInputs, ledger: LedgerLink | undefined): void {
  if (inputs['channel-tags'] || ledger || inputs.manifests.length > 0) return
  throw new ReleaseError(
    'input',
    'channel-tags: without tags, ledger and manifests nothing is left to do',
  )
}
