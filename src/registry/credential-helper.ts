// Docker's credential helpers (docker-credential-helpers): `docker-credential-<name> get`, the
// server on stdin, `{Username, Secret}` in JSON on stdout. What they print is never shown.
import { ReleaseError, systemCode } from '../errors.ts'
import type { Exec, Exit } from '../ports.ts'
import type { Credential } from './credentials.ts'

const TIMEOUT_MS = 30_000
const MAX_OUTPUT_BYTES = 64 * 1024
/** The one answer that means "none", by its exact words, on stdout. */
const NOT_FOUND = 'credentials not found in native keychain'

/**
 * undefined: the helper has nothing for the server. Every other failure throws `credentials`: going
 * on without a password would only fail later, and less clearly.
 */
export async function askHelper(
  exec: Exec,
  name: string,
  server: string,
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`
  const failed = (why: string, hint: string) =>
    new ReleaseError('credentials', `Cannot get credentials for ${server}: ${why}`, { hint })
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    throw failed(`${JSON.stringify(name)} names no helper`, 'Correct the Docker config.')
  const exit = await exec({
    file: program,
    args: ['get'],
    stdin: server,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  }).catch((error: unknown) => {
    const why = {
      ENOENT: 'is not installed',
      ETIMEDOUT: 'did not end',
      ENOBUFS: 'printed too much',
    }
    const reason =
      Object.entries(why).find(([code]) => code === systemCode(error))?.[1] ?? 'cannot be run'
    throw failed(`${program} ${reason}`, `Install ${program}, or log in without a helper.`)
  })
  if (exit.code === 0) {
    const credential = parse(exit)
    if (credential === 'broken')
      throw failed(`${program} gave no credentials`, `Try: echo ${server} | ${program} get`)
    return credential
  }
  if (exit.stdout.trim() === NOT_FOUND) return undefined
  throw failed(`${program} failed with ${exit.code ?? exit.signal}`, `Log in to ${server} again.`)
}

function parse({ stdout }: Exit): Credential | undefined | 'broken' {
  let body: unknown
  try {
    body = JSON.parse(stdout)
  } catch {
    return 'broken' // the parser's message would quote the secret
  }
  if (typeof body !== 'object' || body === null) return 'broken'
  const { Username, Secret }: Record<string, unknown> = { ...body }
  if (typeof Username !== 'string' || typeof Secret !== 'string') return 'broken'
  if (Username === '' && Secret === '') return undefined
  return Username === '<token>'
    ? { identityToken: Secret }
    : { username: Username, password: Secret }
}
