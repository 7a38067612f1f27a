// The lines a reader looks for first, the same wherever we write about an image.
import { escapeCode, plainText } from './escape.ts'

/** The digest, and under it a command to copy. */
export function renderPull(image: string, digest: string): string {
  const command = `docker pull ${plainText(`${image}@${digest}`)}`
  return `**Digest** ${escapeCode(digest)}\n\n\`\`\`sh\n${command}\n\`\`\`\n`
}

/** One paragraph; empty without names. */
export function renderNames(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `**${title}** ${names.map(escapeCode).join(' ')}\n`
}

/** Paragraphs with a blank line between them, the empty ones left out. */
export function joinParagraphs(paragraphs: readonly string[]): string {
  return paragraphs
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => paragraph.replace(/\n*$/, '\n'))
    .join('\n')
}
