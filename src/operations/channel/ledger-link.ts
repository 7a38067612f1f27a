// The ledger as an operation uses it: read once, written to around every move.
import { ReleaseError } from '../../errors.ts'
import type { GitHubClient, RepositoryName } from '../../github/client.ts'
import { readLedger, tellIgnored } from '../../github/ledger.ts'
import type { Channel } from '../../inputs/channel.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'

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
  const github = connectGitHub(world, inputs['github-token'] ?? '')
  const repository = inputs.repository ?? world.event.repository
  const { channels } = inputs
  const authors = inputs['ledger-authors']
  const permission = 'deployments: write'
  const read = () => readLedger({ github, repository, channels, permission, authors })
  const found = await read()
  tellIgnored(found, world.log)
  const reread = async () => (await read()).entries
  return { github, repository, entries: found.entries, reread }
}

function whyNone(inputs: LedgerInputs, { event }: World): string | undefined {
  if (inputs.ledger === 'off') return 'ledger is off'
  if (!inputs['github-token']) return 'there is no github-token'
  const { owner, name } = inputs.repository ?? event.repository
  if (!owner || !name) return 'no repository is known'
  if (inputs.store === 'docker' && inputs.ledger === 'auto') return 'the image store is local'
  return undefined
}
