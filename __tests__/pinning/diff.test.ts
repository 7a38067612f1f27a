// Diffs of pinned files, as git reads them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Changed, renderDiff } from '../../src/pinning/diff.ts'

test('three lines around a change, hunks joined where they touch', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`)
  const after = lines.with(5, 'five\n').with(11, 'eleven\n').with(25, 'last\n')
  const diff = renderDiff([{ path: 'a.yaml', before: lines.join(''), after: after.join('') }])
  expect(diff.split('\n').filter((line) => line.startsWith('@@'))).toEqual([
    '@@ -3,13 +3,13 @@',
    '@@ -23,7 +23,7 @@',
  ])
  expect(diff).toContain('-line 5\n+five\n line 6\n')
})

test('nothing changed is nothing', () => {
  expect(renderDiff([{ path: 'a', before: 'x', after: 'x' }])).toBe('')
})

/** Texts as pinning changes them: lines replaced, a line added behind one. */
const change = fc
  .array(
    fc.record({
      text: fc.constantFrom('a', 'b', 'image: x', ''),
      act: fc.constantFrom('keep', 'keep', 'keep', 'replace', 'add'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((lines) =>
    fc.record({
      lines: fc.constant(lines),
      eol: fc.constantFrom('\n', '\r\n'),
      ends: fc.boolean(),
    }),
  )
  .map(({ lines, eol, ends }) => {
    const before = lines.map(({ text }) => text)
    const after = lines.flatMap(({ text, act }) =>
      act === 'replace' ? [`${text}@new`] : act === 'add' ? [text, 'digest: new'] : [text],
    )
    const join = (all: string[]) => all.join(eol) + (ends ? eol : '')
    return { before: join(before), after: join(after) }
  })

const folder = mkdtempSync(join(tmpdir(), 'image-release-diff-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** No settings but git's own: `core.autocrlf` and its like change what is written. */
const GIT_ENVIRONMENT = {
  ...process.env,
  GIT_CEILING_DIRECTORIES: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
}

test('git apply makes the one from the other', () => {
  const names = ['a.yaml', 'deep/é "quoted".yaml', 'with space.yaml']
  return fc.assert(
    fc.property(fc.tuple(change, change, change), (changes) => {
      const files: Changed[] = changes.map((texts, index) => ({
        path: names[index] ?? '',
        ...texts,
      }))
      const diff = renderDiff(files)
      if (diff === '') return
      for (const { path, before } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), before)
      }
      const git = { cwd: folder, input: diff, env: GIT_ENVIRONMENT }
      execFileSync('git', ['apply', '--whitespace=nowarn', '-'], git)
      for (const { path, after } of files)
        expect(readFileSync(join(folder, path), 'utf8')).toBe(after)
    }),
    { numRuns: 40 },
  )
})
