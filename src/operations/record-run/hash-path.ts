// The hash of a dataset or artifact, the same that the re-run script computes in a shell.
//
//   file    sha256 of its bytes
//   folder  sha256 of one line per file below it, `<sha256>  ./<path>` and a line break, sorted by
//           the bytes of the path; that is, in the folder:
//           find -L . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 | sha256sum
//
// Links are followed. Empty folders, permissions and times do not count.
import { ReleaseError } from '../../errors.ts'
import { digestOf, digestOfStream } from '../../oci/digest.ts'
import type { Files } from '../../ports.ts'

const encoder = new TextEncoder()

/** 64 hexadecimal digits; undefined where there is nothing. Throws `input` for what has no hash. */
export async function hashPath(files: Files, path: string): Promise<string | undefined> {
  const real = await files.realPath(path)
  const kind = real && (await files.kind(real))
  if (!real || !kind) return undefined
  if (kind === 'file') return hashFile(files, real)
  if (kind !== 'folder') throw unhashable(path, 'is neither a file nor a folder')
  const lines: { key: Uint8Array; line: string }[] = []
  for await (const file of filesBelow(files, { real, path: '.' }, [real])) {
    const line = `${await hashFile(files, file.real)}  ${file.path}\n`
    lines.push({ key: encoder.encode(file.path), line })
  }
  lines.sort((a, b) => compareBytes(a.key, b.key))
  return hexOf(digestOf(encoder.encode(lines.map(({ line }) => line).join(''))))
}

interface Found {
  readonly real: string
  /** From the folder that is hashed, beginning with `.`. */
  readonly path: string
}

async function* filesBelow(
  files: Files,
  folder: Found,
  above: readonly string[],
): AsyncGenerator<Found> {
  for (const name of await files.list(folder.real)) {
    const path = `${folder.path}/${name}`
    // sha256sum writes these otherwise than they are; U+FFFD stands for what is no UTF-8.
    if (/[\\\r\n\uFFFD]/.test(name)) throw unhashable(path, 'has a name that cannot be listed')
    const real = await files.realPath(`${folder.real}/${name}`)
    if (real === undefined) throw unhashable(path, 'is a link that leads nowhere')
    if (above.includes(real)) throw unhashable(path, 'is a link to a folder it is in')
    const kind = await files.kind(real)
    if (kind === 'file') yield { real, path }
    else if (kind === 'folder') yield* filesBelow(files, { real, path }, [...above, real])
  }
}

async function hashFile(files: Files, path: string): Promise<string> {
  return hexOf(await digestOfStream(files.stream(path)))
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
}

function unhashable(path: string, why: string): ReleaseError {
  return new ReleaseError('input', `Cannot hash ${JSON.stringify(path)}: it ${why}`, {
    hint: 'Rename or remove it, or record a version instead of a path.',
  })
}
