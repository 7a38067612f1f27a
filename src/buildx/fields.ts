// The comma-separated `key=value` form in which buildx takes exporters, caches, secrets and
// attestations: one CSV record (RFC 4180, section 2), a field with a comma or quote in quotes.

/** Field by field, quotes undone. A quote inside an unquoted field stands for itself. */
export function parseFields(record: string): readonly string[] {
  const fields: string[] = []
  let rest = record
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"(?:,|$)/.exec(rest)
    const whole = quoted ?? /^([^,]*)(?:,|$)/.exec(rest)
    fields.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : (whole?.[1] ?? ''))
    rest = rest.slice(whole?.[0].length ?? rest.length)
  }
  return fields
}

/** One record that buildx reads back as exactly these fields. */
export function formatFields(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}

/** The value of a key among fields; keys are case-insensitive to buildx. */
export function fieldOf(fields: readonly string[], key: string): string | undefined {
  const field = fields.find((field) => field.toLowerCase().startsWith(`${key}=`))
  return field?.slice(key.length + 1)
}
