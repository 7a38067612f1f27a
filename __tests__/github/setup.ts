// A repository acme/app on a fake GitHub, a clock without real time, and a client on both.
import { createGitHubClient, type GitHubClient } from '../../src/github/client.ts'
import { FakeGitHub, type Latency } from '../fakes/github.ts'
import type { FakeRepository } from '../fakes/github-state.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'

export const REPOSITORY = { owner: 'acme', name: 'app' }

export interface Setup {
  readonly hub: FakeGitHub
  readonly repository: FakeRepository
  readonly clock: VirtualClock
  readonly log: MemoryLog
  readonly github: GitHubClient
}

/** The client's token is `token`, with all that the job was given. */
export function setUp({
  permissions = ['contents: write', 'pull-requests: write'],
  seed = 1,
  latency = {},
}: {
  readonly permissions?: readonly string[]
  readonly seed?: number
  readonly latency?: Latency
} = {}): Setup {
  const clock = new VirtualClock({ seed })
  const hub = new FakeGitHub({ clock, latency })
  const repository = hub.addRepository('acme/app')
  hub.addToken('token', permissions)
  const log = new MemoryLog()
  const github = createGitHubClient({ request: hub.request('token'), clock, log })
  return { hub, repository, clock, log, github }
}
