// The versions of a container package on ghcr.io: one per manifest, with the tags on it. GHCR
// deletes nothing by the registry protocol (docs.github.com, "REST API endpoints for packages").
import { type Digest, isDigest } from '../oci/digest.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { GitHubResponse } from '../ports.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import { type GitHubCall, type GitHubClient, MAX_TRIES, statusOf } from './client.ts'
import { listPages } from './pages.ts'

export interface PackageVersion {
  readonly id: number
  readonly digest: Digest
  readonly tags: readonly string[]
}

/** A package, and whether an organisation or a person owns it. */
export interface ContainerPackage {
  readonly github: GitHubClient
  readonly repository: Repository
  readonly owners: 'orgs' | 'users'
}

/** Whether the Packages API knows the registry's images. */
export function isOnPackages({ registry }: Repository): boolean {
  return registry === 'ghcr.io'
}

/** undefined: there is no such package, or the token may not see it. */
export async function findPackage(
  github: GitHubClient,
  repository: Repository,
): Promise<ContainerPackage | undefined> {
  for (const owners of ['orgs', 'users'] as const) {
    const found = { github, repository, owners }
    try {
      await call(found, 'GET versions', { per_page: 1 })
      return found
    } catch (error) {
      if (statusOf(error) !== 404) throw error
    }
  }
  return undefined
}

/** All of them, tagged or not. */
export async function listVersions(found: ContainerPackage): Promise<readonly PackageVersion[]> {
  const listed = await listPages(found.github, callOf(found, 'GET versions'))
  // What is pushed while pages are read moves others onto the next page.
  const versions = listed.flatMap(parseVersion).map((version) => [version.id, version] as const)
  return [...new Map(versions).values()]
}

/**
 * With its tags. false: it is gone already. Throws `permission`, or `github` where GitHub refuses.
 */
export async function deleteVersion(found: ContainerPackage, id: number): Promise<boolean> {
  try {
    await call(found, `DELETE versions/${id}`)
    return true
  } catch (error) {
    // Also what a token may not delete is answered with 404.
    if (statusOf(error) === 404 && !(await isThere(found, id))) return false
    throw error
  }
}

async function isThere(found: ContainerPackage, id: number): Promise<boolean> {
  try {
    await call(found, `GET versions/${id}`)
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

function parseVersion(answer: Answer): PackageVersion[] {
  const digest = textOf(answer, 'name')
  const { tags } = asAnswer(asAnswer(answer['metadata'])['container'])
  const names = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
  return isDigest(digest) ? [{ id: numberOf(answer, 'id'), digest, tags: names }] : []
}

function call(
  found: ContainerPackage,
  line: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<GitHubResponse> {
  const wanted = callOf(found, line)
  return found.github.call({ ...wanted, parameters: { ...wanted.parameters, ...parameters } })
}

/** `line`: the method, and the path below the package. */
function callOf({ repository, owners }: ContainerPackage, line: string): GitHubCall {
  const [method = '', path = ''] = line.split(' ')
  const [owner = '', ...name] = repository.path.split('/')
  const verb = method === 'GET' ? 'list the versions' : 'delete a version'
  return {
    route: `${method} /${owners}/{owner}/packages/container/{package}/${path}`,
    parameters: { owner, package: name.join('/') },
    doing: `${verb} of ${formatRepository(repository)}`,
    permission: method === 'GET' ? 'packages: read' : 'packages: write',
    // Deleted twice is deleted.
    tries: MAX_TRIES,
  }
}
