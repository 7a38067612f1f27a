// Where images are: the registry, or the local image store. What promote and rollback need of
// either.
import { ReleaseError } from '../../errors.ts'
import { REVISION_KEY, VERSION_KEY } from '../../oci/annotations.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Reference, Repository } from '../../oci/reference.ts'

export interface ImageLabels {
  readonly revision?: string
  readonly version?: string
}

export interface StoredImage {
  readonly digest: Digest
  /** What the image says of itself where that costs nothing; a claim of whoever built it. */
  readonly labels: ImageLabels
  /** Every tag of this name on the digest, where the store tells without being asked for each. */
  readonly tags?: readonly string[]
}

export interface Placement {
  readonly source: Repository
  readonly target: Repository
  readonly tag: string
  readonly digest: Digest
  /** What the tag had when it was last read; left out, it is read first. */
  readonly seen?: Digest | 'nothing'
}

export interface ImageStore {
  /** undefined: there is no such tag or digest. */
  find(reference: Reference): Promise<StoredImage | undefined>
  digestOf(reference: Reference): Promise<Digest | undefined>
  /** Throws PartGone. `labels`: also those that cost a request. */
  verify(
    repository: Repository,
    image: StoredImage,
    wanted: { readonly labels: boolean },
  ): Promise<ImageLabels>
  /**
   * Only for what `find` gave. The same bytes under the tag, and confirmed. Throws `overtaken`
   * where the tag is on a third digest after the write. `unchanged`: it was there already.
   */
  place(placement: Placement): Promise<'moved' | 'unchanged'>
}

/** The labels of an image we read, from annotations or a config's labels. */
export function readLabels(texts: Readonly<Record<string, string>>): ImageLabels {
  const revision = texts[REVISION_KEY]
  const version = texts[VERSION_KEY]
  return {
    ...(revision && /^[a-f0-9]{40,64}$/.test(revision) ? { revision } : {}),
    ...(version ? { version } : {}),
  }
}

/** A part of an image that a clean-up took. */
export class PartGone extends ReleaseError {
  constructor(image: string, part: string) {
    super('registry', `Cannot use ${image}: its part ${part} is gone`, {
      hint: 'A clean-up has deleted it. Build that version again, or choose another digest.',
    })
  }
}
