// Command lines as people write them, split into words as a POSIX shell would (XCU 2.2, 2.3):
//
//   word    { plain | "'" any "'" | '"' { any | "\" escaped } '"' | "\" any }
//
// What only a shell can do is not imitated: expansions, redirections, pipes, several commands.
import { mistake } from '../../inputs/field.ts'

/** Unquoted, each needs a shell; `#` and `~` only at the beginning of a word. */
const SHELL_ONLY = /[|&;<>()$`*?[\]\n\r]/

/** undefined: it takes a shell to run this. Throws `input` where a quote is not closed. */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (sign === ' ' || sign === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (sign === "'") {
      const end = text.indexOf("'", at + 1)
      if (end < 0) throw unclosed(text)
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (sign === '"') {
      const [inner, end] = readDoubleQuoted(text, at + 1)
      if (inner === undefined) return undefined
      word = (word ?? '') + inner
      at = end
    } else if (sign === '\\') {
      at += 1
      if (text[at] !== '\n') word = (word ?? '') + (text[at] ?? '\\')
    } else if (SHELL_ONLY.test(sign) || (word === undefined && /[#~]/.test(sign))) {
      return undefined
    } else word = (word ?? '') + sign
  }
  if (word !== undefined) words.push(word)
  // `NAME=value command` sets a variable.
  return /^[A-Za-z_]\w*=/.test(words[0] ?? '') ? undefined : words
}

/**
 * The arguments of `docker run` after the image: the words, or a shell that gets the whole line.
 */
export function commandWords(command: string): readonly string[] {
  return splitWords(command) ?? ['/bin/sh', '-c', command]
}

/** A word that a POSIX shell reads back as it is. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The text and where its closing quote is; no text where a shell would expand something. */
function readDoubleQuoted(text: string, start: number): readonly [string | undefined, number] {
  let inner = ''
  for (let at = start; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (sign === '"') return [inner, at]
    if (sign === '$' || sign === '`') return [undefined, at]
    const next = text[at + 1] ?? ''
    if (sign === '\\' && /[$`"\\\n]/.test(next)) {
      at += 1
      if (next !== '\n') inner += next
    } else inner += sign
  }
  throw unclosed(text)
}

function unclosed(text: string) {
  return mistake(`${JSON.stringify(text)} has a quote that is not closed`)
}
