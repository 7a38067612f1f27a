// The step summary of a pin run, and the text of its pull request.
import { MAX_COMMENT_CHARACTERS } from './comment.ts'
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
const MAX_TABLE_CHARACTERS = MAX_COMMENT_CHARACTERS - 1000

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
    more(findings.length, rows.length),
    ignored > 0 ? `Ignored: ${ignored}.` : '',
  ])
}

/** What is changed, from which digest to which; no longer than GitHub takes in a pull request. */
export function renderPinTable(changes: PinSummary['changes']): string {
  const rows: string[][] = []
  let length = 0
  for (const { file, line, from, to } of changes.slice(0, MAX_ROWS)) {
    const row = [escapeCode(`${file}:${line}`), escapeCode(from), escapeCode(to)]
    length += row.join(' | ').length + ROW_FRAME
    if (length > MAX_TABLE_CHARACTERS) break
    rows.push(row)
  }
  return renderTable(['Place', 'Before', 'After'], rows) + more(changes.length, rows.length)
}

/** Of a row, beside its cells. */
const ROW_FRAME = '|  |\n'.length

function more(count: number, shown: number): string {
  return count > shown ? `\nAnd ${count - shown} more.\n` : ''
}
