// The record of a run, as it is written to run-record.json. What is added later gets new fields; a
// change of meaning gets a new `schema`.
import type { Digest } from '../../oci/digest.ts'

/** Verifiable by its hash, or (`unverifiable`) only a name that somebody gave it. */
export type Dataset =
  | { readonly name: string; readonly path: string; readonly sha256: string }
  | { readonly name: string; readonly uri: string; readonly sha256: string }
  | { readonly name: string; readonly version: string; readonly unverifiable: true }

export interface Artifact {
  readonly name: string
  readonly path: string
  readonly sha256: string
}

export interface RunRecord {
  readonly schema: 1
  readonly image: {
    /** As it was named, in full: `ghcr.io/acme/train:1.4`. */
    readonly reference: string
    readonly digest: Digest
    /** The one of its platforms that ran. */
    readonly platform: string
  }
  readonly source: {
    /** Web address. */
    readonly repository: string
    readonly revision: string
    /** Whether there were changes that no commit has; absent where there is no work tree. */
    readonly dirty?: boolean
  }
  readonly datasets: readonly Dataset[]
  /** As it was given; absent: the image's own. */
  readonly command?: string
  readonly parameters: Readonly<Record<string, string>>
  readonly artifacts: readonly Artifact[]
  /** Words for `docker run`. */
  readonly runArgs: readonly string[]
  /** Where the source is, in the container. */
  readonly workdir: string
  /** The workflow run's web address; empty outside of one. */
  readonly run: string
  /** RFC 3339. */
  readonly at: string
}

export function renderRunRecord(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}
