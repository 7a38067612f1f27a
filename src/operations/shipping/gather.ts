// The facts a run is planned from: what the registry holds under the event's tags.
import type { Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readImageConfig } from '../../registry/image-config.ts'
import { isFloating } from '../../tags/floating.ts'
import { resolveTags } from '../../tags/resolve.ts'
import type { ResolvedTag, TagSet } from '../../tags/tag-set.ts'
import type { World } from '../operation.ts'
import { commitOf, INPUTS_LABEL, PULL_REQUEST_LABEL } from './build-identity.ts'
import type { ShippingInputs } from './inputs.ts'
import { findNewerCommits } from './newer-commits.ts'
import { isFindable, isFollowing } from './plan.ts'
import type { Prepared } from './prepare.ts'
import { findRecorded, type ReleaseNotes, releaseNotesOf } from './recorded-versions.ts'
import { type ImageState, isReusable, type Situation, type TagOwner } from './situation.ts'

export interface Asking {
  readonly world: World
  readonly client: RegistryClient
  readonly inputs: Pick<ShippingInputs, 'github-token'>
  /** What the image's inputs label says, or will say. */
  readonly fingerprint: string
}

/** Asks the registry about the tags that must not move and, for floating ones, about all. */
export async function gather(prepared: Prepared, asking: Asking): Promise<Situation> {
  const { world, fingerprint, inputs } = asking
  const notes = releaseNotesOf(inputs['github-token'], world)
  const facts = { event: world.event, fingerprint, notPushed: prepared.notPushed }
  const situate = async (tagSet: TagSet): Promise<Situation> => ({
    ...facts,
    tagSet,
    images: await Promise.all(
      prepared.repositories.map((repository) =>
        prepared.notPushed
          ? { ...NOTHING, repository }
          : readState(repository, tagSet.tags, { ...asking, notes }),
      ),
    ),
  })
  const situation = await situate(prepared.tagSet)
  if (!isVersionTaken(situation)) return situation
  world.log.notice(
    `${situation.tagSet.version} is published already: this push gets its other tags`,
  )
  return situate(resolveTags(prepared.request))
}

const NOTHING = {
  published: [],
  owners: new Map(),
  followed: new Map(),
  newer: new Map(),
  recorded: new Map(),
} as const

/**
 * On a push to a branch a version acts only while it is unpublished, or published by this commit.
 */
function isVersionTaken(situation: Situation): boolean {
  const { event, tagSet, images } = situation
  if (event.name !== 'push' || event.branch === undefined || !tagSet.version) return false
  const names = tagSet.tags.filter(({ role }) => role === 'version').map(({ name }) => name)
  const owners = images.flatMap((image) => names.flatMap((name) => image.owners.get(name) ?? []))
  return owners.some((owner) => !isReusable(owner, situation))
}

async function readState(
  repository: Repository,
  tags: readonly ResolvedTag[],
  { world, client, inputs, notes }: Asking & { readonly notes: ReleaseNotes },
): Promise<ImageState> {
  const ownersOf = async (chosen: readonly ResolvedTag[]) => {
    const entries = chosen.map(
      async ({ name }) => [name, await readOwner(client, repository, name)] as const,
    )
    const found = (await Promise.all(entries)).flatMap(([name, owner]) =>
      owner ? [[name, owner] as const] : [],
    )
    return new Map(found)
  }
  const follows = tags.filter(isFollowing)
  const [published, owners, recorded, [followed, newer]] = await Promise.all([
    tags.some(isFloating) ? client.listTags(repository) : [],
    ownersOf(tags.filter(isFindable)),
    findRecorded(tags, { client, repository, notes }),
    ownersOf(follows).then(
      async (held) => [held, await findNewerCommits(held, inputs['github-token'], world)] as const,
    ),
  ])
  return { repository, published, owners, followed, newer, recorded }
}

/** Undefined when there is no such tag. Three requests. */
export async function readOwner(
  client: RegistryClient,
  repository: Repository,
  tag: string,
): Promise<TagOwner | undefined> {
  const raw = await client.get({ ...repository, tag })
  if (!raw) return undefined
  const labels = (await readImageConfig(client, repository, raw))?.labels ?? {}
  return {
    digest: raw.digest,
    revision: commitOf(labels),
    inputs: labels[INPUTS_LABEL],
    isPullRequest: PULL_REQUEST_LABEL in labels,
  }
}
