// What `to` can say:
//
//   "previous" | digest | name[:tag]@digest | RFC 3339 time | version | tag
import { mistake } from '../../inputs/field.ts'
import { parseTime } from '../../ledger/rollback-target.ts'
import { type Digest, isDigest } from '../../oci/digest.ts'
import { formatRepository, parseReference } from '../../oci/reference.ts'

export type Goal =
  | { readonly kind: 'previous'; readonly text: string }
  | {
      readonly kind: 'digest'
      readonly text: string
      readonly digest: Digest
      readonly image?: string
    }
  | { readonly kind: 'time'; readonly text: string; readonly milliseconds: number }
  | { readonly kind: 'name'; readonly text: string }

/** Throws `input` or `invalid-reference`. */
export function parseGoal(text: string): Goal {
  if (text === 'previous') return { kind: 'previous', text }
  if (isDigest(text)) return { kind: 'digest', text, digest: text }
  const milliseconds = parseTime(text)
  if (milliseconds !== undefined) return { kind: 'time', text, milliseconds }
  if (/^\w[\w.+-]*$/.test(text)) return { kind: 'name', text }
  const reference = text.includes('@') ? parseReference(text) : undefined
  if (reference?.digest)
    return { kind: 'digest', text, digest: reference.digest, image: formatRepository(reference) }
  throw mistake(
    `${JSON.stringify(text)} is none of previous, a version, a tag, a digest or an RFC 3339 time such as 2026-01-31T12:00:00Z`,
  )
}
