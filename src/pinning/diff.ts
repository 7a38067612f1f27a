// Unified diffs that `git apply` takes (git-diff, "Generating patch text with -p"). Lines are only
// ever replaced, or follow one that is there, so that a comparison from both ends is exact enough.
export interface Changed {
  readonly path: string
  readonly before: string
  readonly after: string
}

const CONTEXT_LINES = 3

/** Empty when nothing changed. */
export function renderDiff(changes: readonly Changed[]): string {
  return changes.map(renderFile).join('')
}

interface Hunk {
  /** Lines counted from 0, the end not included, of the old and the new text. */
  oldStart: number
  oldEnd: number
  newStart: number
  newEnd: number
}

function renderFile({ path, before, after }: Changed): string {
  if (before === after) return ''
  const [oldLines, newLines] = [linesOf(before), linesOf(after)]
  const [a, b] = [quotePath(`a/${path}`), quotePath(`b/${path}`)]
  const hunks = widen(findHunks(oldLines, newLines), oldLines.length)
  return `diff --git ${a} ${b}\n--- ${a}\n+++ ${b}\n${hunks.map((hunk) => renderHunk(hunk, oldLines, newLines)).join('')}`
}

/** Every line with its line break; the last one may lack it. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** Runs of lines that differ. A line that was added is found by the next one that is equal. */
function findHunks(oldLines: readonly string[], newLines: readonly string[]): Hunk[] {
  const hunks: Hunk[] = []
  for (let a = 0, b = 0; a < oldLines.length || b < newLines.length; ) {
    if (oldLines[a] === newLines[b]) {
      a += 1
      b += 1
      continue
    }
    const [oldEnd, newEnd] = nextEqual([oldLines, a], [newLines, b])
    hunks.push({ oldStart: a, oldEnd, newStart: b, newEnd })
    a = oldEnd
    b = newEnd
  }
  return hunks
}

type From = readonly [lines: readonly string[], start: number]

/** The nearest pair of equal lines; the ends when there is none near. */
function nextEqual([oldLines, a]: From, [newLines, b]: From): readonly [number, number] {
  for (let distance = 1; distance <= 200; distance += 1)
    for (let skipped = 0; skipped <= distance; skipped += 1) {
      const [x, y] = [a + distance - skipped, b + skipped]
      if (x < oldLines.length && y < newLines.length && oldLines[x] === newLines[y]) return [x, y]
    }
  return [oldLines.length, newLines.length]
}

/** Adds context, and joins what then touches. */
function widen(hunks: readonly Hunk[], oldLength: number): Hunk[] {
  const wide: Hunk[] = []
  for (const hunk of hunks) {
    const before = Math.min(CONTEXT_LINES, hunk.oldStart)
    const after = Math.min(CONTEXT_LINES, oldLength - hunk.oldEnd)
    const next = {
      oldStart: hunk.oldStart - before,
      oldEnd: hunk.oldEnd + after,
      newStart: hunk.newStart - before,
      newEnd: hunk.newEnd + after,
    }
    const last = wide.at(-1)
    if (last && next.oldStart <= last.oldEnd) {
      last.oldEnd = next.oldEnd
      last.newEnd = next.newEnd
    } else wide.push(next)
  }
  return wide
}

function renderHunk(hunk: Hunk, oldLines: readonly string[], newLines: readonly string[]): string {
  const old = oldLines.slice(hunk.oldStart, hunk.oldEnd)
  const made = newLines.slice(hunk.newStart, hunk.newEnd)
  const lines: string[] = []
  let b = 0
  for (const inner of [
    ...findHunks(old, made),
    { oldStart: old.length, oldEnd: old.length, newStart: made.length, newEnd: made.length },
  ]) {
    while (b < inner.newStart) lines.push(mark(' ', made[b++] ?? ''))
    for (const line of old.slice(inner.oldStart, inner.oldEnd)) lines.push(mark('-', line))
    for (const line of made.slice(inner.newStart, inner.newEnd)) lines.push(mark('+', line))
    b = inner.newEnd
  }
  const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`
  return `@@ -${range(hunk.oldStart, old.length)} +${range(hunk.newStart, made.length)} @@\n${lines.join('')}`
}

function mark(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`
}

/** As git quotes paths with control characters, quotes or backslashes. */
function quotePath(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what git quotes
  if (!/[\u0000-\u001f"\\\u007f]/.test(path)) return path
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what git quotes
  const quoted = path.replace(/[\u0000-\u001f"\\\u007f]/g, (unit) =>
    unit === '"' || unit === '\\'
      ? `\\${unit}`
      : `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
  return `"${quoted}"`
}
