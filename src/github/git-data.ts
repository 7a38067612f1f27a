// One commit made by the Git data API (docs.github.com/rest/git), which GitHub signs for an app's
// token: blobs of a branch read, a tree, a commit on top of it, a reference moved.
import { messageOf, ReleaseError } from '../errors.ts'
import { decodeBase64 } from '../oci/base64.ts'
import { type Answer, asAnswer, textOf } from './answer.ts'
import { type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { fullName, repositoryCall } from './repository-call.ts'

export interface GitPlace {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  /** What the job needs to write; any call that is refused names it. */
  readonly permission: string
}

export interface GitCommit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
}

interface TreeEntry {
  readonly path: string
  readonly mode: string
  readonly type: string
  readonly sha: string
}

/** A file of a tree that is to be changed; the mode is git's, such as `100644`. */
export interface TreeFile {
  readonly path: string
  readonly mode: string
  readonly content: string
}

/** The commit at the head of a branch; undefined: there is no such branch. */
export async function headOf(place: GitPlace, branch: string): Promise<string | undefined> {
  try {
    const data = await call(
      place,
      'GET ref/{ref}',
      { ref: `heads/${branch}` },
      `read branch ${branch}`,
    )
    return textOf(asAnswer(data['object']), 'sha')
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

export async function getCommit(place: GitPlace, sha: string): Promise<GitCommit> {
  const data = await call(
    place,
    'GET commits/{commit_sha}',
    { commit_sha: sha },
    `read commit ${sha}`,
  )
  const parents = Array.isArray(data['parents']) ? data['parents'] : []
  return {
    sha,
    tree: textOf(asAnswer(data['tree']), 'sha'),
    parents: parents.map((parent) => textOf(asAnswer(parent), 'sha')),
    message: textOf(data, 'message'),
  }
}

/** Reads files of a tree; folders on the way are asked for once. undefined: no such file. */
export function treeReader(place: GitPlace, root: string) {
  const trees = new Map<string, Promise<readonly TreeEntry[]>>()
  const entriesOf = (sha: string) => {
    const found = trees.get(sha) ?? readTree(place, sha)
    trees.set(sha, found)
    return found
  }
  return async (path: string): Promise<TreeFile | undefined> => {
    const names = path.split('/')
    let tree = root
    for (const [index, name] of names.entries()) {
      const entry = (await entriesOf(tree)).find((other) => other.path === name)
      if (!entry) return undefined
      if (index < names.length - 1) tree = entry.sha
      else if (entry.type !== 'blob' || entry.mode === '120000') return undefined
      else return { path, mode: entry.mode, content: await readBlob(place, entry.sha) }
    }
    return undefined
  }
}

async function readTree(place: GitPlace, sha: string): Promise<readonly TreeEntry[]> {
  const data = await call(place, 'GET trees/{tree_sha}', { tree_sha: sha }, `read tree ${sha}`)
  const entries = Array.isArray(data['tree']) ? data['tree'].map(asAnswer) : []
  return entries.map((entry) => ({
    path: textOf(entry, 'path'),
    mode: textOf(entry, 'mode'),
    type: textOf(entry, 'type'),
    sha: textOf(entry, 'sha'),
  }))
}

async function readBlob(place: GitPlace, sha: string): Promise<string> {
  const data = await call(place, 'GET blobs/{file_sha}', { file_sha: sha }, `read blob ${sha}`)
  const bytes = decodeBase64(textOf(data, 'content').replace(/\s/g, ''))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** The tree with these files changed; the same files on the same tree give the same one. */
export async function makeTree(
  place: GitPlace,
  base: string,
  files: readonly TreeFile[],
): Promise<string> {
  const tree = files.map((file) => ({ ...file, type: 'blob' }))
  const data = await call(place, 'POST trees', { base_tree: base, tree }, 'make a tree')
  return textOf(data, 'sha')
}

/** Without author and committer, so that GitHub puts its own and signs. */
export async function makeCommit(
  place: GitPlace,
  commit: Pick<GitCommit, 'tree' | 'parents' | 'message'>,
): Promise<string> {
  return textOf(await call(place, 'POST commits', { ...commit }, 'make a commit'), 'sha')
}

/** false: the branch came to be meanwhile. */
export async function makeBranch(place: GitPlace, branch: string, sha: string): Promise<boolean> {
  try {
    await call(place, 'POST refs', { ref: `refs/heads/${branch}`, sha }, `make branch ${branch}`)
    return true
  } catch (error) {
    if (statusOf(error) === 422 && /already exists/i.test(messageOf(error))) return false
    throw error
  }
}

/** false: the branch holds commits that `sha` does not, and `force` is not set. */
export async function moveBranch(
  place: GitPlace,
  {
    branch,
    sha,
    force,
  }: { readonly branch: string; readonly sha: string; readonly force: boolean },
): Promise<boolean> {
  try {
    await call(
      place,
      'PATCH refs/{ref}',
      { ref: `heads/${branch}`, sha, force },
      `move branch ${branch}`,
    )
    return true
  } catch (error) {
    if (statusOf(error) !== 422) throw error
    if (/fast.?forward/i.test(messageOf(error))) return false
    throw protectedBranch(branch, error)
  }
}

function protectedBranch(branch: string, cause: unknown): ReleaseError {
  return new ReleaseError('github', messageOf(cause), {
    hint: `If ${branch} is protected, use "commit: pull-request".`,
    cause,
  })
}

/** `line`: the method, and the path below the repository's git data. */
async function call(
  { github, repository, permission }: GitPlace,
  line: string,
  ...[parameters, doing]: [Readonly<Record<string, unknown>>, string]
): Promise<Answer> {
  const { data } = await github.call({
    ...repositoryCall(repository, line.replace(' ', ' /git/'), parameters),
    doing: `${doing} of ${fullName(repository)}`,
    // Also where it only reads: read alone would get as far as the first write.
    permission,
    // What was lost on the way is looked for again by whoever asked.
    ...(line.startsWith('PATCH ') ? { tries: 1 } : {}),
  })
  return asAnswer(data)
}
