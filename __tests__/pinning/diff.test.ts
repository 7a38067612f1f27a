import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
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
    {
      minLength: 1,
      maxLength: 40,
    },
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

test('git apply makes the one from the other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-diff-'))
  const names = ['a.yaml', 'deep/é "quoted".yaml', 'with space.yaml']
  try {
    void fc.assert(
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
        execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
          cwd: folder,
          input: diff,
          env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
        })
        for (const { path, after } of files)
          expect(readFileSync(join(folder, path), 'utf8')).toBe(after)
      }),
      { numRuns: 40 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
