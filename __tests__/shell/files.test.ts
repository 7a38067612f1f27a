// The Files port on a real disk: whole writes, owners, modes and links.
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createFiles } from '../../src/shell/files.ts'

let folder: string
const files = createFiles({})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-release-files-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what is not there is undefined, not an error', async () => {
  expect(await files.read(join(folder, 'a'))).toBeUndefined()
  writeFileSync(join(folder, 'file'), '')
  expect(await files.read(join(folder, 'file', 'a'))).toBeUndefined()
  expect(await files.kind(join(folder, 'a'))).toBeUndefined()
  expect(await files.list(join(folder, 'a'))).toEqual([])
})

test('what stands in the way is an error', async () => {
  await expect(files.read(folder)).rejects.toThrow('EISDIR')
})

test('writes whole, makes folders, leaves nothing beside', async () => {
  const path = join(folder, 'deep', 'secret')
  await files.write(path, 'one', 0o600)
  await files.write(path, 'two', 0o600)
  expect(new TextDecoder().decode(await files.read(path))).toBe('two')
  expect(readdirSync(join(folder, 'deep'))).toEqual(['secret'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('tells files, folders and links apart', async () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('file', join(folder, 'link'))
  const kinds = ['file', 'link', '.'].map((name) => files.kind(join(folder, name)))
  expect(await Promise.all(kinds)).toEqual(['file', 'link', 'folder'])
  expect(await files.list(folder)).toEqual(['file', 'link'])
})

test('a temporary folder is private and goes when told', async () => {
  const temporary = await files.temporaryFolder()
  expect(statSync(temporary).mode & 0o777).toBe(0o700)
  await files.remove(temporary)
  expect(await files.kind(temporary)).toBeUndefined()
})

test('the mode that is given is set whatever the umask, and can be read', async () => {
  const path = join(folder, 'shared')
  await files.write(path, 'one', 0o666)
  expect(await files.mode(path)).toBe(0o666)
  await files.write(path, 'two', 0o755)
  expect(await files.mode(path)).toBe(0o755)
  expect(await files.mode(join(folder, 'none'))).toBeUndefined()
})

const user = process.geteuid?.() ?? 0
/** Only root can give a file to another, or be another; everybody else has their own. */
const isRoot = user === 0

test('a file that is written anew keeps its owner and mode', async () => {
  const path = join(folder, 'theirs')
  writeFileSync(path, 'one')
  if (isRoot) chownSync(path, 1234, 5678)
  const { uid, gid } = statSync(path)
  await files.write(path, 'two', 0o4750)
  expect(statSync(path)).toMatchObject({ uid, gid, mode: 0o104750 })
})

test('where the owner cannot be kept the file is written all the same', async () => {
  const path = join(folder, 'theirs')
  writeFileSync(path, 'one')
  chmodSync(folder, 0o777)
  const writer = isRoot ? 65534 : user
  if (isRoot) process.seteuid?.(writer)
  try {
    await files.write(path, 'two', 0o644)
  } finally {
    if (isRoot) process.seteuid?.(user)
  }
  expect(statSync(path)).toMatchObject({ uid: writer, size: 3 })
  expect(readdirSync(folder)).toEqual(['theirs'])
})
