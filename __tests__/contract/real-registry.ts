// Starts Debian's docker-registry (distribution 2.8) on a free loopback port, with storage of its
// own and deletion switched on: open, behind a password, behind a token service of ours, or with
// TLS.
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Credential } from '../../src/registry/credentials.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'

export interface RealRegistry {
  /** `127.0.0.1:<port>`, as in Repository.registry. */
  readonly host: string
  readonly credential?: Credential
  /** With TLS: the certificate authority, PEM. */
  readonly ca?: string
  readonly tokens?: TokenServer
  close(): Promise<void>
}

export type RealKind = 'open' | 'htpasswd' | 'token' | 'tls'

/**
 * In memory where Linux offers it: a registry syncs every file, and disks of CI runners are slow.
 */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const CREDENTIAL = { username: 'user', password: 'secret' }
/** bcrypt of that password. */
const HTPASSWD = 'user:$2b$04$IfhqPDoRE4kTDETEjc14rOtIW0whAxY7mcJ1F.dtFGyT4tg2.8Jdy\n'
const run = promisify(execFile)

export async function startRealRegistry(kind: RealKind): Promise<RealRegistry> {
  const folder = await mkdtemp(join(BASE, 'registry-'))
  const tokens = kind === 'token' ? await startTokenServer(folder, CREDENTIAL) : undefined
  const auth = await authSection(kind, folder, tokens)
  const tls = kind === 'tls' ? await makeCertificates(folder) : undefined
  // The client speaks http to 127.0.0.1, so the one with TLS has to be elsewhere.
  const address = kind === 'tls' ? '127.0.0.2' : '127.0.0.1'
  const config = {
    version: 0.1,
    log: { level: 'info', formatter: 'text', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `${address}:0`, ...(tls ? { tls: tls.http } : {}) },
    ...auth,
  }
  const path = join(folder, 'config.yml')
  await writeFile(path, JSON.stringify(config)) // JSON is YAML
  const { port, stop } = await serve(path)
  return {
    host: `${address}:${port}`,
    ...(kind === 'htpasswd' || kind === 'token' ? { credential: CREDENTIAL } : {}),
    ...(tls ? { ca: tls.ca } : {}),
    ...(tokens ? { tokens } : {}),
    close: async () => {
      await stop()
      await tokens?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function authSection(kind: RealKind, folder: string, tokens: TokenServer | undefined) {
  if (tokens) return { auth: { token: tokens.section } }
  if (kind !== 'htpasswd') return {}
  const path = join(folder, 'htpasswd')
  await writeFile(path, HTPASSWD)
  return { auth: { htpasswd: { realm: 'registry', path } } }
}

/** A certificate authority of our own and a server's certificate by it. */
async function makeCertificates(folder: string) {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => run('openssl', args)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const ca = ['-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=test CA', '-days', '2']
  await openssl('req', '-x509', ...key, ...ca)
  await openssl(
    ...['req', '-x509', ...key, '-keyout', at('key.pem'), '-out', at('cert.pem'), '-days', '2'],
    ...['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-subj', '/CN=registry'],
    ...['-addext', 'subjectAltName=IP:127.0.0.2', '-addext', 'basicConstraints=CA:FALSE'],
  )
  return {
    ca: await readFile(at('ca.pem'), 'utf8'),
    http: { certificate: at('cert.pem'), key: at('key.pem') },
  }
}

/** Ready when it says on which port it listens. */
async function serve(config: string): Promise<{ port: string; stop(): Promise<void> }> {
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line)
    const [, port] = /listening on [^ ]*:(\d+)/.exec(line) ?? []
    if (port === undefined) continue
    child.stderr.resume()
    const stop = async () => {
      child.kill('SIGKILL')
      await ended
    }
    return { port, stop }
  }
  throw new Error(`docker-registry did not start:\n${lines.join('\n')}`)
}
