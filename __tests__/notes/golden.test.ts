// Release notes and the summaries of release runs, each as a file to look at.
import { test } from '@jest/globals'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import { type ReleaseSummary, renderReleaseSummary } from '../../src/notes/summary.ts'
import { expectGolden } from './golden-file.ts'
import { RECORD } from './samples.ts'

test.each([
  ['release-note', RECORD],
  ['release-note-variant', { ...RECORD, variant: 'gpu', tags: ['1.4.2-gpu'] }],
  ['release-note-preview', { ...RECORD, version: undefined, tags: ['pr-7'], platforms: {} }],
])('%s', (name, { version, ...record }) => {
  expectGolden(`${name}.md`, renderReleaseBlock(version ? { ...record, version } : record))
})

const RUN = { label: 'This run', url: RECORD.run }

const RELEASED: ReleaseSummary = {
  outcome: 'released',
  built: true,
  images: [RECORD.image, 'docker.io/acme/app'],
  version: '1.4.2',
  digest: RECORD.digest,
  tags: ['1.4.2', '1.4', 'git-a1b2c3d'],
  heldBack: [{ tag: '1', why: '1.5.0 is published and higher' }],
  platforms: RECORD.platforms,
  links: [{ label: 'Release v1.4.2', url: 'https://github.com/acme/app/releases/tag/v1.4.2' }, RUN],
}

const { digest: _, ...UNBUILT } = RELEASED
const ARM64 = { 'linux/arm64': RECORD.platforms['linux/arm64'] ?? '' }

test.each<[string, ReleaseSummary]>([
  ['summary-built', RELEASED],
  ['summary-reused', { ...RELEASED, built: false, tags: RECORD.tags, heldBack: [] }],
  [
    'summary-failed-tags',
    {
      ...RELEASED,
      tags: ['1.4.2', 'git-a1b2c3d'],
      failed: [{ tag: '1.4', why: 'the registry answered 403 DENIED' }],
    },
  ],
  [
    'summary-failed',
    { ...RELEASED, outcome: 'failed', tags: [], heldBack: [], why: 'The registry answered 500.' },
  ],
  [
    'summary-failed-build',
    {
      ...UNBUILT,
      outcome: 'failed',
      tags: [],
      heldBack: [],
      platforms: {},
      why: 'Cannot build app: "/x" not found',
      printed: ' > [1/2] COPY ``` y:\n\n   1 |     FROM scratch\n   2 | >>> COPY x @y',
      next: 'Add actions/checkout before this step.',
    },
  ],
  [
    'summary-preview',
    {
      ...RELEASED,
      version: undefined,
      tags: ['pr-7', 'pr-7-a1b2c3d'],
      heldBack: [],
      links: [],
    },
  ],
  [
    'summary-preview-failed',
    {
      ...RELEASED,
      outcome: 'failed',
      version: undefined,
      tags: [],
      heldBack: [],
      platforms: {},
      links: [],
      why: 'The registry answered 500.',
    },
  ],
  [
    'summary-part-failed',
    {
      ...RELEASED,
      outcome: 'failed',
      isPart: true,
      tags: [],
      heldBack: [],
      platforms: ARM64,
      links: [],
      why: 'It did not answer.',
    },
  ],
  [
    'summary-part',
    {
      ...RELEASED,
      isPart: true,
      images: [RECORD.image],
      tags: ['git-a1b2c3d-linux-arm64'],
      heldBack: [],
      platforms: ARM64,
      links: [],
    },
  ],
  [
    'summary-not-pushed',
    {
      ...RELEASED,
      outcome: 'not-pushed',
      version: undefined,
      tags: ['pr-7', 'pr-7-a1b2c3d'],
      heldBack: [],
      links: [RUN],
      why: "A fork's pull request cannot push.",
    },
  ],
  [
    'summary-planned',
    {
      outcome: 'planned',
      images: [RECORD.image],
      version: '1.4.2',
      tags: ['1.4.2', '1.4'],
      heldBack: RELEASED.heldBack,
      platforms: { 'linux/amd64': '', 'linux/arm64': '' },
    },
  ],
  [
    'summary-skipped',
    {
      outcome: 'skipped',
      images: [RECORD.image],
      tags: [],
      heldBack: [],
      platforms: {},
      why: 'release edited: only published, released and prereleased releases are tagged',
    },
  ],
])('%s', (name, summary) => {
  expectGolden(`${name}.md`, renderReleaseSummary(summary))
})
