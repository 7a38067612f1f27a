// Hands changed files over to GitHub: onto which branch, and in whose name.
import { ReleaseError } from '../errors.ts'
import { completeEvent } from '../github/complete-event.ts'
import { type HandedOver, type HandOver, handOver } from '../github/hand-over.ts'
import type { World } from './operation.ts'
import { connectGitHub } from './world.ts'

export interface CommitInputs {
  readonly commit: 'none' | 'push' | 'pull-request'
  /** Of the pull request; ours alone. */
  readonly branch: string | undefined
  readonly base: string | undefined
  readonly 'github-token': string | undefined
}

type Change = Pick<HandOver, 'branch' | 'title' | 'body' | 'files' | 'onCommit'>

/**
 * `branch` of the change counts where the input names none. Throws `input` without a token, a
 * repository or a base, and as handOver does.
 */
export async function commitFiles(
  inputs: CommitInputs,
  world: World,
  change: Change,
): Promise<HandedOver> {
  const { commit: how, 'github-token': token } = inputs
  const { repository, branch } = world.event
  if (!token || how === 'none' || !repository.owner)
    throw new ReleaseError('input', 'commit: needs a token and the repository it is for', {
      hint: 'Give "github-token", and run where GITHUB_REPOSITORY is set.',
    })
  const github = connectGitHub(world, token)
  const base =
    inputs.base ?? branch ?? (await completeEvent(github, world.event)).repository.defaultBranch
  if (base === undefined)
    throw new ReleaseError('input', 'base: name the branch that the commit is for')
  return handOver({
    ...change,
    github,
    repository,
    how,
    base,
    branch: inputs.branch ?? change.branch,
  })
}
