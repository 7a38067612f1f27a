// Where ledger, notes, registry and files disagree, in sentences with whole digests.
import type { LedgerEntry } from '../../ledger/entry.ts'
import { type Drift, formatMoment, type Stay } from '../../notes/audit-report.ts'
import type { Digest } from '../../oci/digest.ts'
import type { NotedRelease, PinnedPlace } from './facts.ts'

export type Disagreement = Pick<Drift, 'kind' | 'message'>

interface Registry {
  readonly gone: ReadonlySet<Digest>
  /** A digest with its version where one is known. */
  readonly name: (digest: Digest) => string
}

/** `tag`: undefined where tags are not to be compared. */
export function tagDrift(
  channel: {
    readonly tag: string | undefined
    readonly stay: Stay | undefined
    readonly tagDigest: Digest | undefined
    /** A move that was announced and never told to have ended. */
    readonly open: LedgerEntry | undefined
  },
  { name }: Registry,
): readonly Disagreement[] {
  const { tag, stay, tagDigest, open } = channel
  if (tag === undefined || !stay || tagDigest === stay.digest) return []
  const ledger = `the ledger has ${name(stay.digest)} there since ${formatMoment(stay.from)}`
  const message = tagDigest
    ? `The tag ${tag} is at ${name(tagDigest)}, and ${ledger}`
    : `The tag ${tag} is gone, and ${ledger}`
  const run = open ? `; a run announced that and did not finish: ${open.record.run}` : ''
  return [{ kind: 'tag-moved', message: message + run }]
}

/** One for each digest that a channel has or had and that is no more. */
export function goneDrift(
  tag: string,
  stays: readonly Stay[],
  { gone, name }: Registry,
): readonly Disagreement[] {
  const last = new Map(stays.map((stay) => [stay.digest, stay]))
  return [...last.values()]
    .filter(({ digest }) => gone.has(digest))
    .map(({ digest, to }) => ({
      kind: 'digest-gone',
      message:
        to === undefined
          ? `${name(digest)}, which is in ${tag}, is gone from the registry`
          : `${name(digest)}, which was in ${tag} until ${formatMoment(to)}, is gone from the registry`,
    }))
}

export function releaseDrift(
  { name: release, record, broken, tag }: NotedRelease,
  tagDigest: Digest | undefined,
  { gone, name }: Registry,
): readonly Disagreement[] {
  if (broken)
    return [
      { kind: 'note-broken', message: `The note of release ${release} has no readable record` },
    ]
  if (!record) return []
  const { digest } = record
  const says = `the note of release ${release} says ${name(digest)}`
  const moved: readonly Disagreement[] =
    tag === undefined || tagDigest === digest
      ? []
      : [
          {
            kind: 'release-moved',
            message: tagDigest
              ? `The tag ${tag} is at ${name(tagDigest)}, and ${says}`
              : `The tag ${tag} is gone, and ${says}`,
          },
        ]
  if (!gone.has(digest)) return moved
  const message = `${name(digest)}, which release ${release} names, is gone from the registry`
  return [...moved, { kind: 'digest-gone', message }]
}

/** `expected`: what the channel has. An unpinned place disagrees with nobody. */
export function fileDrift(
  { file, line, channel, digest }: PinnedPlace,
  expected: Digest | undefined,
  { name }: Registry,
): readonly Disagreement[] {
  if (!digest || !expected || digest === expected) return []
  const message = `${file}:${line} is pinned to ${name(digest)}, and ${channel} has ${name(expected)}`
  return [{ kind: 'file-differs', message }]
}

/** For the field `drift` of a thing. */
export function sentenceOf(disagreements: readonly Disagreement[]): string | null {
  return disagreements.length === 0 ? null : disagreements.map(({ message }) => message).join('; ')
}
