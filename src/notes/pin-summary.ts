// The step summary of a pin run, and the text of its pull request.
import { escapeCode, escapeText } from './escape.ts'
import { joinParagraphs } from './image-lines.ts'
import { renderTable } from './table.ts'

export interface PinSummary {
  readonly title: string
  readonly changes: readonly {
    readonly file: string
    readonly line: number
    readonly from: string
    readonly to: string
  }[]
  readonly findings: readonly {
    readonly file: string
    readonly line: number
    readonly rule: string
    readonly severity: string
    readonly message: string
  }[]
  /** References that were excused. */
  readonly ignored: number
}

/** Rows beyond this are counted, not shown: a summary may have 1 MiB. */
const MAX_ROWS = 500

export function renderPinSummary({ title, changes, findings, ignored }: PinSummary): string {
  const rows = findings
    .slice(0, MAX_ROWS)
    .map(({ file, line, rule, severity, message }) => [
      escapeText(severity),
      escapeText(rule),
      escapeCode(`${file}:${line}`),
      escapeText(message),
    ])
  return joinParagraphs([
    `## ${escapeText(title)}`,
    renderPinTable(changes),
    renderTable(['Severity', 'Rule', 'Place', 'What'], rows),
    more(findings.length),
    ignored > 0 ? `Ignored: ${ignored}.` : '',
  ])
}

/** What is changed, from which digest to which. */
export function renderPinTable(changes: PinSummary['changes']): string {
  const rows = changes
    .slice(0, MAX_ROWS)
    .map(({ file, line, from, to }) => [
      escapeCode(`${file}:${line}`),
      escapeCode(from),
      escapeCode(to),
    ])
  return renderTable(['Place', 'Before', 'After'], rows) + more(changes.length)
}

function more(count: number): string {
  return count > MAX_ROWS ? `And ${count - MAX_ROWS} more.\n` : ''
}
