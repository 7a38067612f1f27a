// The inputs of merge: which parts, and everything release has that bears on names, guards,
// records.
import { type Field, list, mistake, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { isDigest } from '../../oci/digest.ts'
import { parsePlatform } from '../../oci/platform.ts'
import { parseReference, type Reference, type Repository } from '../../oci/reference.ts'
import { ANNOTATIONS, GUARD_INPUTS, NAMING_INPUTS, RECORD_INPUTS } from '../shipping/inputs.ts'

/** An image to join: where it is, in the first of `images` when only a digest was given. */
type Source = (images: Repository) => Reference

const NONE = 'none'

const sources: Field<readonly Source[]> = list(
  {
    summary:
      "Images to join instead of the parts' tags, one per line: digests of the first image name, or references.",
    default: NONE,
    refuseEmpty: true,
    workflowOnly: true,
  },
  ({ text }) => parseSource(text),
)

function parseSource(text: string): Source {
  if (isDigest(text)) return (images) => ({ ...images, digest: text })
  const reference = parseReference(text)
  if (reference.tag === undefined && reference.digest === undefined)
    throw mistake(`${JSON.stringify(text)} names no image: add its tag or, better, its digest`)
  return () => reference
}

export const MERGE_INPUTS = {
  ...NAMING_INPUTS,
  platforms: list(
    {
      summary:
        'Platforms that must be there, such as `linux/amd64,linux/arm64`; required unless `sources` is given.',
      commas: true,
    },
    ({ text }) => parsePlatform(text),
  ),
  sources: {
    ...sources,
    parse: (text: string) => (text === NONE ? [] : sources.parse(text)),
  },
  annotations: {
    ...ANNOTATIONS,
    summary:
      'Annotations `key=value` of the index, beside the OCI labels its parts share; `-key` leaves one out.',
  },
  ...GUARD_INPUTS,
  ...RECORD_INPUTS,
  ...shared.accessFields,
} as const

export type MergeInputs = Values<typeof MERGE_INPUTS>
