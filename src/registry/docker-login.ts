// Logs docker and buildx in without touching the user's Docker config: a private copy of it, in
// which our credentials stand before whatever it has for their host. What docker looks for beside
// the config (contexts, CLI plugins, buildx's builders) stays the user's own.
import { encodeBase64 } from '../oci/base64.ts'
import type { Environment, Files } from '../ports.ts'
import { dockerFolder, parseDockerConfig, serverOf } from './docker-config.ts'

export interface DockerLogin {
  /** As in Repository.registry. */
  readonly host: string
  readonly username: string
  readonly password: string
}

export interface LoggedIn {
  /** For the child, in place of the environment handed in. */
  readonly environment: Environment
  /** Removes the copy; to be called also after a failure. */
  readonly forget: () => Promise<void>
}

/** Throws `credentials` when the user's config is broken. */
export async function logIn(
  login: DockerLogin,
  { files, environment }: { readonly files: Files; readonly environment: Environment },
): Promise<LoggedIn> {
  const own = dockerFolder(environment)
  const inline = environment['DOCKER_AUTH_CONFIG']
  const bytes = own === undefined ? undefined : await files.read(`${own}/config.json`)
  const folder = await files.temporaryFolder()
  const text = bytes ? new TextDecoder().decode(bytes) : ''
  await files.write(`${folder}/config.json`, withLogin(text, `${own}/config.json`, login), 0o600)
  for (const beside of ['contexts', 'cli-plugins'])
    if (own && (await files.kind(`${own}/${beside}`)))
      await files.link(`${own}/${beside}`, `${folder}/${beside}`)
  return {
    environment: {
      ...environment,
      DOCKER_CONFIG: folder,
      ...(inline ? { DOCKER_AUTH_CONFIG: withoutLogin(inline, login) } : {}),
      ...(own && !environment['BUILDX_CONFIG'] ? { BUILDX_CONFIG: `${own}/buildx` } : {}),
    },
    forget: () => files.remove(folder),
  }
}

/** An empty helper sends docker to `auths` for that host alone (docker/cli, configfile). */
function withLogin(text: string, source: string, { host, username, password }: DockerLogin) {
  parseDockerConfig(text, source)
  const config: { auths?: object; credHelpers?: object } = JSON.parse(text.trim() || '{}')
  const server = serverOf(host)
  const auth = encodeBase64(`${username}:${password}`)
  return JSON.stringify({
    ...config,
    auths: { ...config.auths, [server]: { auth } },
    credHelpers: { ...config.credHelpers, [server]: '' },
  })
}

/** Docker asks this variable before any config; what it has for our host would win over us. */
function withoutLogin(text: string, { host }: DockerLogin): string {
  parseDockerConfig(text, 'DOCKER_AUTH_CONFIG')
  const config: { auths?: object } = JSON.parse(text.trim() || '{}')
  const others = Object.entries(config.auths ?? {}).filter(([server]) => server !== serverOf(host))
  return JSON.stringify({ ...config, auths: Object.fromEntries(others) })
}
