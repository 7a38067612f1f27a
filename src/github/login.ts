// Whom the token acts as.
import { isReleaseError } from '../errors.ts'
import { asAnswer } from './answer.ts'
import { type GitHubClient, MAX_TRIES, statusOf } from './client.ts'

/** The token that a job is given acts as this app, and may not ask for its user. */
const ACTIONS_LOGIN = 'github-actions[bot]'

/** As comments and deployments name their author, such as `github-actions[bot]`. */
export async function readLogin(github: GitHubClient): Promise<string> {
  const viewer = await ask(github, 'POST /graphql', { query: '{ viewer { login } }' })
  const byGraphql = asAnswer(asAnswer(asAnswer(viewer)['data'])['viewer'])['login']
  return typeof byGraphql === 'string' ? byGraphql : askUser(github)
}

/** The same over REST, which tells it to persons' tokens only. */
export async function askUser(github: GitHubClient): Promise<string> {
  const { login } = asAnswer(await ask(github, 'GET /user'))
  return typeof login === 'string' ? login : ACTIONS_LOGIN
}

/** undefined: not to be had here, or not by this token. */
async function ask(
  github: GitHubClient,
  route: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  try {
    const { data } = await github.call({
      route,
      parameters,
      doing: "read the token's login",
      permission: 'metadata: read',
      tries: MAX_TRIES,
    })
    return data
  } catch (error) {
    if (isReleaseError(error, 'permission') || statusOf(error) === 404) return undefined
    throw error
  }
}
