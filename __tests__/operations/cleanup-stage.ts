// The stage of the clean-up: the registry's images are versions of a GitHub package too.
import { pullRequestEvent, type StagedEvent } from '../../scripts/stage/events.js'
import { cleanup } from '../../src/operations/cleanup.ts'
import { fakePackage } from '../fakes/github-packages.ts'
import { type FakeRegistryOptions, parseDocument } from '../fakes/registry-options.ts'
import type { FakeRepository } from '../fakes/registry-state.ts'
import { type Given, IMAGE, openStage, PATH, TOKEN } from './stage.ts'

const CLOSED = pullRequestEvent({ sha: 'a'.repeat(40), action: 'closed' })
const PERMISSIONS = ['packages: write', 'deployments: read', 'pull-requests: write']

/** `latencyMs` is GitHub's too. */
export interface CleanupSetting extends FakeRegistryOptions {
  readonly image?: string
  readonly permissions?: readonly string[]
}

export function cleanupStage({
  image = IMAGE,
  permissions = PERMISSIONS,
  ...options
}: CleanupSetting = {}) {
  const each = [options.latencyMs ?? 0, options.latencyMs ?? 0] as const
  const latency = { GET: each, POST: each, DELETE: each }
  const { perform, ...stage } = openStage({ permissions, registry: options, latency })
  const { registry, repository } = stage
  repository.container = fakePackage(registry.repository(PATH))

  const run = (given: Given = {}, event: StagedEvent = CLOSED) => {
    const all = { 'github-token': TOKEN, images: image, tags: 'pull-request', ...given }
    return perform(cleanup, { event, given: all })
  }

  return {
    ...stage,
    run,
    tags: () => Object.keys(registry.tags(PATH)),
    pulls: (digest: string) => pulls(registry.repository(PATH), digest),
    has: (digest: string) => registry.repository(PATH).manifests.has(digest),
  }
}

/** Whether a manifest and all it names are there. */
function pulls({ manifests, blobs }: FakeRepository, digest: string): boolean {
  const manifest = manifests.get(digest)
  if (!manifest) return false
  const { manifests: parts = [], layers = [], config } = parseDocument(manifest.bytes)
  return (
    parts.every((part) => manifests.has(part.digest)) &&
    [...layers, ...(config ? [config] : [])].every((blob) => blobs.has(blob.digest))
  )
}
