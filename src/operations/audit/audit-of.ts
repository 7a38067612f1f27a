// What the facts amount to: who has what since when, and where they disagree. Pure.
import type { LedgerEntry } from '../../ledger/entry.ts'
import { entriesOf, selectChannel } from '../../ledger/replay.ts'
import {
  type AuditReport,
  type ChannelAudit,
  type Drift,
  type FileAudit,
  type ImageAudit,
  type Move,
  type ReleaseAudit,
  staysOf,
} from '../../notes/audit-report.ts'
import type { Digest } from '../../oci/digest.ts'
import { withVariant } from '../../tags/tag-name.ts'
import {
  type Disagreement,
  fileDrift,
  goneDrift,
  releaseDrift,
  sentenceOf,
  tagDrift,
} from './drift.ts'
import type { AuditFacts, ImageFacts, NotedRelease } from './facts.ts'

export function auditOf(facts: AuditFacts): AuditReport {
  const images = facts.images.map((image) => auditImage(facts, image))
  return {
    at: new Date(facts.at).toISOString(),
    past: facts.past,
    images: images.map(({ audit }) => audit),
    drift: images.flatMap(({ drift }) => drift),
  }
}

/** A part of the report, and the drift in it. */
interface Audited<T> {
  readonly audit: T
  readonly drift: readonly Drift[]
}

/** What every part of an image's report is made from. */
interface Ground {
  readonly facts: AuditFacts
  readonly image: ImageFacts
  readonly versions: ReadonlyMap<Digest, string>
  readonly gone: ReadonlySet<Digest>
  readonly name: (digest: Digest) => string
}

function auditImage(facts: AuditFacts, image: ImageFacts): Audited<ImageAudit> {
  const versions = versionsOf(facts, image)
  const name = (digest: Digest) => {
    const version = versions.get(digest)
    return version ? `${version} (${digest})` : digest
  }
  const ground = { facts, image, versions, name, gone: image.gone }
  const channels = facts.channels.map(({ tag }) => auditChannel(ground, tag))
  const releases = image.releases
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .flatMap((release) => auditRelease(ground, release))
  const expected = new Map(channels.map(({ audit }) => [audit.channel, audit.digest ?? undefined]))
  const files = facts.past ? [] : auditFiles(ground, expected)
  return {
    audit: {
      image: image.image,
      variant: facts.variant ?? null,
      channels: channels.map(({ audit }) => audit),
      releases: releases.map(({ audit }) => audit),
      files: files.map(({ audit }) => audit),
    },
    drift: [...channels, ...releases, ...files].flatMap(({ drift }) => drift),
  }
}

/** Releases before the ledger: their records were made when the image was. */
function versionsOf({ entries }: AuditFacts, image: ImageFacts): ReadonlyMap<Digest, string> {
  const recorded = entries
    .map(({ record }) => record)
    .filter((record) => record.image === image.image)
  const released = image.releases.flatMap(({ record }) => record ?? [])
  return new Map(
    [...recorded, ...released].flatMap(({ digest, version }) =>
      version ? [[digest, version] as const] : [],
    ),
  )
}

function auditChannel(ground: Ground, channel: string): Audited<ChannelAudit> {
  const { facts, image, versions } = ground
  const { past, variant, channelTags } = facts
  const own = { images: [image.image], variant, channel }
  const history = entriesOf(facts.entries, own)
    .filter(({ at }) => isTold(at, facts))
    .map((entry) => moveOf(entry, versions))
    .reverse()
  const stays = staysOf(history)
  const stay = stays.at(-1)
  const name = withVariant(channel, variant)
  const tag = past || !channelTags ? undefined : name
  const tagDigest = tag === undefined ? undefined : image.tags.get(tag)
  const digest = stay?.digest ?? tagDigest
  const open = selectChannel(facts.entries, own).find(
    ({ state, record }) => state === 'open' && record.digest === tagDigest,
  )
  const found = [
    ...tagDrift({ tag, stay, tagDigest, open }, ground),
    ...goneDrift(name, stays, ground),
  ]
  return audited(ground, { found, where: channel }, (drift) => ({
    channel,
    digest: digest ?? null,
    version: stay?.version ?? (digest && versions.get(digest)) ?? null,
    since: stay?.move.at ?? null,
    by: stay?.move.by ?? null,
    run: stay?.move.run ?? null,
    previousDigest: stays.at(-2)?.digest ?? null,
    tagDigest: tagDigest ?? null,
    drift,
    history,
  }))
}

/**
 * Only a moment that was asked for leaves out what came later: GitHub's clock may be before ours.
 */
function isTold(time: string, { past, at }: AuditFacts): boolean {
  return !past || Date.parse(time) <= at
}

function moveOf({ record, at, by }: LedgerEntry, versions: ReadonlyMap<Digest, string>): Move {
  const { digest, version, run, operation, forced, reason = null } = record
  const named = version ?? versions.get(digest) ?? null
  return { digest, version: named, at, by, run, operation, forced, reason }
}

/** None for a release that has neither a note of ours nor a tag: it is not of this image. */
function auditRelease(ground: Ground, release: NotedRelease): readonly Audited<ReleaseAudit>[] {
  const { facts, image } = ground
  const { name, record, broken, tag, at, url } = release
  const tagDigest = tag === undefined ? undefined : image.tags.get(tag)
  if ((!record && !broken && !tagDigest) || !isTold(at, facts)) return []
  const found = releaseDrift(release, tagDigest, ground)
  return [
    audited(ground, { found, where: `release ${name}` }, (drift) => ({
      version: record?.version ?? name,
      digest: record?.digest ?? tagDigest ?? null,
      recorded: record !== undefined,
      tags: record?.tags ?? (tag === undefined ? [] : [tag]),
      at,
      url,
      tagDigest: tagDigest ?? null,
      drift,
    })),
  ]
}

function auditFiles(
  ground: Ground,
  expected: ReadonlyMap<string, Digest | undefined>,
): readonly Audited<FileAudit>[] {
  return ground.image.files.map((place) => {
    const found = fileDrift(place, expected.get(place.channel), ground)
    const where = `${place.file}:${place.line}`
    return audited(ground, { found, where }, (drift) => ({
      ...place,
      digest: place.digest ?? null,
      drift,
    }))
  })
}

function audited<T>(
  { image }: Ground,
  { found, where }: { readonly found: readonly Disagreement[]; readonly where: string },
  tell: (drift: string | null) => T,
): Audited<T> {
  return {
    audit: tell(sentenceOf(found)),
    drift: found.map(({ kind, message }) => ({ kind, image: image.image, where, message })),
  }
}
