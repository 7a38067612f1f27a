// Globs over paths and names:
//
//   "**" "/"  any folders, or none     "*"  within a part     "?"  one unit     "{a,b}"  either
//   "[abc]"   one of these; "[!abc]" none of them
//
// Parts are matched one by one, so that no glob takes long on any path.
import { ReleaseError } from '../errors.ts'

const MAX_GLOB_CHARACTERS = 1000
const MAX_BRACES = 64
const MAX_STARS = 4

/** Throws `input` for one that is too long or does not end. `**` crosses parts, `*` does not. */
export function parseGlob(glob: string): (path: string) => boolean {
  if (glob.length > MAX_GLOB_CHARACTERS) throw wrong(glob, 'is too long')
  const patterns = expandBraces(glob.replace(/^\.\//, '')).map(segmentsOf)
  return (path) => {
    const parts = path.split('/')
    return patterns.some((segments) => matchParts(segments, parts))
  }
}

type Segment = RegExp | '**'

/**
 * Of names of images and tags: `*` crosses parts, so that `ghcr.io/acme/*` has all below. Piece by
 * piece, each at its first place: no pattern takes long on any name.
 */
export function parseNamePattern(pattern: string): (name: string) => boolean {
  const pieces = pattern.split('*')
  return (name) => {
    const [first = '', ...rest] = pieces
    const last = rest.pop()
    if (last === undefined) return name === first
    if (!name.startsWith(first) || name.length < first.length + last.length) return false
    let position = first.length
    for (const piece of rest) {
      const found = name.indexOf(piece, position)
      if (found < 0) return false
      position = found + piece.length
    }
    return name.length - last.length >= position && name.endsWith(last)
  }
}

function segmentsOf(glob: string): readonly Segment[] {
  const parts = glob.endsWith('/') ? [...glob.slice(0, -1).split('/'), '**'] : glob.split('/')
  const segments = parts.map((part) => (part === '**' ? part : patternOf(part, glob)))
  return segments.filter((segment, index) => segment !== '**' || segments[index - 1] !== '**')
}

/** Each part of the path is tried at most once per segment. */
function matchParts(segments: readonly Segment[], parts: readonly string[]): boolean {
  let reachable = new Set([0])
  for (const segment of segments) {
    const next = new Set<number>()
    if (segment === '**')
      for (let from = Math.min(...reachable); from <= parts.length; from += 1) next.add(from)
    else
      for (const from of reachable) {
        const part = parts[from]
        if (part !== undefined && segment.test(part)) next.add(from + 1)
      }
    if (next.size === 0) return false
    reachable = next
  }
  return reachable.has(parts.length)
}

function patternOf(part: string, glob: string): RegExp {
  if (part.includes('**')) throw wrong(glob, 'has "**" beside other characters')
  // Each star may try every length of a part.
  if ((part.match(/\*/g)?.length ?? 0) > MAX_STARS)
    throw wrong(glob, 'has too many "*" in one part')
  const source = part.replace(/\[!?[^\]!][^\]]*\]|[*?]|[\\^$+.()|{}[\]]/g, (found) => {
    if (found === '*') return '[^/]*'
    if (found === '?') return '[^/]'
    if (found.length === 1) return `\\${found}`
    return found.replace(/[\\^]/g, '\\$&').replace('[!', '[^')
  })
  try {
    return new RegExp(`^${source}$`, 's')
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong(glob, 'has a range that ends before it begins')
    throw error
  }
}

function expandBraces(glob: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(glob)
  if (!found) return [glob]
  const [whole, inside = ''] = found
  const all = inside.split(',').flatMap((choice) => {
    const before = glob.slice(0, found.index)
    return expandBraces(before + choice + glob.slice(found.index + whole.length))
  })
  if (all.length > MAX_BRACES) throw wrong(glob, 'has too many choices in braces')
  return all
}

function wrong(glob: string, why: string): ReleaseError {
  return new ReleaseError('input', `The glob ${JSON.stringify(glob.slice(0, 100))} ${why}`)
}
