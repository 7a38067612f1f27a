// What may be deleted: a walk over what manifests name, from all that is kept. Pure.
import { type Digest, isDigest } from '../../oci/digest.ts'

/** What a manifest names: an index its parts, a referrer its subject. */
export interface Links {
  readonly parts: readonly Digest[]
  readonly subject?: Digest
}

/** What a repository holds, as far as the decision needs it. */
export interface Holdings {
  /** Every tag; undefined where its manifest is of a kind we cannot read. */
  readonly tags: ReadonlyMap<string, Digest | undefined>
  /** Of everything that names something; what is not here names nothing. */
  readonly links: ReadonlyMap<Digest, Links>
  /** Kept besides the tags, and why: the ledger's digests, untagged manifests. */
  readonly held: ReadonlyMap<Digest, string>
  /** Set: no manifest may be deleted at all, and this is why. */
  readonly onlyTags?: string
}

export interface DoomedManifest {
  readonly digest: Digest
  /** Every tag it has; empty for a part. */
  readonly tags: readonly string[]
  readonly parts: readonly Digest[]
}

export interface CleanupPlan {
  /** What the tags stood on comes before its parts. */
  readonly manifests: readonly DoomedManifest[]
  /** To be taken away from a manifest that stays, and why it stays. */
  readonly untag: readonly { readonly tag: string; readonly why: string }[]
}

/**
 * A manifest goes when a chosen tag stood on it, or one that goes names it, and nothing that is
 * kept reaches it. The list of a manifest's referrers goes with it.
 */
export function planCleanup(holdings: Holdings, isChosen: (tag: string) => boolean): CleanupPlan {
  const candidates = findCandidates(holdings, isChosen)
  const kept = findKept(holdings, candidates, isChosen)
  const goes = (digest: Digest) =>
    holdings.onlyTags === undefined && candidates.has(digest) && !kept.has(digest)
  const tagsOf = new Map<Digest, string[]>()
  const untag: { tag: string; why: string }[] = []
  for (const [tag, digest] of holdings.tags) {
    if (digest !== undefined && goes(digest)) append(tagsOf, digest, tag)
    else if (isChosen(tag)) untag.push({ tag, why: whyKept(digest, kept, holdings) })
  }
  const manifests = [...candidates].filter(goes).map((digest) => ({
    digest,
    tags: tagsOf.get(digest) ?? [],
    parts: holdings.links.get(digest)?.parts ?? [],
  }))
  return { manifests, untag }
}

/** What the chosen tags stand on, its parts, and the lists of what refers to any of them. */
function findCandidates(
  { tags, links }: Holdings,
  isChosen: (tag: string) => boolean,
): ReadonlySet<Digest> {
  const lists = new Map<Digest, Digest[]>()
  for (const [tag, digest] of tags) {
    const subject = subjectOfTag(tag)
    if (subject && digest) append(lists, subject, digest)
  }
  const found = new Set<Digest>()
  const queue = [...tags].flatMap(([tag, digest]) => (digest && isChosen(tag) ? [digest] : []))
  // Breadth first: the chosen ones, then what they name.
  for (const digest of queue) {
    if (found.has(digest)) continue
    found.add(digest)
    queue.push(...(links.get(digest)?.parts ?? []), ...(lists.get(digest) ?? []))
  }
  return found
}

/** Everything that must stay, and the first reason found for it. */
function findKept(
  { tags, links, held }: Holdings,
  candidates: ReadonlySet<Digest>,
  isChosen: (tag: string) => boolean,
): ReadonlyMap<Digest, string> {
  const kept = new Map<Digest, string>()
  const keep = (root: Digest, why: string) => {
    const queue = [root]
    for (const digest of queue) {
      if (kept.has(digest)) continue
      kept.set(digest, why)
      const { parts = [], subject } = links.get(digest) ?? {}
      queue.push(...parts, ...(subject ? [subject] : []))
    }
  }
  for (const [digest, why] of held) keep(digest, why)
  let lists: { tag: string; digest: Digest; subject: Digest }[] = []
  for (const [tag, digest] of tags) {
    if (!digest || isChosen(tag)) continue
    const subject = subjectOfTag(tag)
    if (subject && candidates.has(subject)) lists.push({ tag, digest, subject })
    else keep(digest, `${tag} needs it`)
  }
  // A list stays with its subject, and what it names may be the subject of another.
  for (let before = -1; before !== lists.length; ) {
    before = lists.length
    for (const { tag, digest, subject } of lists)
      if (kept.has(subject)) keep(digest, `${tag} needs it`)
    lists = lists.filter(({ subject }) => !kept.has(subject))
  }
  return kept
}

function whyKept(
  digest: Digest | undefined,
  kept: ReadonlyMap<Digest, string>,
  { onlyTags }: Holdings,
): string {
  if (digest === undefined) return 'its manifest is of an unknown kind'
  return kept.get(digest) ?? onlyTags ?? ''
}

/** Whose referrers a tag lists: `sha256-<hex>`, or cosign's `sha256-<hex>.sig`. */
function subjectOfTag(tag: string): Digest | undefined {
  const [, hex] = /^sha256-([a-f0-9]{64})(?:\.[a-z]+)?$/.exec(tag) ?? []
  const digest = `sha256:${hex}`
  return isDigest(digest) ? digest : undefined
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
