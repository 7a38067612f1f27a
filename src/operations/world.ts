// What operations make of their world: the workspace, GitHub in the name of a token, git.
import { systemCode } from '../errors.ts'
import { createGitHubClient, type GitHubClient } from '../github/client.ts'
import type { World } from './operation.ts'

/** The folder that paths of inputs are relative to. */
export function workspaceOf({ environment }: Pick<World, 'environment'>): string {
  return environment['GITHUB_WORKSPACE'] || '.'
}

export function connectGitHub(
  { github, clock, log, signal }: Pick<World, 'github' | 'clock' | 'log' | 'signal'>,
  token: string,
): GitHubClient {
  return createGitHubClient({ request: github(token), clock, log, signal })
}

/** What git prints; undefined where it fails, as outside of a work tree, or is not installed. */
export async function askGit(
  { exec }: Pick<World, 'exec'>,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const { code, stdout } = await exec({ file: 'git', args })
    return code === 0 ? stdout : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
