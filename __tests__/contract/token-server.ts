// A token service for a real registry (distribution's token authentication): signed JWTs that end
// soon, whatever it says of their life.
import { execFile } from 'node:child_process'
import { createSign, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { json, refuse } from '../fakes/registry-wire.ts'
import { serve } from '../fakes/serve.ts'
import { streamOf } from '../fakes/stream-of.ts'

export interface TokenServer {
  /** For the registry's configuration. */
  readonly section: Readonly<Record<string, string>>
  /** How many tokens were given out. */
  issued(): number
  close(): Promise<void>
}

const ISSUER = 'tokens'
const SERVICE = 'registry'
/** distribution accepts a token so much longer than it says; taken off, so that it ends in time. */
const LEEWAY_S = 60
const LIFE_S = 2

export async function startTokenServer(
  folder: string,
  account: { readonly username: string; readonly password: string },
): Promise<TokenServer> {
  const [keyPath, certPath] = [join(folder, 'token.key'), join(folder, 'token.pem')]
  const names = ['-keyout', keyPath, '-out', certPath, '-subj', '/CN=tokens', '-days', '2']
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names])
  const key = await readFile(keyPath, 'utf8')
  const certificate = (await readFile(certPath, 'utf8')).replace(/-----[^-]+-----|\s/g, '')
  const header = { typ: 'JWT', alg: 'RS256', x5c: [certificate] }
  let issued = 0

  const sign = (claims: object): string => {
    const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)))
    const text = parts.map((part) => part.toString('base64url')).join('.')
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
  }
  const served = await serve(async ({ url, headers }) => {
    const expected = `Basic ${btoa(`${account.username}:${account.password}`)}`
    const answer =
      headers['authorization'] === expected
        ? json(200, { token: sign(claimsFor(new URL(url))), expires_in: 300 })
        : refuse(401, 'UNAUTHORIZED')
    issued += answer.status === 200 ? 1 : 0
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body: answer.body instanceof Uint8Array ? streamOf(answer.body) : streamOf(),
    }
  })
  const section = { service: SERVICE, issuer: ISSUER, rootcertbundle: certPath }
  return {
    section: { realm: `${served.url}/token`, ...section },
    issued: () => issued,
    close: () => served.close(),
  }
}

function claimsFor(url: URL): object {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: ISSUER,
    aud: SERVICE,
    sub: 'user',
    jti: randomUUID(),
    iat: now,
    nbf: now - 1,
    exp: now + LIFE_S - LEEWAY_S,
    access: url.searchParams.getAll('scope').map((scope) => {
      const [type, name, actions = ''] = scope.split(':')
      return { type, name, actions: actions.split(',') }
    }),
  }
}
