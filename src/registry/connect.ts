// The registry client of one run: its credentials from the inputs, the Docker config and the job's
// token, and the same login for docker itself.
import { ReleaseError } from '../errors.ts'
import type { Repository } from '../oci/reference.ts'
import type { Clock, Environment, Exec, Files, Http, Log } from '../ports.ts'
import { createRegistryClient, type RegistryClient } from './client.ts'
import { createCredentials } from './credentials.ts'
import { type DockerLogin, logIn } from './docker-login.ts'

export interface RegistryAccess {
  readonly repositories: readonly Repository[]
  /** `registry-username` and `registry-password`; both or none. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly githubToken?: string | undefined
  readonly insecureRegistries: readonly string[]
  /** Requests under way at one host. Default 8. */
  readonly concurrency?: number
  /** Hosts that passwords may be sent to although they are on another site than their registry. */
  readonly trustedRealms?: readonly string[]
}

/** The inputs that every operation with a registry has (inputs/shared.ts, accessFields). */
export interface RegistryInputs {
  readonly 'registry-username': string | undefined
  readonly 'registry-password': string | undefined
  readonly 'github-token': string | undefined
  readonly 'insecure-registries': readonly string[]
  readonly 'trusted-realms': readonly string[]
}

export function accessOf(
  inputs: RegistryInputs,
  repositories: readonly Repository[],
): RegistryAccess {
  return {
    repositories,
    username: inputs['registry-username'],
    password: inputs['registry-password'],
    githubToken: inputs['github-token'],
    insecureRegistries: inputs['insecure-registries'],
    trustedRealms: inputs['trusted-realms'],
  }
}

interface RegistryPorts {
  readonly http: Http
  readonly exec: Exec
  readonly files: Files
  readonly clock: Clock
  readonly log: Log
  readonly environment: Environment
  readonly signal: AbortSignal
}

export interface RegistryConnection {
  readonly client: RegistryClient
  /** Runs something in an environment in which docker can push where the client can. */
  loggedIn<T>(body: (environment: Environment) => Promise<T>): Promise<T>
}

/** Throws `input` when the login could be meant for two registries. */
export function connectRegistry(access: RegistryAccess, ports: RegistryPorts): RegistryConnection {
  const explicit = explicitLogin(access)
  const { githubToken, insecureRegistries, concurrency, trustedRealms = [] } = access
  const credentials = createCredentials({
    ...ports,
    ...(explicit ? { explicit } : {}),
    ...(githubToken ? { githubToken } : {}),
  })
  /** What docker does not find in its own config: a login of the inputs, or the job's token. */
  const missingLogin = async (): Promise<DockerLogin | undefined> => {
    if (explicit) return explicit
    const onGhcr = access.repositories.find(({ registry }) => registry === 'ghcr.io')
    const found = onGhcr && (await credentials(onGhcr, 'push'))
    const isToken = found && 'password' in found && found.password === githubToken
    return isToken ? { host: 'ghcr.io', ...found } : undefined
  }
  return {
    client: createRegistryClient({
      ...ports,
      credentials,
      insecureRegistries,
      trustedRealms,
      ...(concurrency === undefined ? {} : { concurrency }),
    }),
    async loggedIn(body) {
      const login = await missingLogin()
      if (!login) return body(ports.environment)
      const { environment, forget } = await logIn(login, ports)
      try {
        return await body(environment)
      } finally {
        await forget()
      }
    },
  }
}

function explicitLogin({ repositories, username, password }: RegistryAccess) {
  if (username === undefined && password === undefined) return undefined
  if (username === undefined || password === undefined)
    throw new ReleaseError('input', 'registry-username and registry-password: give both or none')
  const hosts = [...new Set(repositories.map(({ registry }) => registry))]
  const [host, ...more] = hosts
  if (host === undefined || more.length > 0)
    throw new ReleaseError(
      'input',
      `registry-username: the images are on ${hosts.join(' and ')}, and a login is for one registry`,
      { hint: 'Log in with docker/login-action instead, once per registry.' },
    )
  return { host, username, password }
}
