// Reads what a repository holds: every tag, and what the manifests behind them name.
import { isReleaseError } from '../../errors.ts'
import type { PackageVersion } from '../../github/packages.ts'
import type { Digest } from '../../oci/digest.ts'
import { isIndexType, type RawManifest } from '../../oci/manifest.ts'
import { parseManifest } from '../../oci/parse-manifest.ts'
import { formatReference, type Reference, type Repository } from '../../oci/reference.ts'
import type { Log } from '../../ports.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { Holdings, Links } from './plan.ts'

export interface Source {
  readonly client: RegistryClient
  readonly repository: Repository
  readonly log: Log
}

type Known = Pick<Holdings, 'tags' | 'links'>

/** By the registry alone, which does not tell of untagged manifests. */
export async function readTags(source: Source, names: readonly string[]): Promise<Known> {
  const { client, repository } = source
  const reader = new Reader(source)
  const tags = new Map<string, Digest | undefined>()
  const seen = new Set<string>()
  const read = async (tag: string) => {
    const found = await reader.read({ ...repository, tag })
    if (found !== 'absent') tags.set(tag, found)
  }
  // Listed again until nothing new is there: a tag set meanwhile keeps what it stands on.
  for (let fresh = names; fresh.length > 0; ) {
    for (const tag of fresh) seen.add(tag)
    await Promise.all(fresh.map(read))
    fresh = (await client.listTags(repository)).filter((tag) => !seen.has(tag))
  }
  return { tags, links: reader.links }
}

/** By the versions of its package: all manifests there are, tagged or not. */
export async function readVersions(
  source: Source,
  versions: readonly PackageVersion[],
): Promise<Known & { readonly untagged: readonly Digest[] }> {
  const { client, repository } = source
  const reader = new Reader(source)
  const tags = new Map<string, Digest | undefined>()
  const read = async ({ digest, tags: names }: PackageVersion) => {
    const found = await reader.read({ ...repository, digest })
    if (found !== 'absent') for (const tag of names) tags.set(tag, found)
  }
  await Promise.all(versions.filter((version) => version.tags.length > 0).map(read))
  const named = new Set([...reader.links.values()].flatMap(({ parts }) => parts))
  const untagged = versions.filter(
    ({ digest, tags: names }) => names.length === 0 && !named.has(digest),
  )
  await Promise.all(untagged.map(read))
  // A page of versions that shifted while it was read may have hidden one.
  const hidden = (await client.listTags(repository)).filter((tag) => !tags.has(tag))
  for (const tag of hidden) {
    const found = await reader.read({ ...repository, tag })
    if (found !== 'absent') tags.set(tag, found)
  }
  return { tags, links: reader.links, untagged: untagged.map(({ digest }) => digest) }
}

class Reader {
  readonly links = new Map<Digest, Links>()
  private readonly source: Source

  constructor(source: Source) {
    this.source = source
  }

  /** Its digest; undefined: there, but no manifest we can read. */
  async read(reference: Reference): Promise<Digest | undefined | 'absent'> {
    const { client, log } = this.source
    try {
      const raw = await client.get(reference)
      if (!raw) return 'absent'
      await this.follow(raw)
      return raw.digest
    } catch (error) {
      if (!isReleaseError(error, 'invalid-manifest')) throw error
      log.info(`${formatReference(reference)} is kept: ${error.message}`)
      return undefined
    }
  }

  /** Parts that are manifests name nothing further; parts that are indexes are read too. */
  private async follow(raw: RawManifest): Promise<void> {
    if (this.links.has(raw.digest)) return
    const manifest = parseManifest(raw)
    const parts = manifest.kind === 'index' ? manifest.manifests : []
    this.links.set(raw.digest, {
      parts: parts.map(({ digest }) => digest),
      ...(manifest.subject ? { subject: manifest.subject.digest } : {}),
    })
    const { client, repository } = this.source
    for (const { digest, mediaType } of parts) {
      if (!isIndexType(mediaType)) continue
      const child = await client.get({ ...repository, digest })
      if (child) await this.follow(child)
    }
  }
}
