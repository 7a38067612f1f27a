// The tag under which one platform's image waits for merge, which finds it there:
//
//   part   base "-" os "-" architecture [ "-" variant ]     git-a1b2c3d-linux-arm-v7
//   base   what the run calls its commit, with flavor and variant: git-<sha>, pr-<number>-<sha>
import { formatPlatform, type Platform } from '../../oci/platform.ts'
import type { TagRequest } from '../../tags/request.ts'
import { resolveTags } from '../../tags/resolve.ts'
import type { TagSet } from '../../tags/tag-set.ts'

/** One tag and no version, whatever the rules say; skipped where the event is not for us. */
export function resolvePart(request: TagRequest, platform: Platform): TagSet {
  const { tags, ...rest } = resolveTags({ ...request, rules: `type=raw,value=${baseOf(request)}` })
  const suffix = formatPlatform(platform).replaceAll('/', '-')
  const { prerelease, notices, skipped } = rest
  return {
    prerelease,
    notices,
    ...(skipped === undefined ? {} : { skipped }),
    tags: tags
      .filter(({ role }) => role === 'free')
      .map(({ name, rule }) => ({ name: `${name}-${suffix}`, role: 'part', rule })),
  }
}

function baseOf({ event, shaLength }: TagRequest): string {
  const { pullRequest, revision } = event
  return pullRequest
    ? `pr-${pullRequest.number}-${pullRequest.headSha.slice(0, shaLength)}`
    : `git-${revision.slice(0, shaLength)}`
}
