// GFM tables. Cells are Markdown already: what is foreign in them went through escape.ts.

/** Ends with a line break; empty without rows. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return ''
  const rule = header.map(() => '---')
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}
