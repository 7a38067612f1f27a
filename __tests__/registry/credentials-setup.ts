// Credentials out of files in memory and one helper that is never run.
import { parseRepository } from '../../src/oci/reference.ts'
import type { Environment, Exit } from '../../src/ports.ts'
import {
  type Access,
  type CredentialSources,
  createCredentials,
} from '../../src/registry/credentials.ts'
import { fakeExec, MemoryFiles, MemoryLog } from '../fakes/world.ts'

export const USER = { username: 'user', password: 'pass' }
export const AUTH = { auth: btoa('user:pass') }
export const HELPER = { username: 'helper', password: 'from-helper' }

export type Helper = Partial<Exit> | { readonly throws: string }

export function credentialsFrom(given: {
  readonly config?: unknown
  readonly files?: Readonly<Record<string, string>>
  readonly environment?: Environment
  readonly helper?: Helper
  readonly more?: Partial<CredentialSources>
}) {
  const { config, files = {}, helper = printed(HELPER) } = given
  const text = typeof config === 'string' ? config : JSON.stringify(config)
  const log = new MemoryLog()
  const exec = fakeExec(() => {
    if ('throws' in helper) throw Object.assign(new Error('failed'), { code: helper.throws })
    return helper
  })
  const credentials = createCredentials({
    files: new MemoryFiles({
      ...(config === undefined ? {} : { '/home/me/.docker/config.json': text }),
      ...files,
    }),
    exec,
    log,
    environment: { HOME: '/home/me', ...given.environment },
    ...given.more,
  })
  const of = (image: string, access?: Access) => credentials(parseRepository(image), access)
  return { of, exec, log }
}

export function printed({ username, password }: { username: string; password: string }): Helper {
  return { stdout: JSON.stringify({ ServerURL: 'x', Username: username, Secret: password }) }
}
