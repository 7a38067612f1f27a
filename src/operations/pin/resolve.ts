// From references to what they are pinned to: each asked for once, by HEAD, and told with the tag
// that belongs to the digest.
import { isReleaseError, messageOf } from '../../errors.ts'
import type { Channel } from '../../inputs/channel.ts'
import { REVISION_KEY } from '../../oci/annotations.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference, type Reference, type Repository } from '../../oci/reference.ts'
import type { Pin } from '../../pinning/mention.ts'
import type { Known } from '../../pinning/policy.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readImageConfig } from '../../registry/image-config.ts'
import { compareVersions, readVersion, type Version } from '../../tags/version.ts'

/** How many of a repository's newest versions are compared with a digest. */
const MAX_CANDIDATES = 30

const SHORT_SHA = 7

/** What a registry says of every reference, each asked once. A refusal is an answer, too. */
export async function askAll(
  client: RegistryClient,
  references: Iterable<Reference>,
): Promise<ReadonlyMap<string, Known>> {
  const wanted = new Map(
    [...references].map((reference) => [formatReference(reference), reference]),
  )
  const answers = [...wanted].map(
    async ([name, reference]) => [name, await ask(client, reference)] as const,
  )
  return new Map(await Promise.all(answers))
}

async function ask(client: RegistryClient, reference: Reference): Promise<Known> {
  try {
    return { digest: (await client.head(reference))?.digest }
  } catch (error) {
    // Whatever one registry says, the others are asked.
    if (!isReleaseError(error) || isReleaseError(error, 'cancelled', 'input')) throw error
    return { unasked: messageOf(error) }
  }
}

export interface TagChooser {
  /** The tag to write beside a digest that `reference` has now; undefined: none belongs to it. */
  tagFor(reference: Reference, digest: Digest): Promise<string | undefined>
}

/** `revision`: the commit of this run, whose image it may be. */
export function createTagChooser(world: {
  readonly client: RegistryClient
  readonly channels: readonly Channel[]
  readonly revision: string
}): TagChooser {
  const lists = new Map<string, Promise<readonly string[]>>()
  const { client, channels, revision } = world

  const listOnce = ({ registry, path }: Repository) => {
    const key = `${registry}/${path}`
    const list = lists.get(key) ?? orNone(client.listTags({ registry, path }), [])
    lists.set(key, list)
    return list
  }
  const isOn = async ({ registry, path }: Repository, tag: string, digest: Digest) =>
    (await orNone(client.head({ registry, path, tag }), undefined))?.digest === digest

  const firstOn = async (repository: Repository, tags: readonly string[], digest: Digest) => {
    const found = await Promise.all(tags.map((tag) => isOn(repository, tag, digest)))
    return tags[found.indexOf(true)]
  }

  return {
    async tagFor(reference, digest) {
      const { tag } = reference
      if (tag !== undefined && isExact(tag)) return tag
      const versions = versionsOn(await listOnce(reference), tag)
      const version = await firstOn(reference, versions, digest)
      if (version !== undefined) return version
      if (tag !== undefined && !isMoving(tag, channels)) return tag
      const commits = [revision, await revisionOf(client, reference, digest)]
      const names = commits.filter(Boolean).map((commit) => `git-${commit?.slice(0, SHORT_SHA)}`)
      return firstOn(reference, [...new Set(names)], digest)
    },
  }
}

/** A full version, or the name of a commit: it stays where it is. */
function isExact(tag: string): boolean {
  return /^git-[0-9a-f]{7,40}\b/.test(tag) || /^v?\d+\.\d+\.\d+/.test(tag)
}

/** A tag that marks an environment, or whatever came last. */
function isMoving(tag: string, channels: readonly Channel[]): boolean {
  if (/^(?:latest|nightly)(?:$|-)/.test(tag)) return true
  return channels.some((channel) => tag === channel.tag || tag.startsWith(`${channel.tag}-`))
}

/** The newest full versions; of a floating tag such as `1.4`, those of its line. */
function versionsOn(tags: readonly string[], floating: string | undefined): readonly string[] {
  const line = /^v?\d+(?:\.\d+)?$/.test(floating ?? '') ? `${floating}.` : ''
  const known = tags.flatMap((tag): { tag: string; version: Version }[] => {
    const version = readVersion(tag, 'semver')
    return version && tag.startsWith(line) ? [{ tag, version }] : []
  })
  known.sort((a, b) => compareVersions(b.version, a.version))
  return known.slice(0, MAX_CANDIDATES).map(({ tag }) => tag)
}

/** What the image says of its commit; only a hint, the tag made of it is asked for. */
async function revisionOf(
  client: RegistryClient,
  { registry, path }: Repository,
  digest: Digest,
): Promise<string | undefined> {
  // A GET of a manifest counts against Docker Hub's pull limit.
  if (registry === 'docker.io') return undefined
  const raw = await orNone(client.get({ registry, path, digest }), undefined)
  const config = raw && (await orNone(readImageConfig(client, { registry, path }, raw), undefined))
  const revision = config?.labels[REVISION_KEY]
  return revision && /^[0-9a-f]{7,64}$/.test(revision) ? revision : undefined
}

/** A registry that does not tell leaves us without that hint. */
async function orNone<T, N>(asking: Promise<T>, none: N): Promise<T | N> {
  try {
    return await asking
  } catch (error) {
    if (isReleaseError(error, 'cancelled') || !isReleaseError(error)) throw error
    return none
  }
}

/**
 * What each reference is pinned to, and what the registries said of every one that was asked for.
 */
export interface Pins {
  readonly pins: ReadonlyMap<string, Pin>
  readonly known: ReadonlyMap<string, Known>
}

/** Resolves references by their tags, each once; without a tag, by `latest`. */
export async function resolvePins(
  references: readonly Reference[],
  { client, chooser }: { readonly client: RegistryClient; readonly chooser: TagChooser },
): Promise<Pins> {
  const known = await askAll(client, references.map(questionOf))
  const pins = new Map<string, Pin>()
  const choices = [...new Map(references.map((one) => [formatReference(one), one]))]
  await Promise.all(
    choices.map(async ([name, reference]) => {
      const answer = known.get(formatReference(questionOf(reference)))
      if (!answer || !('digest' in answer) || !answer.digest) return
      const { digest } = answer
      pins.set(name, { digest, tag: await chooser.tagFor(reference, digest) })
    }),
  )
  return { pins, known }
}

/** What to ask to learn the digest that an image has now. */
export function questionOf({ registry, path, tag = 'latest' }: Reference): Reference {
  return { registry, path, tag }
}
