// How tests say that tags are together.
/** What a registry shows where all these tags, and no others, are on one digest. */
export function allOn(digest: string | undefined, tags: readonly string[]) {
  return Object.fromEntries(tags.map((tag) => [tag, digest]))
}
