// Diagrams as GitHub draws them in Markdown (mermaid.js.org).

/** In a fenced block. */
export function renderMermaid(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```', ''].join('\n')
}

/** Without any sign that means something to mermaid. */
export function inert(text: string): string {
  return text.replace(/[^\w.+~-]/g, '')
}
