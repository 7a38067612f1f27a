// How two commits of a repository stand to each other.
import { asAnswer, textOf } from './answer.ts'
import { type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { fullName, repositoryCall } from './repository-call.ts'

/** Whether `head` holds `base`, or is it; undefined: GitHub does not know both. */
export async function isAncestor(question: {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  readonly base: string
  readonly head: string
}): Promise<boolean | undefined> {
  const { github, repository, base, head } = question
  try {
    const { data } = await github.call({
      ...repositoryCall(repository, 'GET /compare/{basehead}', {
        basehead: `${base}...${head}`,
        per_page: 1,
      }),
      doing: `compare ${base} with ${head} in ${fullName(repository)}`,
      permission: 'contents: read',
    })
    return ['ahead', 'identical'].includes(textOf(asAnswer(data), 'status'))
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}
