// What `from` can say:
//
//   name[:tag]@digest | digest | channel | "previous-channel" | version | tag
import { mistake } from '../../inputs/field.ts'
import { type Digest, isDigest } from '../../oci/digest.ts'
import { formatRepository, parseReference } from '../../oci/reference.ts'

export type Source =
  | {
      readonly kind: 'digest'
      readonly text: string
      readonly digest: Digest
      readonly image?: string
      readonly tag?: string
    }
  | { readonly kind: 'name'; readonly text: string; readonly image?: string }
  | { readonly kind: 'previous-channel'; readonly text: string }

const WORD = 'previous-channel'

/** Throws `input` or `invalid-reference`. A full reference keeps its name, to be compared. */
export function parseSource(text: string): Source {
  if (text === WORD) return { kind: WORD, text }
  if (isDigest(text)) return { kind: 'digest', text, digest: text }
  const isReference = /[@/]/.test(text)
  if (!isReference && /^[\w][\w.+-]*$/.test(text)) return { kind: 'name', text }
  if (/^sha\d+:/.test(text))
    throw mistake(
      `${JSON.stringify(text)} is no digest; sha256: is followed by 64 digits of 0-9a-f`,
    )
  if (text.startsWith('@'))
    throw mistake(`${JSON.stringify(text)} begins with @; write the digest alone`)
  const { tag, digest, ...repository } = parseReference(text)
  const image = formatRepository(repository)
  if (digest) return { kind: 'digest', text, digest, image, ...(tag ? { tag } : {}) }
  if (tag) return { kind: 'name', text: tag, image }
  throw mistake(`${JSON.stringify(text)} names neither a digest nor a tag`)
}
