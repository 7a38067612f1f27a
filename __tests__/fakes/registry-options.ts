// How a fake registry differs from distribution, and what its routes work on.
import type { Clock } from '../../src/ports.ts'
import type { FakeAuth } from './registry-auth.ts'
import type { FakeRegistryState } from './registry-state.ts'
import type { FakeResponse } from './registry-wire.ts'

export interface FakeRegistryOptions {
  readonly clock?: Clock
  readonly auth?: FakeAuth
  /** For every request, on the clock. */
  readonly latencyMs?: number
  /** A written tag is seen so much later. */
  readonly lagMs?: number
  /** Tags that keep their first digest. */
  readonly immutable?: (tag: string) => boolean
  /** What a refused move of such a tag is answered. Default: ECR's 400 TAG_INVALID. */
  readonly immutableAnswer?: FakeResponse
  /** Default false, as distribution 2.8 and GHCR: 400 and 405. */
  readonly tagDelete?: boolean
  /** Default true. */
  readonly manifestDelete?: boolean
  /** Default false, as distribution 2.8 and GHCR: 404. */
  readonly referrersApi?: boolean
  /** Default true; false as ECR: no Docker-Content-Digest. */
  readonly digestHeader?: boolean
  /** The largest page of tags. Default: none. */
  readonly pageTags?: number
}

export interface FakeWorld {
  readonly state: FakeRegistryState
  readonly clock: Clock
  readonly options: FakeRegistryOptions
}

/** The parts of a manifest or index that a registry looks at. */
export interface FakeDocument {
  readonly manifests?: readonly { readonly digest: string }[]
  readonly layers?: readonly { readonly digest: string }[]
  readonly config?: { readonly digest: string; readonly mediaType: string }
  readonly subject?: { readonly digest: string }
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

export function parseDocument(body: Uint8Array): FakeDocument {
  return JSON.parse(new TextDecoder().decode(body))
}
