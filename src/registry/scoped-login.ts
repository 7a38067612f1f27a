// Logins for one repository or one kind of access: docker/login-action's input `scope` leaves them
// where only buildx looks, in $BUILDX_CONFIG (else buildx in the Docker folder), as
// config/<host>[/<repository>][@<actions>]/config.json (buildx, util/dockerutil/dockerconfig).
import type { Repository } from '../oci/reference.ts'
import type { Environment, Files } from '../ports.ts'
import type { Access } from './credentials.ts'
import { dockerFolder } from './docker-config.ts'

const ACTIONS: Readonly<Record<Access, readonly string[]>> = {
  pull: ['pull'],
  push: ['pull', 'push'],
  delete: ['pull', 'push', 'delete'],
}

/** Folders whose scope covers the access: with a repository before without, more actions first. */
export async function scopedFolders(wanted: {
  readonly files: Files
  readonly environment: Environment
  readonly repository: Repository
  readonly access: Access
}): Promise<readonly string[]> {
  const { files, environment, repository, access } = wanted
  const docker = dockerFolder(environment)
  const base = environment['BUILDX_CONFIG'] || (docker && `${docker}/buildx`)
  if (!base) return []
  const host = repository.registry === 'docker.io' ? 'registry-1.docker.io' : repository.registry
  const candidates = [`${base}/config/${host}/${repository.path}`, `${base}/config/${host}`]
  const found: string[] = []
  for (const candidate of candidates) found.push(...(await withActions(files, candidate, access)))
  return found
}

/** `<folder>` and `<folder>@<actions>`, of those that hold a config.json and cover the access. */
async function withActions(
  files: Files,
  folder: string,
  access: Access,
): Promise<readonly string[]> {
  const parent = folder.slice(0, folder.lastIndexOf('/'))
  const name = folder.slice(parent.length + 1)
  const scoped = (await files.list(parent))
    .filter((entry) => entry === name || entry.startsWith(`${name}@`))
    .map((entry) => ({ entry, actions: entry.split('@')[1]?.split(',') ?? [] }))
    .filter(({ actions }) => actions.every((action) => ACTIONS[access].includes(action)))
    .sort((a, b) => b.actions.length - a.actions.length)
  const paths = scoped.map(({ entry }) => `${parent}/${entry}`)
  const kinds = await Promise.all(paths.map((path) => files.kind(`${path}/config.json`)))
  return paths.filter((_, index) => kinds[index] !== undefined)
}
