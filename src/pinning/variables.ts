// Variables in references: told apart from literal text and, in Compose, replaced by their defaults
// (compose-spec, "Interpolation"):
//
//   variable  "$" name | "${" name [ ( ":-" | "-" ) text ] "}"     text may hold variables itself
import type { Slice } from './mention.ts'

/** Defaults within defaults; nobody writes more. */
const MAX_DEPTH = 20

/** Of shells, Helm, workflows, Kubernetes and kustomize; no reference holds any of these. */
export function holdsVariable(text: string): boolean {
  return /[$]|\{\{|%[A-Z_]+%|^<.*>$/.test(text)
}

/** The text with every variable at its default; undefined: one has none. */
export function expandVariables(slice: Slice): Slice | undefined {
  if (!slice.text.includes('$')) return slice
  const units: number[] = []
  const end = expand(slice.text, { from: 0, depth: 0 }, units)
  if (end !== slice.text.length) return undefined
  const text = units.map((index) => slice.text[index]).join('')
  return { text, offsetOf: (index) => slice.offsetOf(units[index] ?? 0) }
}

/** Notes which units remain, up to the end or the brace that closes; undefined: no default. */
function expand(
  text: string,
  { from, depth }: { readonly from: number; readonly depth: number },
  units: number[],
): number | undefined {
  if (depth > MAX_DEPTH) return undefined
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '}' && depth > 0) return index
    if (text[index] !== '$') {
      units.push(index)
      continue
    }
    const opening = /^\$\{[A-Za-z_]\w*:?-/.exec(text.slice(index, index + 256))?.[0]
    if (!opening) return undefined
    const closing = expand(text, { from: index + opening.length, depth: depth + 1 }, units)
    if (closing === undefined || text[closing] !== '}') return undefined
    index = closing
  }
  return text.length
}
