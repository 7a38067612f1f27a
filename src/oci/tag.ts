// Tags: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}` (distribution-spec, "Pulling manifests").

export const MAX_TAG_CHARACTERS = 128

const GRAMMAR = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

export function isTag(text: string): boolean {
  return GRAMMAR.test(text)
}
