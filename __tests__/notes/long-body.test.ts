// Bodies near GitHub's limit: what is folded, and in what order, and what never is.
import { expect, test } from '@jest/globals'
import { findBlocks, MAX_BODY_CHARACTERS, replaceBlock } from '../../src/notes/marked-block.ts'
import { blockKey, type ImageRecord, parseRecord } from '../../src/notes/record.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import { RECORD } from './samples.ts'

const images = Array.from(
  { length: 120 },
  (_, index): ImageRecord => ({
    ...RECORD,
    image: `ghcr.io/acme/app-${index}`,
  }),
)

const put = (body: string, record: ImageRecord) =>
  replaceBlock(body, blockKey(record), renderReleaseBlock(record))

const contents = (body: string) => findBlocks(body).map(({ content }) => content)

test('a body that grows too long folds the foremost blocks, each to a line with its record', () => {
  const notes = 'Notes\n'
  const body = images.reduce(put, notes)
  expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS)
  expect(body.startsWith(notes)).toBe(true)
  const whole = images.map(renderReleaseBlock)
  const folded = contents(body).findIndex((content) => !content.includes('\n'))
  const unfolded = contents(body).filter((content) => content.includes('\n'))
  expect(folded).toBe(0)
  expect(unfolded).toEqual(whole.slice(-unfolded.length).map((content) => content.trimEnd()))
  expect(unfolded.length).toBeGreaterThan(10)
  const records = contents(body).map(parseRecord)
  expect(records.map((record) => record?.image)).toEqual(images.map(({ image }) => image))
  expect(records[0]).toEqual({ ...images[0], platforms: {} })
})

test('the block written is whole wherever it stands', () => {
  const [first = RECORD] = images
  const body = put(images.reduce(put, 'Notes\n'), first)
  expect(contents(body)[0]).toBe(renderReleaseBlock(first).trimEnd())
  expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS)
})

test("a block that cannot be read folds to its first line, no one else's text is cut", () => {
  const notes = 'x'.repeat(MAX_BODY_CHARACTERS - 2000)
  const body = put(
    replaceBlock(notes, 'forged', `### <b>Forged</b>\n\n${'y'.repeat(1500)}`),
    RECORD,
  )
  expect(body.startsWith(notes)).toBe(true)
  expect(contents(body)).toEqual([
    '#&#8203;#&#8203;#&#8203; &#60;b&#62;Forged&#60;/b&#62;',
    renderReleaseBlock(RECORD).trimEnd(),
  ])
})

test("a user's text that leaves no room is an error that says by how much", () => {
  const notes = 'x'.repeat(MAX_BODY_CHARACTERS)
  const needed = put('', RECORD).length + 2
  expect(() => put(notes, RECORD)).toThrow(
    expect.objectContaining({
      code: 'no-room',
      hint: `Shorten the text by ${needed} characters; GitHub takes 125000.`,
    }),
  )
})
