// The ledger as an operation uses it: read once, written to around every move.
import { ReleaseError } from '../../errors.ts'
import { createGitHubClient, type GitHubClient, type RepositoryName } from '../../github/client.ts'
import { readLedger } from '../../github/ledger.ts'
import type { Channel } from '../../inputs/shared.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { World } from '../operation.ts'

export interface LedgerInputs {
  readonly channels: readonly Channel[]
  readonly ledger: 'auto' | 'required' | 'off'
  readonly 'ledger-authors': readonly string[]
  readonly repository: RepositoryName | undefined
  readonly store: 'registry' | 'docker'
  readonly 'github-token': string | undefined
}

export interface LedgerLink {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  /** As they were before anything was written. */
  readonly entries: readonly LedgerEntry[]
  reread(): Promise<readonly LedgerEntry[]>
}

/**
 * undefined: there is none to use, which is told. Throws `permission` where the token may not read
 * deployments: who may not read may not write either, and nothing has moved yet.
 */
export async function openLedger(
  inputs: LedgerInputs,
  world: World,
): Promise<LedgerLink | undefined> {
  const why = whyNone(inputs, world)
  if (why !== undefined) {
    if (inputs.ledger === 'required')
      throw new ReleaseError('input', `ledger: required, but ${why}`, {
        hint: 'Give github-token, in a job with "deployments: write".',
      })
    world.log.info(`No ledger: ${why}`)
    return undefined
  }
  const github = createGitHubClient({
    ...world,
    request: world.github(inputs['github-token'] ?? ''),
  })
  const repository = inputs.repository ?? world.event.repository
  const authors = inputs['ledger-authors']
  const reread = async () => {
    const { channels } = inputs
    const believed = authors.length > 0 ? { authors } : {}
    const permission = 'deployments: write'
    return readLedger({ github, repository, channels, permission, ...believed })
  }
  const { entries, ignored } = await reread()
  if (ignored > 0)
    world.log.notice(`${ignored} deployments of others look like records of ours and are ignored`)
  return { github, repository, entries, reread: async () => (await reread()).entries }
}

function whyNone(inputs: LedgerInputs, { event }: World): string | undefined {
  if (inputs.ledger === 'off') return 'ledger is off'
  if (!inputs['github-token']) return 'there is no github-token'
  const { owner, name } = inputs.repository ?? event.repository
  if (!owner || !name) return 'no repository is known'
  if (inputs.store === 'docker' && inputs.ledger === 'auto') return 'the image store is local'
  return undefined
}
