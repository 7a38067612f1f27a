// Calls that are about one repository: their routes are below it, and their words name it.
import type { GitHubCall, RepositoryName } from './client.ts'

/** `owner/name`. */
export function fullName({ owner, name }: RepositoryName): string {
  return `${owner}/${name}`
}

/**
 * `line`: the method and the path below the repository, `GET /releases/{release_id}`. `parameters`:
 * what its template names, and what goes beside it.
 */
export function repositoryCall(
  { owner, name }: RepositoryName,
  line: string,
  parameters: GitHubCall['parameters'] = {},
): Pick<GitHubCall, 'route' | 'parameters'> {
  const [method = '', path = ''] = line.split(' ')
  return {
    route: `${method} /repos/{owner}/{repo}${path}`,
    parameters: { owner, repo: name, ...parameters },
  }
}
