// The facts a promotion is planned from. `from` is resolved once for each image; the registry is
// asked for nothing that no decision needs.
import { channelBefore } from '../../ledger/gate.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import type { LedgerLink } from '../channel/ledger-link.ts'
import { isFixedTag } from '../channel/marks.ts'
import { type ChannelState, readState } from '../channel/state.ts'
import type { ImageLabels, ImageStore } from '../channel/store.ts'
import { versionOfTag } from '../channel/tag-names.ts'
import type { ImageFacts } from './facts.ts'
import type { PromotionChoices } from './plan.ts'
import { type NamedImage, resolveSource } from './resolve-source.ts'
import type { Source } from './source.ts'

export interface Gathering {
  readonly store: ImageStore
  readonly ledger: LedgerLink | undefined
  /** What `from` says. */
  readonly named: Source
  readonly choices: PromotionChoices
}

export interface GatheredImage {
  readonly facts: ImageFacts
  /** The commit it was built from, where anybody says. */
  readonly revision: string | undefined
}

interface Asking extends Gathering {
  readonly source: Repository
  readonly target: Repository
  readonly digest: Digest
}

/** Throws `registry` where the digest, or a part of it, is not there. */
export async function gatherImage(
  { source, target }: { readonly source: Repository; readonly target: Repository },
  gathering: Gathering,
): Promise<GatheredImage> {
  const { store, ledger } = gathering
  const image = await resolveSource(source, gathering)
  const { digest } = image.found
  const records = ledger?.entries.filter(({ record }) => record.digest === digest) ?? []
  const revision = records.find((entry) => entry.revision !== undefined)?.revision
  const wantsLabels = ledger !== undefined && revision === undefined
  const asking: Asking = { ...gathering, source, target, digest }
  const [labels, states, marked] = await Promise.all([
    store.verify(source, image.found, { labels: wantsLabels }),
    readTargets(asking),
    readMarks(asking),
  ])
  const recorded = records.find(({ record }) => record.version !== undefined)?.record.version
  const version = image.version ?? recorded
  const released = await readVersion(asking, { image, version, labels })
  const before = await readBefore(asking, released.isReleased)
  return {
    facts: { source, target, digest, ...released, states: new Map([...before, ...states]), marked },
    revision: revision ?? labels.revision,
  }
}

/** The channels to come into, as they are where the tags are. */
async function readTargets(asking: Asking): Promise<ReadonlyMap<string, ChannelState>> {
  const { store, ledger, target, choices } = asking
  const { variant, usesTags } = choices
  const images = [formatRepository(target)]
  const states = choices.to.map(async ({ tag: channel }) => {
    const tag = withVariant(channel, variant)
    const tagDigest = usesTags ? await store.digestOf({ ...target, tag }) : undefined
    return [
      channel,
      readState(ledger?.entries ?? [], { images, variant, channel }, tagDigest),
    ] as const
  })
  return new Map(await Promise.all(states))
}

async function readMarks({ store, target, choices }: Asking): Promise<ReadonlyMap<string, Digest>> {
  const fixed = choices.marks.filter((tag) => isFixedTag(tag, choices.variant))
  const found = fixed.map(async (tag) => [tag, await store.digestOf({ ...target, tag })] as const)
  const there = (await Promise.all(found)).flatMap(([tag, digest]) =>
    digest ? [[tag, digest] as const] : [],
  )
  return new Map(there)
}

/**
 * A label is a hint only: what it says counts once the tag of that version is on the digest. So is
 * a record's version for the gate, and it is asked about where the gate hangs on it.
 */
async function readVersion(
  asking: Asking,
  facts: {
    readonly image: NamedImage
    readonly version: string | undefined
    readonly labels: ImageLabels
  },
): Promise<{ readonly version: string | undefined; readonly isReleased: boolean }> {
  const { image, version, labels } = facts
  const { variant } = asking.choices
  const tagged = image.found.tags?.map((tag) => versionOfTag(tag, variant)).find(Boolean)
  const own = image.version ?? tagged
  if (own !== undefined) return { version: own, isReleased: true }
  const matters = version === undefined || isFirstGate(asking)
  const hint = version ?? labels.version
  const tag = hint === undefined ? undefined : withVariant(hint, variant)
  if (!matters || tag === undefined || versionOfTag(tag, variant) === undefined)
    return { version, isReleased: false }
  const isReleased = (await asking.store.digestOf({ ...asking.source, tag })) === asking.digest
  return { version: version ?? (isReleased ? hint : undefined), isReleased }
}

/** Whether a gate behind the first channel hangs on the version: the ledger does not open it. */
function isFirstGate(asking: Asking): boolean {
  const { choices, ledger, source, target, digest } = asking
  const [first, second] = choices.channels.map(({ tag }) => tag)
  if (!first || choices.gate === 'off' || !choices.to.some(({ tag }) => tag === second))
    return false
  const images = [formatRepository(source), formatRepository(target)]
  const name = { images, variant: choices.variant, channel: first }
  const { history } = readState(ledger?.entries ?? [], name, undefined)
  return !history.entries.some(({ record }) => record.digest === digest)
}

/** The channels before those to come into; their tags only where the gate looks at them. */
async function readBefore(
  asking: Asking,
  isReleased: boolean,
): Promise<ReadonlyMap<string, ChannelState>> {
  const { choices, ledger, source, target } = asking
  const channels = choices.channels.map(({ tag }) => tag)
  const before = new Set(choices.to.flatMap(({ tag }) => channelBefore(channels, tag) ?? []))
  const images = [formatRepository(source), formatRepository(target)]
  const states = [...before].map(async (channel) => {
    const name = { images, variant: choices.variant, channel }
    const state = readState(ledger?.entries ?? [], name, undefined)
    const hasRecords = state.history.entries.length > 0
    const isOpen = choices.gate === 'off' || (isReleased && channel === channels[0])
    if (isOpen || (choices.gate === 'ledger' && hasRecords)) return [channel, state] as const
    return [channel, { ...state, tagDigest: await tagOf(channel, asking) }] as const
  })
  return new Map(await Promise.all(states))
}

/** Where the image is, or where it is copied to; the one that has our digest counts. */
async function tagOf(channel: string, asking: Asking): Promise<Digest | undefined> {
  const { store, source, target, digest, choices } = asking
  const tag = withVariant(channel, choices.variant)
  const there = await store.digestOf({ ...source, tag })
  if (there === digest || formatRepository(source) === formatRepository(target)) return there
  return (await store.digestOf({ ...target, tag })) ?? there
}
