// Which channel and branch tags hold a later commit than ours, so that a re-run of an old run does
// not take them back. After a force-push the old commit is no descendant, and the tag moves.
import { isAncestor } from '../../github/compare.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { TagOwner } from './situation.ts'

/** Tag to the newer commit it has. Nothing without a token: then nobody can be asked. */
export async function findNewerCommits(
  owners: ReadonlyMap<string, TagOwner>,
  token: string | undefined,
  world: World,
): Promise<ReadonlyMap<string, string>> {
  const { revision: base, repository } = world.event
  if (!token || !base) return new Map()
  const github = connectGitHub(world, token)
  const answers = [...owners].map(async ([tag, { revision: head }]) => {
    if (head === undefined || head === base) return []
    const isNewer = await isAncestor({ github, repository, base, head })
    return isNewer ? [[tag, head] as const] : []
  })
  return new Map((await Promise.all(answers)).flat())
}
