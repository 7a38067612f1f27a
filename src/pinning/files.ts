// Which files are read: those git tracks, or all below the root where there is no git, that a glob
// names. `.git` never; `.github` and Dockerfiles only by a glob that spells them; links are told,
// not followed, and nothing outside the root is touched.
import { ReleaseError, systemCode } from '../errors.ts'
import type { Exec, Files } from '../ports.ts'
import { isDockerfile } from './dockerfile.ts'
import { parseGlob } from './glob.ts'

export interface FileSelection {
  /** The folder that paths are relative to. */
  readonly root: string
  readonly files: readonly string[]
  readonly exclude?: readonly string[]
}

export interface FileList {
  /** Relative to the root, sorted. */
  readonly paths: readonly string[]
  /** Globs that no file matched. */
  readonly unmatched: readonly string[]
  /** Matched, but not a file of the root's own. */
  readonly refused: readonly { readonly path: string; readonly why: string }[]
}

interface Ports {
  readonly exec: Exec
  readonly files: Files
}

const MAX_LIST_BYTES = 64 * 1024 * 1024
const MAX_FILES = 200_000

/** Throws `input` for a broken glob or one that leads out of the root. */
export async function listFiles(selection: FileSelection, ports: Ports): Promise<FileList> {
  const globs = selection.files.map((glob) => ({ glob, matches: chooser(glob) }))
  const excluded = (selection.exclude ?? []).map(parseGlob)
  const candidates = await listCandidates(selection.root, ports)
  const unmatched = new Set(selection.files)
  const refused: { path: string; why: string }[] = []
  const paths: string[] = []
  const isThrough = folderCheck(selection.root, ports.files)
  for (const path of candidates) {
    const found = globs.filter(({ matches }) => matches(path))
    if (found.length === 0 || excluded.some((matches) => matches(path))) continue
    for (const { glob } of found) unmatched.delete(glob)
    const kind = await ports.files.kind(`${selection.root}/${path}`)
    if (kind === 'file' && (await isThrough(path))) paths.push(path)
    else if (kind !== undefined && kind !== 'folder')
      refused.push({
        path,
        why: kind === 'other' ? 'it is no file' : 'it is, or lies behind, a symbolic link',
      })
  }
  return { paths, unmatched: [...unmatched], refused }
}

function chooser(glob: string): (path: string) => boolean {
  const plain = glob.replace(/^\.\//, '')
  if (plain.startsWith('/') || plain.split('/').includes('..'))
    throw new ReleaseError('input', `The glob ${JSON.stringify(glob)} leads out of the workspace`)
  const matches = parseGlob(glob)
  const namesGitHub = /(?:^|[/{,])\.github(?:[/},]|$)/.test(plain)
  const namesDockerfile = /ocker|ontainer/i.test(plain.slice(plain.lastIndexOf('/') + 1))
  return (path) =>
    matches(path) &&
    (namesGitHub || !path.startsWith('.github/')) &&
    (namesDockerfile || !isDockerfile(path))
}

/** Sorted by code units. Without git, or outside a work tree, the folders are walked. */
async function listCandidates(root: string, ports: Ports): Promise<readonly string[]> {
  const tracked = await listTracked(root, ports.exec)
  const all = tracked ?? (await walkFolder(root, ports.files))
  return all.filter((path) => !path.split('/').includes('.git')).sort()
}

async function listTracked(root: string, exec: Exec): Promise<readonly string[] | undefined> {
  try {
    const { code, stdout } = await exec({
      file: 'git',
      // In a container the workspace is often another user's; git then runs nothing of its own.
      args: ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached'],
      cwd: root,
      maxOutputBytes: MAX_LIST_BYTES,
    })
    return code === 0 ? [...new Set(stdout.split('\0').filter(Boolean))] : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function walkFolder(root: string, files: Files): Promise<readonly string[]> {
  const found: string[] = []
  const queue = ['']
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop())
    for (const name of await files.list(`${root}/${folder}`.replace(/\/$/, ''))) {
      const path = folder + name
      if (name === '.git' || name === 'node_modules' || found.length >= MAX_FILES) continue
      if ((await files.kind(`${root}/${path}`)) === 'folder') queue.push(`${path}/`)
      else found.push(path)
    }
  return found
}

/** Whether no folder on the way is a link; each is looked at once. */
function folderCheck(root: string, files: Files): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>([['', Promise.resolve(true)]])
  const check = (folder: string): Promise<boolean> => {
    const look = async () =>
      (await check(parentOf(folder))) && (await files.kind(`${root}/${folder}`)) === 'folder'
    const result = known.get(folder) ?? look()
    known.set(folder, result)
    return result
  }
  return (path) => check(parentOf(path))
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
