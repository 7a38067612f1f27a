// Reads Markdown as GitHub shows it, as far as hostile text could reach: a list of the constructs
// in it, each of which makes something else than plain text, and the text a reader sees. It rather
// sees a construct too many than one too few.

export interface Reading {
  /** Such as `heading`, `row 2`, `code`, `link https://…`, `html <script>`, `mention`. */
  readonly structure: readonly string[]
  /** Without the zero-width spaces that keep things apart. */
  readonly text: string
}

export function readMarkdown(markdown: string): Reading {
  const structure: string[] = []
  const text: string[] = []
  let fence = ''
  for (const line of markdown.split(/\r\n|[\n\r]/)) {
    const run = /^ {0,3}(`{3,}(?!.*`)|~{3,})/.exec(line)?.[1] ?? ''
    if (fence === '' && run) structure.push('fence')
    if (fence !== '' || run) {
      if (fence === '' || (run.startsWith(fence) && line.trim() === run)) fence = fence ? '' : run
      else text.push(line)
      continue
    }
    const { kind, cells } = readLine(line)
    if (kind) structure.push(kind)
    for (const cell of cells) {
      const inline = readInline(cell)
      structure.push(...inline.structure)
      text.push(inline.text)
    }
  }
  return { structure, text: text.join('\n') }
}

/** The structure alone, and of links only where they lead: what text must not change. */
export function structureOf(markdown: string): readonly string[] {
  return readMarkdown(markdown).structure.map((found) =>
    found.replace(/^(link https:\/\/[^/]*).*/, '$1'),
  )
}

const LINES: readonly (readonly [string, RegExp])[] = [
  ['heading', /^ {0,3}#{1,6}(?=[ \t]|$)/],
  ['rule', /^ {0,3}(?:(?:- *){3,}|(?:_ *){3,}|(?:\* *){3,})$/],
  ['underline', /^ {0,3}(?:=+|-+) *$/],
  ['item', /^ {0,3}(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/],
  ['quote', /^ {0,3}>/],
  ['indented', /^(?: {4}|\t)(?=.*\S)/],
]

function readLine(line: string): { kind?: string; cells: readonly string[] } {
  if (line.startsWith('|')) {
    const cells = line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/)
    return {
      kind: `row ${cells.length}`,
      cells: cells.map((cell) => cell.replace(/\\\|/g, '|').trim()),
    }
  }
  const [kind, start] = LINES.find(([, pattern]) => pattern.test(line)) ?? []
  return kind && start ? { kind, cells: [line.replace(start, '').trim()] } : { cells: [line] }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  commat: '@',
  num: '#',
}

/** What begins at a place: its pattern, and its kind or, with a text, nothing. */
const INLINE: readonly (readonly [
  RegExp,
  (match: RegExpExecArray) => { kind?: string; text?: string },
])[] = [
  [/\\([!-/:-@[-`{-~])/y, ([, character]) => ({ text: character ?? '' })],
  [/&#(\d{1,7});/y, ([, code]) => ({ text: String.fromCodePoint(Number(code)) })],
  [/&(amp|lt|gt|commat|num);/y, ([, name]) => ({ text: NAMED[name ?? ''] ?? '' })],
  [/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/y, ([, , code]) => ({ kind: 'code', text: code ?? '' })],
  [/<code>(.*?)<\/code>/y, ([, code]) => ({ kind: 'code', text: readInline(code ?? '').text })],
  [/<!--.*?-->/y, () => ({ kind: 'comment' })],
  [/<\/?[a-z][^>]*>?/iy, ([tag]) => ({ kind: `html ${tag}` })],
  [/<[?!]/y, ([tag]) => ({ kind: `html ${tag}` })],
  [
    /!?\[([^\]]*)\]\(<([^>]*)>\)/y,
    ([, label, href]) => ({ kind: `link ${href}`, text: readInline(label ?? '').text }),
  ],
  [/!?\[/y, () => ({ kind: 'bracket' })],
  [/[*_~]+/y, ([run]) => ({ kind: `mark ${run}` })],
  [/\$/y, () => ({ kind: 'formula' })],
  [/(?:https?|ftp):\/\/|www\./iy, ([start]) => ({ kind: `autolink ${start}` })],
]

/** GitHub's own filters, which see the text after entities are read. */
const FILTERS: readonly (readonly [string, RegExp])[] = [
  ['mention', /@[a-z0-9]/i],
  ['reference', /#\d/],
  ['reference', /\b(?:GH-\d|GHSA-|CVE-)/i],
]

function readInline(markdown: string): Reading {
  const structure: string[] = []
  let text = ''
  let plain = ''
  for (let position = 0; position < markdown.length; ) {
    const found = readAt(markdown, position)
    if (found.kind) structure.push(found.kind)
    text += found.text
    plain += found.kind ? '\0' : found.text
    position = found.end
  }
  for (const [kind, pattern] of FILTERS) if (pattern.test(plain)) structure.push(kind)
  return { structure, text: text.replaceAll('\u200b', '') }
}

function readAt(markdown: string, position: number): { kind?: string; text: string; end: number } {
  for (const [pattern, read] of INLINE) {
    pattern.lastIndex = position
    const match = pattern.exec(markdown)
    if (!match) continue
    const { kind, text = '' } = read(match)
    return { ...(kind ? { kind } : {}), text, end: position + match[0].length }
  }
  return { text: markdown[position] ?? '', end: position + 1 }
}
