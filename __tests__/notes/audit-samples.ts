// An audit to look at: four versions on their way through three channels, a rollback, a forced
// move, and a disagreement of every kind.
import type {
  AuditReport,
  ChannelAudit,
  Drift,
  Move,
  ReleaseAudit,
} from '../../src/notes/audit-report.ts'
import { digest } from './samples.ts'

const IMAGE = 'ghcr.io/acme/app'

const move = (version: string, at: string, more: Partial<Move> = {}): Move => ({
  digest: digest(version),
  version,
  at: `2026-${at}:00Z`,
  by: 'github-actions[bot]',
  run: 'https://github.com/acme/app/actions/runs/42',
  operation: 'promote',
  forced: false,
  reason: null,
  ...more,
})

const channel = (name: string, history: readonly Move[], more: Partial<ChannelAudit> = {}) => {
  const [now] = history
  const before = history.find((other) => other.digest !== now?.digest)
  return {
    channel: name,
    digest: now?.digest ?? null,
    version: now?.version ?? null,
    since: now?.at ?? null,
    by: now?.by ?? null,
    run: now?.run ?? null,
    previousDigest: before?.digest ?? null,
    tagDigest: now?.digest ?? null,
    drift: null,
    history,
    ...more,
  }
}

const release = (version: string, at: string, more: Partial<ReleaseAudit> = {}): ReleaseAudit => ({
  version,
  digest: digest(version),
  recorded: true,
  tags: [version],
  at: `2026-${at}:00Z`,
  url: `https://github.com/acme/app/releases/tag/v${version}`,
  tagDigest: digest(version),
  drift: null,
  ...more,
})

const MOVED = `The tag staging is at 1.4.0 (${digest('1.4.0')}), and the ledger has 1.5.0 (${digest('1.5.0')}) there since 2026-06-19 09:30 UTC`
const RETAGGED = `The tag 1.3.0 is at ${digest('other')}, and the note of release v1.3.0 says 1.3.0 (${digest('1.3.0')})`
const PINNED = `deploy/prod/app.yaml:12 is pinned to 1.4.0 (${digest('1.4.0')}), and prod has 1.4.2 (${digest('1.4.2')})`

const drift = (kind: Drift['kind'], where: string, message: string): Drift => ({
  kind,
  image: IMAGE,
  where,
  message,
})

export const REPORT: AuditReport = {
  at: '2026-06-30T12:00:00Z',
  past: false,
  images: [
    {
      image: IMAGE,
      variant: null,
      channels: [
        channel('dev', [
          move('1.5.1', '06-27T16:20', { version: null, operation: 'release' }),
          move('1.5.0', '06-15T08:10', { operation: 'release' }),
          move('1.4.2', '05-20T11:00', { operation: 'release' }),
          move('1.4.0', '04-28T10:00', { operation: 'release' }),
          move('1.3.0', '04-02T14:00', { operation: 'release' }),
        ]),
        channel(
          'staging',
          [
            move('1.5.0', '06-19T09:30'),
            move('1.4.2', '05-22T09:00'),
            move('1.4.0', '05-01T09:00'),
            move('1.3.0', '04-04T09:00'),
          ],
          { tagDigest: digest('1.4.0'), drift: MOVED },
        ),
        channel('prod', [
          move('1.4.2', '06-25T13:05', { operation: 'rollback', reason: 'errors at checkout' }),
          move('1.5.0', '06-25T10:00', { forced: true, reason: 'a fix that could not wait' }),
          move('1.4.2', '05-26T08:00'),
          move('1.4.0', '05-05T08:00'),
          move('1.3.0', '04-08T08:00'),
        ]),
      ],
      releases: [
        release('1.5.0', '06-15T08:30'),
        release('1.4.2', '05-20T11:30'),
        release('1.4.0', '04-28T10:30'),
        release('1.3.0', '04-02T14:30', { tagDigest: digest('other'), drift: RETAGGED }),
        release('v1.2.0', '03-01T10:00', {
          recorded: false,
          tags: ['1.2.0'],
          url: 'https://github.com/acme/app/releases/tag/v1.2.0',
        }),
      ],
      files: [
        {
          channel: 'prod',
          file: 'deploy/prod/app.yaml',
          line: 12,
          column: 16,
          reference: `${IMAGE}:1.4.0@${digest('1.4.0')}`,
          digest: digest('1.4.0'),
          drift: PINNED,
        },
        {
          channel: 'staging',
          file: 'deploy/staging/app.yaml',
          line: 12,
          column: 16,
          reference: `${IMAGE}:1.5.0`,
          digest: null,
          drift: null,
        },
      ],
    },
  ],
  drift: [
    drift('tag-moved', 'staging', MOVED),
    drift('release-moved', 'release v1.3.0', RETAGGED),
    drift('file-differs', 'deploy/prod/app.yaml:12', PINNED),
  ],
}

/** Every text of a report is this one, as if made by a fault of ours; so that it may be hostile. */
export function withTexts(text: string, address = `https://x.example/${text}`): AuditReport {
  const [image] = REPORT.images
  const own = `x${text}`
  const texts = { version: own, by: own, run: address, reason: text, operation: own, drift: text }
  const images = [
    {
      image: own,
      variant: own,
      channels: (image?.channels ?? []).map((audit) => ({
        ...audit,
        ...texts,
        channel: own,
        history: audit.history.map((other) => ({ ...other, ...texts })),
      })),
      releases: (image?.releases ?? []).map((audit) => ({ ...audit, ...texts, url: address })),
      files: (image?.files ?? []).map((audit) => ({
        ...audit,
        channel: own,
        file: own,
        reference: own,
        drift: text,
      })),
    },
  ]
  return { ...REPORT, images, drift: [drift('tag-moved', own, text)] }
}
