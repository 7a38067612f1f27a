// The pull request comment: a marker on its first line, a heading, and a block for every image and
// variant.

/** What GitHub takes as the body of an issue or pull request comment. */
export const MAX_COMMENT_CHARACTERS = 65_536

const MARKER = '<!-- image-release-comment -->'

/** A comment without blocks yet. */
export function renderComment(): string {
  return `${MARKER}\n## Container images of this pull request\n`
}

/** Whether the text is such a comment. Anyone can write one: the author is to be asked too. */
export function isComment(body: string): boolean {
  return body.split(/[\r\n]/, 1)[0]?.trimEnd() === MARKER
}
