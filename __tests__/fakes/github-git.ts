// What the fake GitHub holds of git: blobs, trees and commits by the hash of what they hold,
// branches, and pull requests between them.
import { createHash } from 'node:crypto'

interface Entry {
  readonly mode: string
  readonly type: 'blob' | 'tree'
  readonly sha: string
}

export interface FakeCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly author: unknown
}

export interface FakePullRequest {
  readonly number: number
  readonly head: string
  readonly base: string
  title: string
  body: string
  state: 'open' | 'closed'
}

/** A file of a branch: its text, or text and git's mode. */
type FileText = string | { readonly text: string; readonly mode: string }

export class FakeGit {
  readonly blobs = new Map<string, string>()
  readonly trees = new Map<string, ReadonlyMap<string, Entry>>()
  readonly commits = new Map<string, FakeCommit>()
  readonly branches = new Map<string, string>()
  readonly pullRequests: FakePullRequest[] = []
  /** Refuse direct pushes. */
  readonly protectedBranches = new Set<string>()

  /** A commit of someone else's on top of the branch, with these files changed or added. */
  commit(branch: string, files: Readonly<Record<string, FileText>>, message = 'Work'): string {
    const parent = this.branches.get(branch)
    const base = parent && this.commits.get(parent)?.tree
    const changes = Object.entries(files).map(([path, file]) => ({
      path,
      mode: typeof file === 'string' ? '100644' : file.mode,
      content: typeof file === 'string' ? file : file.text,
    }))
    const commit = { tree: this.addTree(base, changes), parents: parent ? [parent] : [], message }
    const sha = this.addCommit({ ...commit, author: 'someone' })
    this.branches.set(branch, sha)
    return sha
  }

  /** Path to text of everything on the branch. */
  filesOf(branch: string): Record<string, string> {
    const commit = this.commits.get(this.branches.get(branch) ?? '')
    return Object.fromEntries(
      this.flatten(commit?.tree).map(([path, { sha }]) => [path, this.blobs.get(sha) ?? '']),
    )
  }

  modeOf(branch: string, path: string): string | undefined {
    const commit = this.commits.get(this.branches.get(branch) ?? '')
    return this.flatten(commit?.tree).find(([other]) => other === path)?.[1].mode
  }

  /** The commits of a branch that are not on another, newest first. */
  ahead(branch: string, base: string): readonly FakeCommit[] {
    const known = new Set(this.line(this.branches.get(base)))
    const own = this.line(this.branches.get(branch)).filter((sha) => !known.has(sha))
    return own.flatMap((sha) => this.commits.get(sha) ?? [])
  }

  private line(head: string | undefined): string[] {
    return head ? [head, ...this.line(this.commits.get(head)?.parents[0])] : []
  }

  isAncestor(older: string | undefined, newer: string): boolean {
    return older !== undefined && this.line(newer).includes(older)
  }

  addTree(
    base: string | undefined,
    changes: readonly { path: string; mode: string; content: string }[],
  ): string {
    const files = new Map(this.flatten(base))
    for (const { path, mode, content } of changes) {
      const sha = hash(`blob ${content}`)
      this.blobs.set(sha, content)
      files.set(path, { mode, type: 'blob', sha })
    }
    return this.treeOf([...files])
  }

  addCommit(commit: FakeCommit): string {
    const sha = hash(JSON.stringify(commit))
    this.commits.set(sha, commit)
    return sha
  }

  private treeOf(files: readonly (readonly [string, Entry])[]): string {
    const entries = new Map<string, Entry>()
    const folders = new Map<string, [string, Entry][]>()
    for (const [path, entry] of files) {
      const [name = '', ...rest] = path.split('/')
      if (rest.length === 0) entries.set(name, entry)
      else folders.set(name, [...(folders.get(name) ?? []), [rest.join('/'), entry]])
    }
    for (const [name, inside] of folders)
      entries.set(name, { mode: '040000', type: 'tree', sha: this.treeOf(inside) })
    const sorted = new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
    const sha = hash(`tree ${JSON.stringify([...sorted])}`)
    this.trees.set(sha, sorted)
    return sha
  }

  private flatten(tree: string | undefined, prefix = ''): [string, Entry][] {
    return [...(this.trees.get(tree ?? '') ?? [])].flatMap(([name, entry]): [string, Entry][] =>
      entry.type === 'tree'
        ? this.flatten(entry.sha, `${prefix}${name}/`)
        : [[prefix + name, entry]],
    )
  }
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
