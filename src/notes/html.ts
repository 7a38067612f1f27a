// HTML made safe by construction: a template's own text is markup, every string put into it is
// text.
import { plainText, webAddress } from './escape.ts'

/** Markup; only `html` makes it. */
export interface Html {
  readonly markup: string
}

type Part = string | number | Html | readonly Html[]

/** Strings become visible text, also inside a quoted attribute; nothing in them acts. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = literals.map((literal, index) => literal + markupOf(parts[index] ?? ''))
  return { markup: texts.join('') }
}

export const EMPTY: Html = { markup: '' }

/** A link where the address is an http or https one without credentials, else the label alone. */
export function link(label: string, address: string): Html {
  const href = webAddress(address)
  return href === undefined ? html`${label}` : html`<a href="${href}" rel="noreferrer">${label}</a>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(part: Part): string {
  if (typeof part === 'number') return String(part)
  if (typeof part !== 'string')
    return [part]
      .flat()
      .map(({ markup }) => markup)
      .join('')
  return plainText(part).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')
}
