// Lists as people write them in `with:`
//
//   list     item { line-break item }      comment  a line that begins with "#", blanks aside
//   item     quoted | the line, trimmed    quoted   '"' { any | '""' } '"' up to the end of a line
//
// A quoted item may hold line breaks, and `""` stands for one quote. A line that begins with a
// quote but is not a whole quoted item (`"a" b`) is taken as it stands. Where no item can hold a
// comma (platforms, image names), commas separate as well.

/** One item of a list and the line it began on, counted from 1. */
export interface ListItem {
  readonly text: string
  readonly line: number
}

const QUOTED = /^[ \t]*"((?:[^"]|"")*)"[ \t]*(?:\r?\n|$)/

/** The items in order, comments and blank lines left out. */
export function parseList(text: string, { commas = false } = {}): readonly ListItem[] {
  const items: ListItem[] = []
  let rest = text
  let line = 1
  while (rest !== '') {
    const quoted = QUOTED.exec(rest)
    const taken = quoted?.[0] ?? /^[^\n]*\n?/.exec(rest)?.[0] ?? rest
    const value = quoted?.[1]?.replaceAll('""', '"') ?? taken.trim()
    if (quoted || (value !== '' && !value.startsWith('#'))) items.push({ text: value, line })
    line += taken.split('\n').length - 1
    rest = rest.slice(taken.length)
  }
  return commas ? items.flatMap(splitAtCommas) : items
}

function splitAtCommas({ text, line }: ListItem): ListItem[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').map((part) => ({ text: part, line }))
}
