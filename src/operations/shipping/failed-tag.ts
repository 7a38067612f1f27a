// A tag that could not be put where it belongs.
import { isReleaseError, messageOf } from '../../errors.ts'

export interface FailedTag {
  /** In full. */
  readonly reference: string
  readonly why: string
}

/** One line: what came back, and the next act where there is one. */
export function reasonOf(error: unknown): string {
  return isReleaseError(error) && error.hint ? `${error.message}. ${error.hint}` : messageOf(error)
}
