// Markdown as GitHub shows it, as far as our own goes: what a reader of a release or a step summary
// sees.

/** @param {string} markdown */
export function renderHtml(markdown) {
  const visible = markdown.replace(/<!--[\s\S]*?-->\n?/g, '')
  return visible
    .split(/\n(?=```)|(?<=^```)\n|\n{2,}/m)
    .reduce(joinFences, [])
    .map(renderBlock)
    .join('\n')
}

/** A fence stays one block, whatever lines it holds. */
function joinFences(blocks, part) {
  const last = blocks.at(-1)
  if (last?.startsWith('```') && !/\n```$/.test(last))
    blocks[blocks.length - 1] = `${last}\n${part}`
  else if (part.trim() !== '') blocks.push(part.trim())
  return blocks
}

function renderBlock(block) {
  const lines = block.split('\n')
  const [, level, heading] = /^(#{1,6}) (.*)$/.exec(lines[0]) ?? []
  if (level) return `<h${level.length}>${inline(heading)}</h${level.length}>${rest(lines)}`
  if (block.startsWith('```'))
    return `<pre><button>Copy</button>${escapeHtml(lines.slice(1, -1).join('\n'))}</pre>`
  if (block.startsWith('|')) return renderTable(lines)
  if (block.startsWith('<')) return block
  if (lines.every((line) => line.startsWith('- ')))
    return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`
  return `<p>${inline(block)}</p>`
}

function rest([, ...lines]) {
  return lines.length > 0 ? renderBlock(lines.join('\n')) : ''
}

function renderTable([head, , ...rows]) {
  const row = (line, cell) =>
    `<tr>${line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((text) => `<${cell}>${inline(text.trim())}</${cell}>`)
      .join('')}</tr>`
  return `<table>${row(head, 'th')}${rows.map((line) => row(line, 'td')).join('')}</table>`
}

function inline(text) {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/\[([^\]]+)\]\((?:&lt;)?[^)]*?(?:&gt;)?\)/g, '<a>$1</a>')
    .replace(/\\(.)/g, '$1')
}

export function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
