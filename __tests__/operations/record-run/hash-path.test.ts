// The hash of data: in memory, and on disk the same as a shell makes by hand.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hashPath } from '../../../src/operations/record-run/hash-path.ts'
import { createFiles } from '../../../src/shell/files.ts'
import { MemoryFiles } from '../../fakes/world.ts'

const FILES = createFiles({})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** As its documentation says. */
const BY_HAND =
  'find -L . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 | sha256sum | cut -c 1-64'

async function inFolder(act: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hash-path-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fill(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

test('a file, read in pieces', async () => {
  const files = new MemoryFiles({ 'data.csv': 'a,b\n1,2\n' })
  expect(await hashPath(files, 'data.csv')).toBe(sha256('a,b\n1,2\n'))
})

test('a folder: lines in the order of the bytes of their paths', async () => {
  const files = new MemoryFiles({
    'd/b': '2',
    'd/a/z': '1',
    'd/a b': '3',
    'd/\u{1F600}': '4',
    'd/\uFB01': '5',
  })
  const order = ['./a b', './a/z', './b', './\uFB01', './\u{1F600}']
  const contents = ['3', '1', '2', '5', '4']
  const list = order.map((path, at) => `${sha256(contents[at] ?? '')}  ${path}\n`).join('')
  expect(await hashPath(files, 'd')).toBe(sha256(list))
})

test('nothing there', async () => {
  expect(await hashPath(new MemoryFiles(), 'd')).toBeUndefined()
})

test('any folder: the same as by hand in a shell', async () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'B', ' ', '-', '*', "'", 'é', '\u{1F600}', '.x'),
    minLength: 1,
    maxLength: 4,
  })
  const tree = fc.dictionary(
    fc.oneof(
      name,
      fc.tuple(name, name).map(([a, b]) => `+${a}/${b}`),
    ),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(tree, (files) =>
      inFolder(async (folder) => {
        fill(folder, files)
        const byHand = execFileSync('sh', ['-c', BY_HAND], { cwd: folder, encoding: 'utf8' })
        expect(await hashPath(FILES, folder)).toBe(byHand.trim())
      }),
    ),
    { numRuns: 25 },
  )
})

test('links are followed, as by hand', async () => {
  await inFolder(async (folder) => {
    fill(folder, { 'store/x': '1', 'data/y': '2' })
    symlinkSync('../store', join(folder, 'data/store'))
    symlinkSync('../store/x', join(folder, 'data/x'))
    const cwd = join(folder, 'data')
    const byHand = execFileSync('sh', ['-c', BY_HAND], { cwd, encoding: 'utf8' })
    expect(await hashPath(FILES, cwd)).toBe(byHand.trim())
  })
})

// what is in the folder, why it has no hash
test.each<[string, (folder: string) => void, RegExp]>([
  ['a line break', (folder) => fill(folder, { 'a\nb': '' }), /name that cannot be listed/],
  ['a backslash', (folder) => fill(folder, { 'a\\b': '' }), /name that cannot be listed/],
  ['a dead link', (folder) => symlinkSync('nowhere', join(folder, 'x')), /leads nowhere/],
  ['a loop', (folder) => symlinkSync('.', join(folder, 'x')), /a folder it is in/],
])('refuses %s', async (_, spoil, message) => {
  await inFolder(async (folder) => {
    spoil(folder)
    await expect(hashPath(FILES, folder)).rejects.toThrow(message)
  })
})
