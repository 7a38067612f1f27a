// Hostile text in every field of everything we render: the Markdown has the same constructs as with
// harmless text, so that none of them is the text's own.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { foldBlock } from '../../src/notes/fold.ts'
import { findBlocks, replaceBlock } from '../../src/notes/marked-block.ts'
import { type ImageRecord, parseRecord } from '../../src/notes/record.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import { renderReleaseSummary } from '../../src/notes/summary.ts'
import { holdsForHostileText, hostileText } from './hostile-text.ts'
import { structureOf } from './markdown.ts'
import { RECORD } from './samples.ts'

/** A record as one might be made by a fault of ours: no field is what its type says. */
const recordOf = (text: string): ImageRecord => ({
  ...RECORD,
  image: `x${text}`,
  variant: `x${text}`,
  version: `x${text}`,
  digest: `sha256:${text}`,
  tags: [`x${text}`, 'x'],
  platforms: { [`x${text}`]: `sha256:${text}` },
  revision: `x${text}`,
  builtAt: `x${text}`,
  run: `https://x.example/${text}`,
})

const RENDERERS: Readonly<Record<string, (text: string) => string>> = {
  'a release note': (text) => renderReleaseBlock(recordOf(text)),
  'a folded block': (text) => foldBlock(`### ${text}\n${text}`),
  'a body with its key': (text) => replaceBlock('Notes\n', `x${text}`, 'content'),
  'a summary': (text) =>
    renderReleaseSummary({
      outcome: 'released',
      images: [`x${text}`, `y${text}`],
      version: `x${text}`,
      digest: `sha256:${text}`,
      tags: [`x${text}`],
      heldBack: [{ tag: `x${text}`, why: text }],
      failed: [{ tag: `x${text}`, why: text }],
      platforms: { [`x${text}`]: `sha256:${text}` },
      why: text,
      printed: `x${text}`,
      next: text,
      links: [{ label: `x${text}`, url: `https://x.example/${text}` }],
    }),
  'a summary of what was skipped': (text) =>
    renderReleaseSummary({
      outcome: 'skipped',
      images: [`x${text}`],
      tags: [],
      heldBack: [],
      platforms: { [`x${text}`]: '' },
      why: text,
    }),
}

test.each(Object.entries(RENDERERS))('%s', (_, render) => {
  const harmless = structureOf(render('harmless'))
  return holdsForHostileText(500, (text) => {
    expect(structureOf(render(text))).toEqual(harmless)
  })
})

test('a block among hostile text is found, and its record is the one we wrote', () =>
  fc.assert(
    fc.property(hostileText, hostileText, (before, after) => {
      const body = `${replaceBlock(before, RECORD.image, renderReleaseBlock(RECORD))}\n${after}`
      const [ours] = findBlocks(body).filter(({ key }) => key === RECORD.image)
      expect(parseRecord(ours?.content ?? '')).toEqual(RECORD)
    }),
    { numRuns: 500 },
  ))
