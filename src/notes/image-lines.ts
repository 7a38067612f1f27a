// The lines a reader looks for first, the same wherever we write about an image.
import { escapeCode, escapeLink, plainText } from './escape.ts'

/** The digest, and under it a command to copy. */
export function renderPull(image: string, digest: string): string {
  const command = `docker pull ${plainText(`${image}@${digest}`)}`
  return `**Digest** ${escapeCode(digest)}\n\n\`\`\`sh\n${command}\n\`\`\`\n`
}

/** One paragraph; empty without names. */
export function renderNames(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `**${title}** ${names.map(escapeCode).join(' ')}\n`
}

/** Who did something; `run`: its web address, empty on the command line. */
export function renderRun(run: string): string {
  return run === '' ? 'on the command line' : `by ${escapeLink('this run', run)}`
}

/** Paragraphs with a blank line between them, the empty ones left out. */
export function joinParagraphs(paragraphs: readonly string[]): string {
  return paragraphs
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => paragraph.replace(/\n*$/, '\n'))
    .join('\n')
}

/** The lines as they are, in a block that nothing in them ends; empty without lines. */
export function renderPrinted(text: string): string {
  const lines = text
    .split(/\r\n|[\r\n]/)
    .map((line) => (/^ */.exec(line)?.[0] ?? '') + plainText(line))
  if (lines.every((line) => line.trim() === '')) return ''
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length), 2) + 1)
  return `${fence}text\n${lines.join('\n')}\n${fence}\n`
}
