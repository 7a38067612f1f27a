// What a promotion writes: a line in the block of its version, and the step's summary.
import { describe, expect, test } from '@jest/globals'
import {
  addPromotion,
  keepPromotions,
  type PromotionSummary,
  renderPromotionSummary,
} from '../../src/notes/promotion.ts'
import { parseRecord } from '../../src/notes/record.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import { RECORD } from './samples.ts'

const BLOCK = renderReleaseBlock(RECORD)
const LINE = {
  channel: 'staging',
  at: '2026-07-24T22:05:09Z',
  operation: 'promote',
  run: 'https://github.com/acme/app/actions/runs/7',
} as const

describe('the line of a promotion', () => {
  test('stands before the record, which stays readable', () => {
    const block = addPromotion(BLOCK, LINE)
    const line =
      '- In `staging` since 2026-07-24T22:05:09Z, promoted by [this run](<https://github.com/acme/app/actions/runs/7>)\n\n'
    expect(block.replace(line, '').trimEnd()).toBe(BLOCK.trimEnd())
    expect(block).toMatch(/actions\/runs\/7>\)\n\n<!-- image-release-record /)
    expect(parseRecord(block)).toEqual(parseRecord(BLOCK))
  })

  test('lines follow one another, each once', () => {
    const rollback = { ...LINE, channel: 'prod', operation: 'rollback' } as const
    const twice = addPromotion(addPromotion(addPromotion(BLOCK, LINE), rollback), LINE)
    expect(twice.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      expect.stringMatching(/^- In `staging` since .* promoted by/),
      expect.stringMatching(/^- In `prod` since .* rolled back by/),
    ])
    expect(twice).toMatch(/promoted by .*\n- In `prod`/)
  })

  test('of a run on the command line names no run', () => {
    const block = addPromotion(BLOCK, { ...LINE, run: '' })
    expect(block).toContain(
      '- In `staging` since 2026-07-24T22:05:09Z, promoted on the command line\n',
    )
    const release = renderReleaseBlock({ ...RECORD, run: '' })
    expect(release).toContain(', recorded on the command line.')
    expect(parseRecord(release)).toEqual({ ...RECORD, run: '' })
  })

  test('a block written anew keeps them', () => {
    const before = addPromotion(BLOCK, LINE)
    expect(keepPromotions(BLOCK, before)).toBe(before)
    expect(keepPromotions(BLOCK, BLOCK)).toBe(BLOCK)
  })
})

describe('the summary', () => {
  const summary: PromotionSummary = {
    operation: 'promote',
    outcome: 'moved',
    links: [{ label: 'Release notes', url: 'https://github.com/acme/app/releases/tag/v2.0.1' }],
    images: [
      {
        image: 'ghcr.io/acme/app',
        digest: 'sha256:bbb',
        version: '2.0.1',
        marks: ['blessed'],
        channels: [
          { tag: 'staging', before: 'sha256:aaa', isDone: true, isForced: false },
          { tag: 'prod', isDone: false, isForced: true },
        ],
        lanes: [
          { tag: 'dev', before: { digest: 'sha256:bbb', version: '2.0.1' } },
          {
            tag: 'staging',
            before: { digest: `sha256:${'a'.repeat(64)}` },
            after: { digest: 'sha256:bbb', version: '2.0.1' },
          },
          { tag: 'prod"]; click c0', before: { digest: 'sha256:ccc', version: '1.0.0"<b>' } },
        ],
      },
    ],
  }

  test('digest first, then the channels before and after', () => {
    expect(renderPromotionSummary(summary)).toBe(`## Promoted \`ghcr.io/acme/app\` 2.0.1

**Digest** \`sha256:bbb\`

\`\`\`sh
docker pull ghcr.io/acme/app@sha256:bbb
\`\`\`

| Channel | Before | After |
| --- | --- | --- |
| \`staging\` | \`sha256:aaa\` | \`sha256:bbb\` |
| \`prod\` | nothing | \`sha256:bbb\` (forced) (not yet) |

**Marked** \`blessed\`

\`\`\`mermaid
flowchart LR
  c0["dev<br/>2.0.1"]
  c1["staging<br/>aaaaaaaaaaaa → 2.0.1"]
  c2["prodclickc0<br/>1.0.0b"]
  c0 --> c1
  c1 --> c2
  classDef moved stroke-width:3px
  class c1 moved
\`\`\`

[Release notes](<https://github.com/acme/app/releases/tag/v2.0.1>)
`)
  })

  test('of a rollback says that floating tags stay', () => {
    const text = renderPromotionSummary({ ...summary, operation: 'rollback' })
    expect(text).toContain('Floating tags such as `1.4` do not move')
  })

  test('of a failure says why, in harmless words', () => {
    const why = 'No <b>registry</b>'
    const text = renderPromotionSummary({ ...summary, outcome: 'failed', why, images: [] })
    expect(text).toMatch(/^## Failed to promote\n\nNo &#60;b/)
  })
})
