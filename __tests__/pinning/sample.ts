// One file as people write it, marked with what pinning makes of it. See marked.ts for the marks.

export interface Sample {
  readonly name: string
  readonly path: string
  readonly text: string
  /** The parts of what is said of images that stay as they are. */
  readonly refused: readonly string[]
}

type Row = readonly [name: string, text: string, refused?: readonly string[]]

/** Samples of one kind of file, all at one path. */
export function samplesOf(kind: string, path: string, rows: readonly Row[]): readonly Sample[] {
  return rows.map(([name, text, refused = []]) => ({
    name: `${kind}: ${name}`,
    path,
    text,
    refused,
  }))
}
