// A world for promote and rollback: a registry and a GitHub in memory on one clock.
import { setMaxListeners } from 'node:events'
import { dispatchEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import type { Fields } from '../../src/inputs/field.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { Digest } from '../../src/oci/digest.ts'
import type { Operation, World } from '../../src/operations/operation.ts'
import { promote } from '../../src/operations/promote.ts'
import { rollback } from '../../src/operations/rollback.ts'
import type { Http } from '../../src/ports.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub, type Latency } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import type { FakeImage } from '../fakes/registry-images.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
export const TOKEN = 'token-of-the-run'
export const RUN_SHA = 'e'.repeat(40)

export type Given = Readonly<Record<string, string>>

export interface ChannelStageOptions {
  readonly permissions?: readonly string[]
  readonly latency?: Latency
  readonly registry?: FakeRegistryOptions
  readonly files?: Readonly<Record<string, string>>
  readonly http?: (own: Http) => Http
  readonly seed?: number
}

export function channelStage(options: ChannelStageOptions = {}) {
  const { permissions = ['deployments: write', 'contents: write'], latency = {} } = options
  const clock = new VirtualClock({ seed: options.seed ?? 1 })
  const registry = fakeRegistry({ clock, ...options.registry })
  const hub = new FakeGitHub({ clock, latency })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles(options.files ?? {})
  let runs = 0

  /** One run; outputs are kept also when it rejects. */
  const run = async <F extends Fields>(operation: Operation<F>, given: Given) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const staged = dispatchEvent({ sha: RUN_SHA })
    const { signal } = new AbortController()
    // The clock of the tests keeps a listener for every wait.
    setMaxListeners(0, signal)
    runs += 1
    const environment = { GITHUB_RUN_ID: String(runs), HOME: '/home', ...staged.environment }
    const world: World = {
      http: options.http?.(registry.http) ?? registry.http,
      exec: fakeExec(() => ({ code: 1, stderr: 'not a git repository' })),
      files,
      clock,
      log,
      environment,
      event: parseEvent({ environment, payload: staged.payload }),
      isCommandLine: false,
      signal,
      match: matchText,
      github: (token) => hub.request(token),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const all: Given = { images: IMAGE, 'github-token': TOKEN, ...given }
    const error = await (async () => {
      const values = readInputs(operation.inputs, { given: (name) => all[name] })
      await operation.run(values, world)
    })().then(
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
    files,
    promote: (from: string, to: string, given: Given = {}) => run(promote, { from, to, ...given }),
    rollback: (channel: string, given: Given = {}) => run(rollback, { channel, ...given }),
    tags: () => registry.tags(PATH),
    /** An image under these tags, built from the commit `aaaa…` unless the labels say else. */
    image: (tags: readonly string[], image: FakeImage = {}): Digest => {
      const revision = 'org.opencontainers.image.revision'
      const annotations = { [revision]: 'a'.repeat(40), ...image.annotations }
      return registry.addImage(PATH, { content: tags.join(), tags, ...image, annotations }).digest
    },
    /** The states each deployment went through, oldest deployment first. */
    ledger: () =>
      repository.deployments.map(({ environment, payload, statuses }) => {
        const { digest, operation } = payload as { digest: string; operation: string }
        const states = statuses.map(({ state }) => state).join(' ')
        return { environment, operation, digest, states }
      }),
    /** Requests that change something, of registry and GitHub. */
    writes: () => [
      ...registry.lines().filter((line) => !/^(?:GET|HEAD) /.test(line)),
      ...hub.calls.filter((line) => !/^GET |^POST \/graphql/.test(line)),
    ],
  }
}
