// GitHub releases as one image sees them: by the note we wrote, else by the tag of that name.
import type { ListedRelease } from '../../github/releases.ts'
import { findBlocks } from '../../notes/marked-block.ts'
import { blockKey, type ImageRecord, parseRecord } from '../../notes/record.ts'
import { isTag } from '../../oci/tag.ts'
import { withVariant } from '../../tags/tag-name.ts'
import type { NotedRelease } from './facts.ts'

interface ImageName {
  readonly image: string
  readonly variant: string | undefined
}

/** Without drafts, and without releases whose notes are of other images only. */
export function noteReleases(
  releases: readonly ListedRelease[],
  name: ImageName,
): readonly NotedRelease[] {
  return releases.filter(({ draft }) => !draft).flatMap((release) => noteRelease(release, name))
}

function noteRelease(release: ListedRelease, name: ImageName): readonly NotedRelease[] {
  const { image, variant } = name
  const blocks = findBlocks(release.body)
  const key = blockKey({ image, ...(variant ? { variant } : {}) })
  const block = blocks.find((other) => other.key === key)
  if (blocks.length > 0 && !block) return []
  const record = block && readNote(block.content, name)
  const tag = record ? ownTag(record) : tagNamed(release.tag, name)
  const broken = block !== undefined && record === undefined
  return [{ name: release.tag, url: release.url, at: release.publishedAt, record, broken, tag }]
}

/** A note may be edited by hand: one of another image is as good as none. */
function readNote(content: string, { image, variant }: ImageName): ImageRecord | undefined {
  const record = parseRecord(content)
  return record?.image === image && record.variant === variant ? record : undefined
}

/** The full version's; the others are meant to move. */
function ownTag({ version, tags }: ImageRecord): string | undefined {
  return version === undefined ? undefined : tags.find((tag) => tag.includes(version))
}

/** `v1.4.2` is published as `1.4.2`, and as `1.4.2-gpu` of a variant. */
function tagNamed(name: string, { variant }: ImageName): string | undefined {
  const version = name.replace(/^v(?=\d)/, '')
  const tag = withVariant(version, variant)
  return isTag(tag) ? tag : undefined
}
