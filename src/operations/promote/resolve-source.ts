// From what `from` says to one digest, and its version where the tag is one.
import { ReleaseError } from '../../errors.ts'
import { channelBefore } from '../../ledger/gate.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import { withVariant } from '../../tags/tag-name.ts'
import type { StoredImage } from '../channel/store.ts'
import { tagsNamed, versionOfTag } from '../channel/tag-names.ts'
import type { Gathering } from './gather.ts'
import type { Source } from './source.ts'

export interface NamedImage {
  readonly found: StoredImage
  /** Of the full version tag it was found under. */
  readonly version?: string
}

/** Throws `input` or `registry` where there is nothing to promote. */
export async function resolveSource(
  repository: Repository,
  { store, named, choices }: Gathering,
): Promise<NamedImage> {
  const { variant } = choices
  for (const tag of tagsOf(named, choices)) {
    const found = await store.find({ ...repository, tag })
    if (!found || (named.kind === 'digest' && found.digest !== named.digest)) continue
    const version = versionOfTag(tag, variant)
    return { found, ...(version ? { version } : {}) }
  }
  const found =
    named.kind === 'digest' && (await store.find({ ...repository, digest: named.digest }))
  if (found) return { found }
  throw nothingThere(repository, named)
}

function tagsOf(named: Source, choices: Gathering['choices']): readonly string[] {
  const { variant } = choices
  if (named.kind === 'digest') return named.tag ? [named.tag] : []
  if (named.kind === 'name') {
    const isChannel = choices.channels.some(({ tag }) => tag === named.text)
    return isChannel ? [withVariant(named.text, variant)] : tagsNamed(named.text, variant)
  }
  const channels = choices.channels.map(({ tag }) => tag)
  const [first = ''] = choices.to.map(({ tag }) => tag)
  const before = channelBefore(channels, first)
  if (before) return [withVariant(before, variant)]
  throw new ReleaseError('input', `from: there is no channel before ${first}`, {
    hint: 'Name a digest, tag or version.',
  })
}

function nothingThere(repository: Repository, named: Source): ReleaseError {
  const what =
    named.kind === 'digest'
      ? formatReference({ ...repository, digest: named.digest })
      : `${named.text} of ${formatRepository(repository)}`
  return new ReleaseError('registry', `Cannot promote ${what}: it is not there`, {
    hint: 'Check the name, and that no clean-up has deleted it.',
  })
}
