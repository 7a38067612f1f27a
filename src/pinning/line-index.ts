// Lines and columns of a text, counted from 1, columns in UTF-16 units as editors and SARIF do.

export interface Position {
  readonly line: number
  readonly column: number
}

/** The end is not included. */
export interface Range extends Position {
  readonly endLine: number
  readonly endColumn: number
}

export class LineIndex {
  private starts: readonly number[] | undefined
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  positionOf(offset: number): Position {
    const starts = this.lineStarts()
    let low = 0
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    const isAfterMark = low === 0 && this.text.startsWith('\uFEFF')
    return { line: low + 1, column: offset - (starts[low] ?? 0) + (isAfterMark ? 0 : 1) }
  }

  rangeOf({ start, end }: { readonly start: number; readonly end: number }): Range {
    const { line: endLine, column: endColumn } = this.positionOf(end)
    return { ...this.positionOf(start), endLine, endColumn }
  }

  /** Without its line break; empty beyond the text. */
  lineText(line: number): string {
    const starts = this.lineStarts()
    const start = starts[line - 1]
    return start === undefined ? '' : this.text.slice(start, starts[line]).replace(/\r?\n$/, '')
  }

  private lineStarts(): readonly number[] {
    if (this.starts) return this.starts
    const starts = [0]
    for (let end = this.text.indexOf('\n'); end >= 0; end = this.text.indexOf('\n', end + 1))
      starts.push(end + 1)
    this.starts = starts
    return starts
  }
}
