// With check-registry: which floating tags the registry says should stay where they are.
import { accessOf, connectRegistry } from '../../registry/connect.ts'
import { holdBack } from '../../tags/floating.ts'
import type { ResolvedTag } from '../../tags/tag-set.ts'
import type { World } from '../operation.ts'
import { findRecorded, releaseNotesOf } from '../shipping/recorded-versions.ts'
import type { TagsInputs } from './inputs.ts'

export interface CheckedTags {
  readonly tags: readonly ResolvedTag[]
  readonly heldBack: readonly { readonly tag: string; readonly why: string }[]
}

/** A tag that one image has to hold back is held back for all: there is one list of tags. */
export async function checkFloating(
  tags: readonly ResolvedTag[],
  inputs: TagsInputs,
  world: World,
): Promise<CheckedTags> {
  const repositories = inputs.images?.repositories ?? []
  if (!inputs['check-registry'] || inputs['move-back']) return { tags, heldBack: [] }
  const notes = releaseNotesOf(inputs['github-token'], world)
  const { client } = connectRegistry(accessOf(inputs, repositories), world)
  const checks = repositories.map(async (repository) =>
    holdBack({
      tags,
      published: await client.listTags(repository),
      recorded: await findRecorded(tags, { client, repository, notes }),
    }),
  )
  const results = await Promise.all(checks)
  for (const line of new Set(results.flatMap(({ warnings }) => warnings))) world.log.warning(line)
  const held = new Map(
    results.flatMap(({ heldBack }) => heldBack.map(({ tag, reason }) => [tag.name, reason])),
  )
  return {
    tags: tags.filter(({ name }) => !held.has(name)),
    heldBack: [...held].map(([tag, why]) => ({ tag, why })),
  }
}
