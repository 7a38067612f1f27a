// The event of a machine without a runner, told by git: the commit that is checked out, on its
// branch, or on its tag where it has exactly one and no branch is checked out.
import { askGit } from '../operations/world.ts'
import type { Environment, Exec } from '../ports.ts'

/** What parseEvent takes. Without git, or outside a work tree, only what the environment says. */
export interface LocalFacts {
  readonly environment: Environment
  readonly payload: unknown
  /** What git tells and is not taken, for people. */
  readonly notices: readonly string[]
}

/** Runs git a few times in the current folder; changes nothing. */
export async function readLocalFacts(exec: Exec, environment: Environment): Promise<LocalFacts> {
  const git = async (...args: string[]) => (await askGit({ exec }, args))?.trim() ?? ''
  const sha = await git('rev-parse', '--verify', '-q', 'HEAD')
  const [branch, tags, origin, remoteHead, committedAt] = await Promise.all([
    git('symbolic-ref', '-q', 'HEAD'),
    git('tag', '--points-at', 'HEAD'),
    git('config', '--get', 'remote.origin.url'),
    git('symbolic-ref', '-q', 'refs/remotes/origin/HEAD'),
    git('show', '-s', '--format=%cI', 'HEAD'),
  ])
  const [tag, ...more] = tags.split('\n')
  const ref = branch || (tag && more.length === 0 ? `refs/tags/${tag}` : '')
  const isOpen = ref === '' && more.length > 0 && !environment['GITHUB_REF']
  const defaultBranch = remoteHead.replace(/^refs\/remotes\/origin\//, '')
  return {
    environment: {
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
      GITHUB_REPOSITORY: repositoryOf(origin),
      ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value)),
    },
    payload: {
      repository: defaultBranch ? { default_branch: defaultBranch } : {},
      ...(sha && committedAt ? { head_commit: { id: sha, timestamp: committedAt } } : {}),
    },
    notices: isOpen ? [`${[tag, ...more].join(', ')} are on this commit: ${NO_TAG}`] : [],
  }
}

const NO_TAG = 'none is taken for the event; give --version, or set GITHUB_REF'

/** `owner/name` of a remote's address on any host; empty when it has no such form. */
function repositoryOf(address: string): string {
  return /[/:]([^/:]+\/[^/:]+?)(?:\.git)?\/?$/.exec(address)?.[1] ?? ''
}
