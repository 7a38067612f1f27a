// Releases: found by tag or id, their text changed.
import { isReleaseError } from '../errors.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import { type GitHubCall, type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { listPages } from './pages.ts'
import { fullName, repositoryCall } from './repository-call.ts'

export interface GitHubRelease {
  readonly id: number
  readonly tag: string
  /** Its page. */
  readonly url: string
  /** Empty when there is none. */
  readonly body: string
  readonly draft: boolean
  readonly prerelease: boolean
}

/** undefined: no release has the tag. Drafts are not found this way. */
export function getReleaseByTag(
  github: GitHubClient,
  repository: RepositoryName,
  tag: string,
): Promise<GitHubRelease | undefined> {
  return find(github, {
    ...repositoryCall(repository, 'GET /releases/tags/{tag}', { tag }),
    doing: `read the release of ${tag} in ${fullName(repository)}`,
  })
}

/** undefined: there is no such release, or the token may not see it. */
export function getRelease(
  github: GitHubClient,
  repository: RepositoryName,
  id: number,
): Promise<GitHubRelease | undefined> {
  return find(github, {
    ...repositoryCall(repository, 'GET /releases/{release_id}', { release_id: id }),
    doing: `read release ${id} of ${fullName(repository)}`,
  })
}

export interface ListedRelease extends GitHubRelease {
  /** RFC 3339: when it was published, or made where that never was. */
  readonly publishedAt: string
}

/** Newest first; drafts only where the token may write. */
export async function listReleases(
  github: GitHubClient,
  repository: RepositoryName,
): Promise<readonly ListedRelease[]> {
  const listed = await listPages(github, {
    ...repositoryCall(repository, 'GET /releases'),
    doing: `read the releases of ${fullName(repository)}`,
    permission: 'contents: read',
  })
  return listed.map(parseListed)
}

function parseListed(answer: Answer): ListedRelease {
  const { published_at: published } = answer
  const publishedAt = typeof published === 'string' ? published : textOf(answer, 'created_at')
  return { ...parseRelease(answer), publishedAt }
}

interface ReleaseUpdate {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly release: GitHubRelease
  readonly body: string
}

/**
 * Sends the body once; a caller that tries again must read again first. Where GitHub refuses, and
 * the tag exists, a second call names the default branch as target: since 2026 a release whose
 * commit changes workflow files cannot be edited otherwise with GITHUB_TOKEN
 * (stephenlclarke/container-compose#662). Such a target is shown, but moves nothing.
 */
export async function updateReleaseBody(update: ReleaseUpdate): Promise<void> {
  const { release, body } = update
  try {
    await patch(update, { body })
  } catch (refused) {
    const isRefusal = isReleaseError(refused, 'permission') || statusOf(refused) === 400
    if (release.draft || !isRefusal) throw refused
    const target_commitish = await editOnDefaultBranch(update).catch(() => {
      throw refused
    })
    update.github.log.info(`Named ${target_commitish} as target of ${release.tag}'s release`)
  }
}

async function editOnDefaultBranch(update: ReleaseUpdate): Promise<string> {
  const { data } = await update.github.call({
    ...repositoryCall(update.repository, 'GET'),
    doing: `read ${fullName(update.repository)}`,
    permission: 'contents: read',
  })
  const target_commitish = textOf(asAnswer(data), 'default_branch')
  await patch(update, { body: update.body, target_commitish })
  return target_commitish
}

async function patch(
  { github, repository, release }: ReleaseUpdate,
  change: Readonly<Record<string, string>>,
): Promise<void> {
  await github.call({
    ...repositoryCall(repository, 'PATCH /releases/{release_id}', {
      release_id: release.id,
      ...change,
    }),
    doing: `edit the release of ${release.tag} in ${fullName(repository)}`,
    permission: 'contents: write',
    tries: 1,
  })
}

async function find(
  github: GitHubClient,
  call: Omit<GitHubCall, 'permission'>,
): Promise<GitHubRelease | undefined> {
  try {
    const { data } = await github.call({ ...call, permission: 'contents: read' })
    return parseRelease(data)
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

function parseRelease(data: unknown): GitHubRelease {
  const answer = asAnswer(data)
  return {
    id: numberOf(answer, 'id'),
    tag: textOf(answer, 'tag_name'),
    url: textOf(answer, 'html_url'),
    body: typeof answer['body'] === 'string' ? answer['body'] : '',
    draft: answer['draft'] === true,
    prerelease: answer['prerelease'] === true,
  }
}
