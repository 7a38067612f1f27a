// Which versions our records name for the images that tags are on, where the tags themselves do not
// tell: read from the notes of the repository's releases.
import { isReleaseError } from '../../errors.ts'
import { listReleases } from '../../github/releases.ts'
import { findBlocks } from '../../notes/marked-block.ts'
import { parseRecord } from '../../notes/record.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { isUnlisted } from '../../tags/floating.ts'
import type { ResolvedTag } from '../../tags/tag-set.ts'
import { compareVersions, readAnyVersion } from '../../tags/version.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'

interface Asking {
  readonly client: RegistryClient
  readonly repository: Repository
  readonly notes: ReleaseNotes
}

/** The notes of the repository's releases, read when they are first asked for. */
export type ReleaseNotes = () => Promise<readonly string[]>

/** None without a token, or where it may not read them, which is told. */
export function releaseNotesOf(token: string | undefined, world: World): ReleaseNotes {
  let notes: ReturnType<ReleaseNotes> | undefined
  return () => {
    notes ??= token ? readNotes(token, world) : Promise.resolve([])
    return notes
  }
}

/** By tag: the version, empty where there is no such tag yet. What no record names is left out. */
export async function findRecorded(
  tags: readonly ResolvedTag[],
  asking: Asking,
): Promise<ReadonlyMap<string, string>> {
  const unlisted = tags.filter(isUnlisted)
  const { client, repository } = asking
  const digests = await Promise.all(
    unlisted.map(async ({ name }) => (await client.head({ ...repository, tag: name }))?.digest),
  )
  const isKnown = digests.every((digest) => digest === undefined)
  const versions = isKnown ? new Map<string, string>() : await versionsByDigest(asking)
  const entries = unlisted.map(({ name }, index) => {
    const digest = digests[index]
    return [name, digest === undefined ? '' : versions.get(digest)] as const
  })
  return new Map(entries.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]])))
}

/** The highest one of each digest, since an image may have been released again under another. */
async function versionsByDigest({
  repository,
  notes,
}: Asking): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>()
  for (const body of await notes())
    for (const { content } of findBlocks(body)) {
      const { image, digest = '', version } = parseRecord(content) ?? {}
      if (image !== formatRepository(repository) || version === undefined) continue
      if (isHigher(version, versions.get(digest))) versions.set(digest, version)
    }
  return versions
}

async function readNotes(token: string, world: World): Promise<readonly string[]> {
  const github = connectGitHub(world, token)
  try {
    const releases = await listReleases(github, world.event.repository)
    return releases.filter(({ draft }) => !draft).map(({ body }) => body)
  } catch (error) {
    if (!isReleaseError(error, 'github', 'permission', 'denied')) throw error
    world.log.info(`${error.message}. What moves is not compared with our records.`)
    return []
  }
}

function isHigher(version: string, than: string | undefined): boolean {
  const [one, other] = [readAnyVersion(version), readAnyVersion(than ?? '')]
  return one !== undefined && (other === undefined || compareVersions(one, other) > 0)
}
