// What a release is decided from: facts only, as plain data.
import type { WorkflowEvent } from '../../event/event.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Repository } from '../../oci/reference.ts'
import type { TagSet } from '../../tags/tag-set.ts'

/** The image a tag stands for now, as far as its labels tell. */
export interface TagOwner {
  readonly digest: Digest
  readonly revision: string | undefined
  /** The inputs label; undefined on images that others built. */
  readonly inputs: string | undefined
  readonly isPullRequest: boolean
}

/** One image name in its registry. */
export interface ImageState {
  readonly repository: Repository
  /** Every tag of the repository; empty where no decision needs them. */
  readonly published: readonly string[]
  /** The owners of those of our immutable tags that exist. */
  readonly owners: ReadonlyMap<string, TagOwner>
  /** The owners of those of our channel and branch tags that exist. */
  readonly followed: ReadonlyMap<string, TagOwner>
  /** Channel and branch tags that hold a descendant of our commit already, and that commit. */
  readonly newer: ReadonlyMap<string, string>
  /** Tags that move and whose versions no tag names tell: what our records say they are on. */
  readonly recorded: ReadonlyMap<string, string>
}

export interface Situation {
  readonly event: WorkflowEvent
  readonly tagSet: TagSet
  /** In the order they were named; at least one. */
  readonly images: readonly ImageState[]
  readonly fingerprint: string
  /** Set: nothing is pushed, and this is why. */
  readonly notPushed: string | undefined
}

/** The version for people and labels: the event's, else the commit's tag, else the first tag. */
export function versionName({ version, tags }: TagSet): string {
  return version ?? tags.find(({ role }) => role === 'commit')?.name ?? tags[0]?.name ?? ''
}

/** Whether that image is one this run may ship as its own: same commit, same inputs, no preview. */
export function isReusable(owner: TagOwner, { event, fingerprint }: Situation): boolean {
  const { revision } = event
  // Outside of git no commit is known, and what was built there may be anything.
  const isOfCommit = revision !== '' && owner.revision === revision
  return isOfCommit && owner.inputs === fingerprint && !owner.isPullRequest
}
