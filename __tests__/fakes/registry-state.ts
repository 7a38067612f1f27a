// What a fake registry holds, and how tests fill it.
import { type Digest, digestOf } from '../../src/oci/digest.ts'
import type { RawManifest } from '../../src/oci/manifest.ts'
import { createRawManifest } from '../../src/oci/parse-manifest.ts'

export interface FakeRepository {
  readonly blobs: Map<string, Uint8Array>
  readonly manifests: Map<string, RawManifest>
  /** Tag to digest, with what readers see until the lag is over. */
  readonly tags: Map<string, TagState>
  readonly uploads: Map<string, Uint8Array>
}

interface TagState {
  readonly digest: Digest
  readonly visibleAt: number
  readonly before: Digest | undefined
}

export class FakeRegistryState {
  readonly repositories = new Map<string, FakeRepository>()

  /** Made when it is not there. */
  repository(path: string): FakeRepository {
    const repository = this.repositories.get(path) ?? {
      blobs: new Map(),
      manifests: new Map(),
      tags: new Map(),
      uploads: new Map(),
    }
    this.repositories.set(path, repository)
    return repository
  }

  addBlob(path: string, bytes: Uint8Array): Digest {
    const digest = digestOf(bytes)
    this.repository(path).blobs.set(digest, bytes)
    return digest
  }

  addManifest(path: string, manifest: RawManifest, ...tags: string[]): RawManifest {
    this.repository(path).manifests.set(manifest.digest, manifest)
    for (const tag of tags) this.setTag(path, tag, manifest.digest)
    return manifest
  }

  /** Any text as a manifest, white space and unknown fields included. */
  addText(path: string, text: string, mediaType: string, ...tags: string[]): RawManifest {
    return this.addManifest(
      path,
      createRawManifest(new TextEncoder().encode(text), mediaType),
      ...tags,
    )
  }

  setTag(path: string, tag: string, digest: Digest, visibleAt = 0): void {
    const { tags } = this.repository(path)
    if (tags.get(tag)?.digest === digest) return
    tags.set(tag, { digest, visibleAt, before: tags.get(tag)?.digest })
  }

  /** Tag to digest, sorted: the end state of a test, whatever the lag. */
  tags(path: string): Record<string, Digest> {
    const tags = [...(this.repositories.get(path)?.tags ?? [])]
    return Object.fromEntries(tags.sort().map(([tag, { digest }]) => [tag, digest]))
  }
}
