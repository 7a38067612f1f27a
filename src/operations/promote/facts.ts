// What a promotion is decided from: facts only, as plain data.
import type { Digest } from '../../oci/digest.ts'
import type { Repository } from '../../oci/reference.ts'
import type { ChannelState } from '../channel/state.ts'

export interface ImageFacts {
  /** Where the digest is. */
  readonly source: Repository
  /** Where the channel's tag is or will be. */
  readonly target: Repository
  readonly digest: Digest
  /** By a tag or a record, never by a label alone. */
  readonly version: string | undefined
  /** A full version tag is on the digest. */
  readonly isReleased: boolean
  /** Every channel to come into, and the ones before them, by their tags without variant. */
  readonly states: ReadonlyMap<string, ChannelState>
  /** The digests under those marks that name one image for ever. */
  readonly marked: ReadonlyMap<string, Digest>
}
