// The `Files` port on the real file system.
import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync, type Stats } from 'node:fs'
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemCode } from '../errors.ts'
import type { Files } from '../ports.ts'

/** One piece of a file read as a stream. */
const STREAM_BYTES = 1024 * 1024

/** Files below the current folder, or anywhere by absolute path. */
export function createFiles(environment: NodeJS.ProcessEnv): Files {
  const folders = new Set<string>()
  process.once('exit', () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  return {
    read: (path) => absentAs(undefined, readFile(path)),
    write: writeWhole,
    stream: (path) => createReadStream(path, { highWaterMark: STREAM_BYTES }),
    append: (path, text) => appendFile(path, text),
    realPath: (path) => absentAs(undefined, realpath(path)),
    kind: async (path) => kindOf(await absentAs(undefined, lstat(path))),
    async mode(path) {
      const stats = await absentAs(undefined, lstat(path))
      return stats && stats.mode & 0o7777
    },
    list: async (folder) => (await absentAs([], readdir(folder))).sort(),
    link: (target, path) => symlink(target, path),
    async temporaryFolder() {
      const folder = await mkdtemp(join(environment['RUNNER_TEMP'] || tmpdir(), 'image-release-'))
      folders.add(folder)
      return folder
    },
    async remove(path) {
      await rm(path, { recursive: true, force: true })
      folders.delete(path)
    },
  }
}

async function writeWhole(path: string, content: Uint8Array | string, mode?: number) {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${randomUUID()}`
  const before = await absentAs(undefined, lstat(path))
  await writeFile(beside, content, { mode: mode ?? 0o644, flag: 'wx' })
  if (before) await keepOwner(beside, before)
  if (mode !== undefined) await chmod(beside, mode)
  await rename(beside, path)
}

/**
 * Where that is not allowed the file stays the running user's: in a container others may own it.
 */
async function keepOwner(path: string, { uid, gid }: Stats): Promise<void> {
  try {
    await chown(path, uid, gid)
  } catch (error) {
    // EINVAL: a user that the container does not know.
    const code = systemCode(error)
    if (code !== 'EPERM' && code !== 'EINVAL') throw error
  }
}

function kindOf(stats: Stats | undefined): 'file' | 'folder' | 'link' | 'other' | undefined {
  if (!stats) return undefined
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isDirectory()) return 'folder'
  return stats.isFile() ? 'file' : 'other'
}

async function absentAs<T, A>(absent: A, reading: Promise<T>): Promise<T | A> {
  try {
    return await reading
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return absent
    throw error
  }
}
