// Which releases are an image's, and which of their tags must stay.
import { expect, test } from '@jest/globals'
import { replaceBlock } from '../../../src/notes/marked-block.ts'
import { blockKey, type ImageRecord } from '../../../src/notes/record.ts'
import { renderReleaseBlock } from '../../../src/notes/release-note.ts'
import { noteReleases } from '../../../src/operations/audit/releases.ts'
import { RECORD } from '../../notes/samples.ts'

const bodyWith = (...records: readonly ImageRecord[]) =>
  records.reduce(
    (body, record) => replaceBlock(body, blockKey(record), renderReleaseBlock(record)),
    'Notes',
  )

const OTHER = { ...RECORD, image: 'ghcr.io/acme/other' }
const GPU = { ...RECORD, variant: 'gpu', tags: ['1.4.2-gpu', '1.4-gpu'] }
const { image } = RECORD

// name, body, git tag, variant, what the image makes of it: its tag, recorded or broken
test.each<[string, string, string, string | undefined, unknown[]]>([
  ['a note of ours', bodyWith(RECORD), 'v1.4.2', undefined, [{ tag: '1.4.2', digest: true }]],
  [
    'notes of two images',
    bodyWith(OTHER, RECORD),
    'v1',
    undefined,
    [{ tag: '1.4.2', digest: true }],
  ],
  ['a note of another image only', bodyWith(OTHER), 'v1.4.2', undefined, []],
  ['a note of another variant only', bodyWith(GPU), 'v1.4.2', undefined, []],
  [
    'a note of the variant',
    bodyWith(RECORD, GPU),
    'v1.4.2',
    'gpu',
    [{ tag: '1.4.2-gpu', digest: true }],
  ],
  ['no note', 'By hand.', 'v1.4.2', undefined, [{ tag: '1.4.2' }]],
  ['no note, of a variant', 'By hand.', 'v1.4.2', 'gpu', [{ tag: '1.4.2-gpu' }]],
  ['no note, and a tag that is none of a registry', '', 'app/v1.4.2', undefined, [{}]],
  [
    'a record of only floating tags has none that must stay',
    bodyWith({ ...RECORD, tags: ['1.4', '1'] }),
    'v1.4.2',
    undefined,
    [{ digest: true }],
  ],
  [
    'a record moved in from another image',
    bodyWith(RECORD).replace('"image":"ghcr.io/acme/app"', '"image":"ghcr.io/acme/evil"'),
    'v1.4.2',
    undefined,
    [{ tag: '1.4.2', broken: true }],
  ],
])('%s', (_, body, tag, variant, expected) => {
  const found = noteReleases([releaseOf(tag, body)], { image, variant })
  const brief = found.map((noted) => ({
    ...(noted.tag ? { tag: noted.tag } : {}),
    ...(noted.record ? { digest: noted.record.digest === RECORD.digest } : {}),
    ...(noted.broken ? { broken: true } : {}),
  }))
  expect(brief).toEqual(expected)
})

test('drafts are left out', () => {
  const draft = { ...releaseOf('v1.4.2', bodyWith(RECORD)), draft: true }
  expect(noteReleases([draft], { image, variant: undefined })).toEqual([])
})

function releaseOf(tag: string, body: string) {
  const publishedAt = '2026-06-01T00:00:00Z'
  const url = `https://github.com/acme/app/releases/tag/${tag}`
  return { id: 1, tag, url, body, draft: false, prerelease: false, publishedAt }
}
