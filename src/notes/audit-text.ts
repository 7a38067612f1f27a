// An audit for a terminal: a line for each channel and each disagreement, digests whole.
import {
  type AuditReport,
  type ChannelAudit,
  formatMoment,
  type ImageAudit,
} from './audit-report.ts'
import { plainText } from './escape.ts'

/** Said wherever an audit is shown. */
export const AUDIT_LIMITS = 'This sees tags, records and files. It does not see clusters.'

/** Without colours, and without a line break at its end. */
export function renderAuditText(report: AuditReport): string {
  const { images, drift, past, at } = report
  const found = drift.map(({ image, message }) => `- ${plainText(image)}: ${plainText(message)}`)
  return [
    ...(past ? [`As of ${formatMoment(at)}:`] : []),
    ...images.flatMap(renderImage),
    drift.length === 0 ? 'No drift.' : `Drift (${drift.length}):`,
    ...found,
    AUDIT_LIMITS,
  ].join('\n')
}

function renderImage({ image, variant, channels }: ImageAudit): readonly string[] {
  const names = channels.map(({ channel }) => plainText(channel))
  const width = Math.max(...names.map((name) => name.length))
  const lines = channels.flatMap((channel, index) => {
    const told = renderChannel(channel)
    return told.map(
      (line, at) => `  ${(at === 0 ? (names[index] ?? '') : '').padEnd(width)}  ${line}`,
    )
  })
  return [`${plainText(image)}${variant ? ` (${plainText(variant)})` : ''}`, ...lines]
}

function renderChannel(audit: ChannelAudit): readonly string[] {
  const { digest, since, by, run, history } = audit
  if (digest === null) return ['nothing']
  if (since === null) return [renderDigest(audit), 'by its tag; not in the ledger']
  const before = history.find((move) => move.digest !== digest)
  return [
    renderDigest(audit),
    `since ${formatMoment(since)} by ${plainText([by, run].filter(Boolean).join(', '))}`,
    ...(before ? [`before: ${renderDigest(before)}`] : []),
  ]
}

function renderDigest({ version, digest }: Pick<ChannelAudit, 'version' | 'digest'>): string {
  return plainText([version, digest].filter(Boolean).join('  '))
}
