// A world for the clean-up: a registry and a GitHub in memory, on one clock.
import { pullRequestEvent, type StagedEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import { cleanup } from '../../src/operations/cleanup.ts'
import type { World } from '../../src/operations/operation.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakePackage } from '../fakes/github-packages.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const PATH = 'acme/app'
const CLOSED = pullRequestEvent({ sha: 'a'.repeat(40), action: 'closed' })

const TOKEN = 'token-of-the-run'
const PERMISSIONS = ['packages: write', 'deployments: read', 'pull-requests: write']

export interface CleanupSetting extends FakeRegistryOptions {
  readonly image?: string
  readonly permissions?: readonly string[]
}

export function cleanupStage({
  image = 'localhost:5000/acme/app',
  permissions = PERMISSIONS,
  ...options
}: CleanupSetting = {}) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock, ...options })
  const each = [options.latencyMs ?? 0, options.latencyMs ?? 0] as const
  const hub = new FakeGitHub({ clock, latency: { GET: each, POST: each, DELETE: each } })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  repository.container = fakePackage(registry.repository(PATH))
  const log = new MemoryLog()

  /** One run; outputs are kept also when it rejects. */
  const run = async (
    given: Readonly<Record<string, string>> = {},
    { environment, payload }: StagedEvent = CLOSED,
  ) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const world: World = {
      http: registry.http,
      exec: fakeExec(() => ({ code: 1 })),
      files: new MemoryFiles(),
      clock,
      log,
      environment: { ...environment, HOME: '/home' },
      event: parseEvent({ environment, payload }),
      isCommandLine: false,
      signal: new AbortController().signal,
      match: matchText,
      github: (token) => hub.request(token),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const all: Readonly<Record<string, string>> = {
      'github-token': TOKEN,
      images: image,
      tags: 'pull-request',
      ...given,
    }
    const error = await Promise.resolve()
      .then(() => cleanup.run(readInputs(cleanup.inputs, { given: (name) => all[name] }), world))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    return { outputs, summary: summaries.join('\n'), error }
  }

  return {
    clock,
    registry,
    hub,
    repository,
    log,
    run,
    tags: () => Object.keys(registry.tags(PATH)),
    /** Whether a manifest and all it names are there. */
    pulls: (digest: string): boolean => {
      const { manifests, blobs } = registry.repository(PATH)
      const manifest = manifests.get(digest)
      if (!manifest) return false
      const body = JSON.parse(new TextDecoder().decode(manifest.bytes))
      const parts: { digest: string }[] = body.manifests ?? []
      const layers: { digest: string }[] = [
        ...(body.layers ?? []),
        ...(body.config ? [body.config] : []),
      ]
      return (
        parts.every((part) => manifests.has(part.digest)) &&
        layers.every((layer) => blobs.has(layer.digest))
      )
    },
    has: (digest: string) => registry.repository(PATH).manifests.has(digest),
  }
}
