// Docker's client configuration, where `docker login` leaves credentials: config.json in
// $DOCKER_CONFIG or ~/.docker (docker/cli, cli/config).
import { ReleaseError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../oci/json.ts'
import type { Environment, Files } from '../ports.ts'

export interface DockerConfig {
  /** The file or variable it came from, for messages. */
  readonly source: string
  readonly auths: Readonly<Record<string, DockerAuth>>
  readonly credsStore?: string
  /** An empty name: no helper for that host, whatever the store. */
  readonly credHelpers: Readonly<Record<string, string>>
}

export interface DockerAuth {
  /** base64 of `username:password`. */
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

/** The key Docker writes a registry's login under. */
export function serverOf(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
}

/** $DOCKER_CONFIG, else .docker at home; undefined where there is no home. */
export function dockerFolder(environment: Environment): string | undefined {
  const { DOCKER_CONFIG, HOME, USERPROFILE } = environment
  const home = HOME || USERPROFILE
  return DOCKER_CONFIG || (home ? `${home}/.docker` : undefined)
}

/** undefined: there is no such file. Throws `credentials` when it is broken. */
export async function readDockerConfig(
  files: Files,
  folder: string,
): Promise<DockerConfig | undefined> {
  const path = `${folder}/config.json`
  const bytes = await files.read(path)
  return bytes && parseDockerConfig(new TextDecoder().decode(bytes), path)
}

/** Fields of a wrong type are left out, as Docker does for what it does not know. */
export function parseDockerConfig(text: string, source: string): DockerConfig {
  let body: unknown
  try {
    body = JSON.parse(text.trim() || '{}') // an empty file is an empty config to Docker
  } catch {
    body = undefined // the parser's message would quote the text, secrets and all
  }
  if (!isJsonObject(body))
    throw new ReleaseError(
      'credentials',
      `Cannot read credentials from ${source}: it is not JSON`,
      {
        hint: 'Repair or remove it, then log in again.',
      },
    )
  const { auths, credsStore, credHelpers } = body
  const entries = isJsonObject(auths) ? Object.entries(auths) : []
  return {
    source,
    auths: Object.fromEntries(
      entries.map(([key, auth]) => [key, isJsonObject(auth) ? texts(auth, 1) : {}]),
    ),
    credHelpers: isJsonObject(credHelpers) ? texts(credHelpers, 0) : {},
    ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
  }
}

function texts(value: JsonObject, minLength: number): Record<string, string> {
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === 'string' && entry[1].length >= minLength
  return Object.fromEntries(Object.entries(value).filter(isText))
}
