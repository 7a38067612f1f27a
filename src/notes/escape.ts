// Makes foreign text inert in GitHub's Markdown (GFM 0.29, CommonMark 0.31): nothing in it becomes
// markup, HTML, a link, a mention or a reference, and nothing in it is invisible.

/** Controls and line or paragraph separators: a space takes their place. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/** Bidirectional controls, zero-width and other ignorable characters, halves of surrogate pairs. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{DI}]/gu

/** What Markdown, HTML or GitHub's formulas begin and end with: written as an entity. */
const MARKUP = /[\\`*_[\]<>&!|~$]/

/**
 * What GitHub joins into a list, heading, link, mention or reference, in the text or after entities
 * are read: a zero-width space after it keeps the parts apart.
 */
const JOINT = /^[-+=:]|^\d+(?=[.)](?:\s|$))|[@#]|:(?=\/\/)|www(?=\.)|(?:GH|GHSA|CVE)(?=-)/

const INERT = new RegExp(`(${MARKUP.source})|${JOINT.source}`, 'gi')

/** One trimmed line of visible characters, for where nothing is interpreted. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, '').replace(BREAKS, ' ').trim()
}

/** Inline Markdown that shows the text, anywhere in a line and in a table's cell. */
export function escapeText(text: string): string {
  return plainText(text).replace(INERT, (found: string, markup?: string) =>
    markup ? `&#${markup.charCodeAt(0)};` : `${found}&#8203;`,
  )
}

/** A code span, also for a table's cell; empty where there is nothing to show. */
export function escapeCode(text: string): string {
  const code = plainText(text)
  if (code === '') return ''
  // Only in a table would a backslash before the bar be taken away again.
  if (code.includes('|')) return `<code>${escapeText(code)}</code>`
  const runs = code.match(/`+/g) ?? []
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length), 0) + 1)
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : ''
  return fence + pad + code + pad + fence
}

/** A link where the address is an http or https one without credentials, else the label alone. */
export function escapeLink(label: string, address: string): string {
  const href = webAddress(address)
  return href === undefined ? escapeText(label) : `[${escapeText(label)}](<${escapeHref(href)}>)`
}

/** An http or https address without credentials, as URL spells it; undefined for all else. */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, password, href } = new URL(text)
  return /^https?:$/.test(protocol) && !username && !password ? href : undefined
}

function escapeHref(href: string): string {
  // The brackets of an IPv6 host; between < and > they mean nothing else.
  const [host = ''] = /^https?:\/\/\[[\da-f:.]+\]/.exec(href) ?? []
  const inert = href
    .slice(host.length)
    .replace(
      /[^\w:/?#@%.=+,;~&-]/g,
      (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  return host + inert.replaceAll('&', '&amp;')
}

/**
 * The value as one line of JSON in ASCII that cannot end, or be cut out of, an HTML comment: `--`,
 * `<`, `>`, `&` and all beyond ASCII are JSON escapes. `JSON.parse` reads it back.
 */
export function escapeComment(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]|[<>&]|-(?=-)/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
