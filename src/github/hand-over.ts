// Hands changed files over: one commit onto the base branch, or onto a branch of ours with one pull
// request. The change is made anew on what the base branch holds, so that nobody's newer work is
// lost; when the base moves meanwhile, all is done again.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { GitHubClient, RepositoryName } from './client.ts'
import {
  type GitPlace,
  getCommit,
  headOf,
  makeBranch,
  makeCommit,
  makeTree,
  moveBranch,
  type TreeFile,
  treeReader,
} from './git-data.ts'
import { keepPullRequest, type PullRequest } from './pull-requests.ts'
import { fullName } from './repository-call.ts'

export interface HandOver {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly how: 'push' | 'pull-request'
  readonly base: string
  /** Ours alone: what stands there is replaced. Not used by `push`. */
  readonly branch: string
  /** Of the commit and the pull request. */
  readonly title: string
  /** Of the pull request. */
  readonly body: string
  readonly files: readonly {
    readonly path: string
    /** undefined: there is nothing to change in this text. */
    readonly rewrite: (text: string) => string | undefined
  }[]
  /** Called as soon as a branch holds the commit, also where the pull request then fails. */
  readonly onCommit?: (sha: string) => void
}

export interface HandedOver {
  /** The commit that holds the change; undefined: the base branch holds it already. */
  readonly commitSha?: string
  readonly pullRequest?: PullRequest
}

const MAX_TRIES = 5

/** Marks commits of ours, so that a branch with others' is left alone. */
const TRAILER = 'Image-Release: pin'

/** Throws `permission` with the exact one that lacks, and `github` where the base never rests. */
export async function handOver(request: HandOver): Promise<HandedOver> {
  const place = placeOf(request)
  for (let tried = 1; ; tried += 1) {
    const done = await attempt(request, place)
    if (done) return done
    if (tried === MAX_TRIES) throw restless(request)
    request.github.log.info(`${request.base} moved meanwhile; doing it again`)
  }
}

function placeOf({ github, repository, files }: HandOver): GitPlace {
  const isWorkflow = files.some(({ path }) => path.startsWith('.github/workflows/'))
  const permission = isWorkflow
    ? 'contents: write" and, for workflow files, an app\'s token with "workflows: write'
    : 'contents: write'
  return { github, repository, permission }
}

/** undefined: a branch moved in between. */
async function attempt(request: HandOver, place: GitPlace): Promise<HandedOver | undefined> {
  const { base, branch, how, title } = request
  const head = await headOf(place, base)
  if (head === undefined) throw missing(request)
  const { tree } = await getCommit(place, head)
  const files = await rewriteAll(request, place, tree)
  if (files.length === 0) return {}
  const commit = {
    tree: await makeTree(place, tree, files),
    parents: [head],
    message: `${title}\n\n${TRAILER}`,
  }
  if (how === 'push') {
    const sha = await makeCommit(place, commit)
    if (!(await moveBranch(place, { branch: base, sha, force: false }))) return undefined
    request.onCommit?.(sha)
    return { commitSha: sha }
  }
  const commitSha = await putOnBranch(place, branch, commit)
  if (commitSha === undefined) return undefined
  request.onCommit?.(commitSha)
  const pullRequest = await keepPullRequest(request).catch((error: unknown) => {
    throw withBranch(error, branch)
  })
  return { commitSha, pullRequest }
}

/** Who may not open a pull request has left a branch behind, and is told. */
function withBranch(error: unknown, branch: string): unknown {
  if (!isReleaseError(error)) return error
  const message = `${error.message}; branch ${branch} holds the commit`
  return new ReleaseError(error.code, message, {
    ...(error.hint ? { hint: error.hint } : {}),
    cause: error,
  })
}

async function rewriteAll({ files }: HandOver, place: GitPlace, tree: string): Promise<TreeFile[]> {
  const read = treeReader(place, tree)
  const changed: TreeFile[] = []
  for (const { path, rewrite } of files) {
    const file = await read(path)
    const content = file && rewrite(file.content)
    if (file && content !== undefined) changed.push({ ...file, content })
  }
  return changed
}

type Wanted = Parameters<typeof makeCommit>[1]

/** The branch's head afterwards: what stands there already where it is the same. */
async function putOnBranch(
  place: GitPlace,
  branch: string,
  wanted: Wanted,
): Promise<string | undefined> {
  const present = await headOf(place, branch)
  if (present === undefined) {
    const sha = await makeCommit(place, wanted)
    return (await makeBranch(place, branch, sha)) ? sha : undefined
  }
  const { tree, parents, message } = await getCommit(place, present)
  if (tree === wanted.tree && parents.join() === wanted.parents.join()) return present
  if (!message.includes(TRAILER) && present !== wanted.parents[0]) throw foreign(branch)
  const sha = await makeCommit(place, wanted)
  return (await moveBranch(place, { branch, sha, force: true })) ? sha : undefined
}

function foreign(branch: string): ReleaseError {
  return new ReleaseError('github', `Cannot replace branch ${branch}: it holds commits of others`, {
    hint: 'Merge or delete it, or name another one in the input "branch".',
  })
}

function missing({ base, repository }: HandOver): ReleaseError {
  const why = `there is no branch ${base}`
  return new ReleaseError('github', `Cannot commit to ${fullName(repository)}: ${why}`, {
    hint: 'Name the branch in the input "base".',
  })
}

function restless({ base, repository }: HandOver): ReleaseError {
  const name = `${base} of ${fullName(repository)}`
  return new ReleaseError('github', `Cannot commit to ${name}: it keeps moving`, {
    hint: 'Run the job again, or use "commit: pull-request".',
  })
}
