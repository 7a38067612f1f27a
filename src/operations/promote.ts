// Puts a digest into a channel without a rebuild: gate, tag, ledger, notes, files.
import { ReleaseError } from '../errors.ts'
import { channelsNamed } from '../inputs/channel.ts'
import { formatRepository } from '../oci/reference.ts'
import { carryOut } from './channel/carry-out.ts'
import { CHANNEL_PERMISSIONS } from './channel/inputs.ts'
import { type LedgerLink, openLedger } from './channel/ledger-link.ts'
import { markTags } from './channel/marks.ts'
import { openStore } from './channel/open-store.ts'
import { CHANNEL_OUTPUTS } from './channel/outputs.ts'
import { ChannelReport, reported } from './channel/report.ts'
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
    ...CHANNEL_PERMISSIONS,
  ],
  printed: 'image',
  run,
})

async function run(inputs: PromoteInputs, world: World): Promise<void> {
  const routes = routesOf(inputs, world)
  const images = routes.map(({ target }) => target)
  const report = new ChannelReport(world, { operation: 'promote', images })
  try {
    await reported(report, () => promoteImages(inputs, world, { routes, report }))
  } catch (error) {
    throw atDestination(error, routes)
  }
}

async function promoteImages(
  inputs: PromoteInputs,
  world: World,
  { routes, report }: { readonly routes: readonly ImageRoute[]; readonly report: ChannelReport },
): Promise<void> {
  const choices = choicesOf(inputs)
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
  const revisions = gathered.flatMap(({ facts: { target }, revision }) =>
    revision ? [[formatRepository(target), revision] as const] : [],
  )
  const decision = { moves, marks, revisions: new Map(revisions) }
  const usesTags = inputs['channel-tags']
  await carryOut(decision, { inputs, world, store, ledger, report, usesTags })
}

/** Throws `input` for channels nobody knows and for marks that others decide about. */
function choicesOf(inputs: PromoteInputs): Omit<PromotionChoices, 'hasLedger'> {
  const { channels, variant, gate, force, expect, reason } = inputs
  return {
    channels,
    to: channelsNamed('to', inputs.to, channels),
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

function requireKeeper(inputs: PromoteInputs, ledger: LedgerLink | undefined): void {
  if (inputs['channel-tags'] || ledger || inputs.manifests.length > 0) return
  throw new ReleaseError(
    'input',
    'channel-tags: without tags, ledger and manifests nothing is left to do',
  )
}
