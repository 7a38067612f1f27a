// The one open pull request of a branch: made once, its title and text kept up to date.
import { ReleaseError } from '../errors.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import { type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { fullName, repositoryCall } from './repository-call.ts'

export interface PullRequest {
  readonly number: number
  readonly url: string
}

export interface PullRequestWish {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly branch: string
  readonly base: string
  readonly title: string
  readonly body: string
}

/** Throws `permission` without "pull-requests: write". No call when it says the same already. */
export async function keepPullRequest(wish: PullRequestWish): Promise<PullRequest> {
  const { title, body } = wish
  const found = await findPullRequest(wish)
  if (!found) return parse(await create(wish))
  const isSame = found['title'] === title && found['body'] === body
  if (isSame) return parse(found)
  const pull_number = numberOf(found, 'number')
  return parse(await call(wish, 'PATCH /{pull_number}', { pull_number, title, body }))
}

async function findPullRequest(wish: PullRequestWish): Promise<Answer | undefined> {
  const { github, repository, branch, base } = wish
  const head = `${repository.owner}:${branch}`
  const { data } = await github.call({
    ...repositoryCall(repository, 'GET /pulls', { state: 'open', head, base }),
    doing: `list pull requests of ${fullName(repository)}`,
    // Read alone would only get as far as the next call.
    permission: 'pull-requests: write',
  })
  return Array.isArray(data) && data.length > 0 ? asAnswer(data[0]) : undefined
}

async function create(wish: PullRequestWish): Promise<Answer> {
  const { title, body, branch: head, base } = wish
  try {
    return await call(wish, 'POST ', { title, body, head, base })
  } catch (error) {
    const isSetting = error instanceof Error && /not permitted to create/i.test(error.message)
    if (isSetting && statusOf(error) === 403)
      throw new ReleaseError('permission', error.message, {
        hint: 'Let GitHub Actions create pull requests in the repository\'s Actions settings, and give the job "pull-requests: write".',
        cause: error,
      })
    throw error
  }
}

/** `line`: the method, and the path below the repository's pull requests. */
async function call(
  { github, repository, branch }: PullRequestWish,
  line: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const verb = line.startsWith('POST ') ? 'open' : 'edit'
  const { data } = await github.call({
    ...repositoryCall(repository, line.replace(' ', ' /pulls'), parameters),
    doing: `${verb} the pull request of ${branch} in ${fullName(repository)}`,
    permission: 'pull-requests: write',
  })
  return asAnswer(data)
}

function parse(answer: Answer): PullRequest {
  return { number: numberOf(answer, 'number'), url: textOf(answer, 'html_url') }
}
