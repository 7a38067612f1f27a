// Which credential belongs to a repository. The first source that has one decides: the inputs, a
// folder of docker/login-action's `scope`, the variable DOCKER_AUTH_CONFIG, the Docker config, and
// for ghcr.io the job's token. Within a config a helper replaces the entries. Hosts are compared
// whole: a key that only contains the host is somebody else's.
import { ReleaseError } from '../errors.ts'
import { decodeBase64, encodeBase64 } from '../oci/base64.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Environment, Exec, Files, Log } from '../ports.ts'
import { askHelper } from './credential-helper.ts'
import {
  type DockerAuth,
  type DockerConfig,
  dockerFolder,
  parseDockerConfig,
  readDockerConfig,
  serverOf,
} from './docker-config.ts'
import { scopedFolders } from './scoped-login.ts'

export type Credential =
  | { readonly username: string; readonly password: string }
  /** To be exchanged for tokens (OAuth2 refresh token). */
  | { readonly identityToken: string }

export type Access = 'pull' | 'push' | 'delete'

/**
 * undefined: nothing is configured, go anonymous. Throws `credentials` when something is broken.
 */
export type Credentials = (
  repository: Repository,
  access?: Access,
) => Promise<Credential | undefined>

export interface CredentialSources {
  readonly files: Files
  readonly exec: Exec
  readonly environment: Environment
  readonly log: Log
  /** registry-username and registry-password, for this one host. */
  readonly explicit?: {
    readonly host: string
    readonly username: string
    readonly password: string
  }
  readonly githubToken?: string
}

/** Asks each source once per repository and kind of access. Every secret is masked in the log. */
export function createCredentials(sources: CredentialSources): Credentials {
  const known = new Map<string, Promise<Credential | undefined>>()
  return (repository, access = 'pull') => {
    const key = `${access} ${formatRepository(repository)}`
    const credential = known.get(key) ?? find(sources, repository, access).then(masked(sources.log))
    known.set(key, credential)
    return credential
  }
}

async function find(
  sources: CredentialSources,
  repository: Repository,
  access: Access,
): Promise<Credential | undefined> {
  const { explicit, environment, files, githubToken } = sources
  const { registry } = repository
  if (explicit?.host === registry)
    return { username: explicit.username, password: explicit.password }
  const inline = environment['DOCKER_AUTH_CONFIG']
  const folder = dockerFolder(environment)
  const configs = [
    async () => scopedConfig(sources, repository, access),
    async () => (inline ? parseDockerConfig(inline, 'DOCKER_AUTH_CONFIG') : undefined),
    async () => (folder ? readDockerConfig(files, folder) : undefined),
  ]
  for (const read of configs) {
    const config = await read()
    const found = config && (await lookUp(sources, config, registry))
    if (found) return found
  }
  return registry === 'ghcr.io' && githubToken
    ? { username: 'x-access-token', password: githubToken }
    : undefined
}

async function scopedConfig(
  { files, environment }: CredentialSources,
  repository: Repository,
  access: Access,
): Promise<DockerConfig | undefined> {
  const [folder] = await scopedFolders({ files, environment, repository, access })
  return folder === undefined ? undefined : readDockerConfig(files, folder)
}

/** A helper replaces the config's own entries; it does not fall through to them. */
async function lookUp(
  { exec }: CredentialSources,
  config: DockerConfig,
  registry: string,
): Promise<Credential | undefined> {
  const helper = entryFor(config.credHelpers, registry) ?? config.credsStore
  if (helper) return askHelper(exec, helper, serverOf(registry))
  const auth = entryFor(config.auths, registry)
  return auth && credentialOf(auth, config.source, registry)
}

const DOCKER_HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io'])

/** The exact server first, then keys that are the same host in another spelling. */
function entryFor<T>(entries: Readonly<Record<string, T>>, registry: string): T | undefined {
  const exact = Object.entries(entries).find(([key]) => key === serverOf(registry))
  return (exact ?? Object.entries(entries).find(([key]) => hostOf(key) === registry))?.[1]
}

/** `https://host/v1/`, `host/v2` and `host` name a registry; any other path is a namespace. */
function hostOf(key: string): string | undefined {
  const [, host] = /^(?:https?:\/\/)?([^/]+)(?:\/(?:v[12]\/?)?)?$/.exec(key) ?? []
  return host !== undefined && DOCKER_HUB_HOSTS.has(host) ? 'docker.io' : host
}

function credentialOf(
  { auth, username, password, identitytoken }: DockerAuth,
  source: string,
  registry: string,
): Credential | undefined {
  if (identitytoken !== undefined) return { identityToken: identitytoken }
  if (auth === undefined)
    return username === undefined ? undefined : { username, password: password ?? '' }
  const decoded = decode(auth)
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon < 1)
    throw new ReleaseError(
      'credentials',
      `Cannot read credentials from ${source}: the entry for ${registry} is not "user:password"`,
      { hint: `Log in to ${registry} again.` },
    )
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** Old clients padded with NULs. */
function decode(auth: string): string | undefined {
  try {
    return new TextDecoder().decode(decodeBase64(auth)).replace(/\0+$/, '')
  } catch {
    return undefined // no base64; the caller says whose entry that is
  }
}

/** The secret itself, and as the header it becomes. */
function masked(log: Log) {
  return (credential: Credential | undefined): Credential | undefined => {
    if (!credential) return undefined
    log.mask('username' in credential ? credential.password : credential.identityToken)
    log.mask(basic(credential).slice('Basic '.length))
    return credential
  }
}

/** The Authorization value; an identity token goes as a password where it cannot be exchanged. */
export function basic(credential: Credential): string {
  const { username, password } =
    'username' in credential
      ? credential
      : { username: '<token>', password: credential.identityToken }
  return `Basic ${encodeBase64(`${username}:${password}`)}`
}
