// What a registry has of one image: a HEAD for every tag, and one for every recorded digest that no
// tag is on.
import type { ListedRelease } from '../../github/releases.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { withVariant } from '../../tags/tag-name.ts'
import type { ImageFacts, NotedRelease } from './facts.ts'
import type { Places } from './files.ts'
import type { AuditInputs } from './inputs.ts'
import { noteReleases } from './releases.ts'

export interface ImageSources {
  readonly repository: Repository
  readonly client: RegistryClient
  readonly entries: Promise<readonly LedgerEntry[]>
  readonly releases: Promise<readonly ListedRelease[]>
  readonly places: Promise<Places>
  readonly inputs: AuditInputs
  readonly past: boolean
}

/** Tags are asked for while the ledger is still being read. */
export async function gatherImage(sources: ImageSources): Promise<ImageFacts> {
  const { repository, client, inputs, past } = sources
  const { variant, channels } = inputs
  const image = formatRepository(repository)
  const tags = new Map<string, Digest | undefined>()
  const ask = async (names: readonly string[]): Promise<void> => {
    await Promise.all(
      [...new Set(names)].map(async (tag) => tags.set(tag, await headTag(sources, tag))),
    )
  }
  const noted = sources.releases.then((releases) => noteReleases(releases, { image, variant }))
  const comparesTags = inputs['channel-tags'] && !past
  await Promise.all([
    ask(comparesTags ? channels.map(({ tag }) => withVariant(tag, variant)) : []),
    noted.then((releases) => ask(releases.flatMap(({ tag }) => tag ?? []))),
  ])
  const releases = await noted
  const recorded = recordedDigests(await sources.entries, releases, { image, variant })
  const seen = new Set(tags.values())
  const untagged = recorded.filter((digest) => !seen.has(digest))
  const heads = untagged.map(async (digest) => {
    const isThere = await client.head({ ...repository, digest })
    return isThere ? [] : [digest]
  })
  const gone = new Set((await Promise.all(heads)).flat())
  return { image, releases, files: (await sources.places).get(image) ?? [], tags, gone }
}

async function headTag({ client, repository }: ImageSources, tag: string) {
  return (await client.head({ ...repository, tag }))?.digest
}

/** Each once. */
function recordedDigests(
  entries: readonly LedgerEntry[],
  releases: readonly NotedRelease[],
  { image, variant }: { readonly image: string; readonly variant: string | undefined },
): readonly Digest[] {
  const moved = entries.filter(
    ({ state, record }) =>
      state === 'counts' && record.image === image && record.variant === variant,
  )
  const digests = [
    ...moved.map(({ record }) => record.digest),
    ...releases.flatMap(({ record }) => record?.digest ?? []),
  ]
  return [...new Set(digests)]
}
