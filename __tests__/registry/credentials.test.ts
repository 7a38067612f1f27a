// Where credentials come from: the Docker config in all its spellings, and what stands before and
// after it. The rows follow what docker and buildx do.
import { describe, expect, test } from '@jest/globals'
import type { Environment } from '../../src/ports.ts'
import type { Access } from '../../src/registry/credentials.ts'
import { AUTH, credentialsFrom, HELPER, USER } from './credentials-setup.ts'

describe('the Docker config', () => {
  test.each([
    { name: 'exact host', config: { auths: { 'ghcr.io': AUTH } }, found: USER },
    { name: 'https://host', config: { auths: { 'https://ghcr.io': AUTH } }, found: USER },
    { name: 'http://host/', config: { auths: { 'http://ghcr.io/': AUTH } }, found: USER },
    { name: 'https://host/v1/', config: { auths: { 'https://ghcr.io/v1/': AUTH } }, found: USER },
    { name: 'host/v2', config: { auths: { 'ghcr.io/v2': AUTH } }, found: USER },
    { name: 'fields of their own', config: { auths: { 'ghcr.io': USER } }, found: USER },
    { name: 'a key that contains the host', config: { auths: { 'my-ghcr.io.example': AUTH } } },
    { name: 'a key the host contains', config: { auths: { 'cr.io': AUTH } } },
    { name: 'another port', config: { auths: { 'ghcr.io:5000': AUTH } } },
    { name: 'a namespace', config: { auths: { 'ghcr.io/acme': AUTH } } },
    {
      name: 'a helper before auths',
      config: { auths: { 'ghcr.io': AUTH }, credHelpers: { 'ghcr.io': 'x' } },
      found: HELPER,
    },
    {
      name: "another host's helper",
      config: { auths: { 'ghcr.io': AUTH }, credHelpers: { 'gcr.io': 'x' } },
      found: USER,
    },
    {
      name: 'no helper for this host, in spite of the store',
      config: { auths: { 'ghcr.io': AUTH }, credsStore: 'x', credHelpers: { 'ghcr.io': '' } },
      found: USER,
    },
    {
      name: 'a store before auths',
      config: { auths: { 'ghcr.io': AUTH }, credsStore: 'x' },
      found: HELPER,
    },
    { name: 'an empty store', config: { auths: { 'ghcr.io': AUTH }, credsStore: '' }, found: USER },
    {
      name: 'a password with colons',
      config: { auths: { 'ghcr.io': { auth: btoa('user:a:b:c') } } },
      found: { username: 'user', password: 'a:b:c' },
    },
    {
      name: 'trailing NULs',
      config: { auths: { 'ghcr.io': { auth: btoa('user:pass\0\0') } } },
      found: USER,
    },
    {
      name: 'an identity token',
      config: { auths: { 'ghcr.io': { ...AUTH, identitytoken: 'id' } } },
      found: { identityToken: 'id' },
    },
    { name: 'an empty entry', config: { auths: { 'ghcr.io': {} } } },
    { name: 'no entry', config: { auths: {} } },
    { name: 'auths null', config: { auths: null } },
    { name: 'nothing', config: {} },
    { name: 'an empty file', config: '\n' },
    { name: 'no file', config: undefined },
  ])('$name', async ({ config, found }) => {
    expect(await credentialsFrom({ config }).of('ghcr.io/acme/app')).toEqual(found)
  })

  test.each([
    'https://index.docker.io/v1/',
    'docker.io',
    'index.docker.io',
    'registry-1.docker.io',
  ])('Docker Hub as %s', async (key) => {
    expect(await credentialsFrom({ config: { auths: { [key]: AUTH } } }).of('nginx')).toEqual(USER)
  })

  test('the exact key before another spelling', async () => {
    const auths = { 'https://ghcr.io/v1/': { auth: btoa('old:old') }, 'ghcr.io': AUTH }
    expect(await credentialsFrom({ config: { auths } }).of('ghcr.io/a/b')).toEqual(USER)
  })

  test('a host with port', async () => {
    const config = { auths: { 'localhost:5000': AUTH } }
    expect(await credentialsFrom({ config }).of('localhost:5000/a')).toEqual(USER)
    expect(await credentialsFrom({ config }).of('localhost:5001/a')).toBeUndefined()
  })

  test.each([
    { name: 'no JSON', config: '{"auths": s3cret', why: 'it is not JSON' },
    { name: 'a list', config: '[]', why: 'it is not JSON' },
    {
      name: 'auth without a colon',
      config: { auths: { 'ghcr.io': { auth: btoa('s3cret') } } },
      why: 'not "user:password"',
    },
    {
      name: 'auth that is no base64',
      config: { auths: { 'ghcr.io': { auth: '%s3cret' } } },
      why: 'not "user:password"',
    },
  ])('broken, $name: an error without the secret', async ({ config, why }) => {
    const error: Error = await credentialsFrom({ config })
      .of('ghcr.io/a/b')
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'credentials' })
    expect(error.message).toContain('Cannot read credentials from /home/me/.docker/config.json: ')
    expect(error.message).toContain(why)
    expect(`${error.message} ${error.stack}`).not.toContain('s3cret')
  })
})

describe('places', () => {
  const other = { auths: { 'ghcr.io': { auth: btoa('other:other') } } }
  const OTHER = { username: 'other', password: 'other' }

  test.each<{
    name: string
    environment: Environment
    files?: Record<string, string>
    found: unknown
  }>([
    {
      name: 'DOCKER_CONFIG names the folder',
      environment: { DOCKER_CONFIG: '/etc/docker-login' },
      files: { '/etc/docker-login/config.json': JSON.stringify(other) },
      found: OTHER,
    },
    {
      name: 'DOCKER_AUTH_CONFIG before the file',
      environment: { DOCKER_AUTH_CONFIG: JSON.stringify(other) },
      found: OTHER,
    },
    {
      name: 'DOCKER_AUTH_CONFIG for another host: the file',
      environment: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'gcr.io': AUTH } }) },
      found: USER,
    },
    { name: 'an empty DOCKER_AUTH_CONFIG', environment: { DOCKER_AUTH_CONFIG: '' }, found: USER },
    {
      name: 'USERPROFILE where there is no HOME',
      environment: { HOME: undefined, USERPROFILE: '/users/me' },
      files: { '/users/me/.docker/config.json': JSON.stringify(other) },
      found: OTHER,
    },
    { name: 'no home at all', environment: { HOME: undefined }, found: undefined },
  ])('$name', async ({ environment, files = {}, found }) => {
    const config = { auths: { 'ghcr.io': AUTH } }
    expect(await credentialsFrom({ config, environment, files }).of('ghcr.io/acme/app')).toEqual(
      found,
    )
  })

  test('a broken DOCKER_AUTH_CONFIG is named', async () => {
    const { of } = credentialsFrom({ environment: { DOCKER_AUTH_CONFIG: 's3cret' } })
    await expect(of('ghcr.io/a/b')).rejects.toThrow(
      'Cannot read credentials from DOCKER_AUTH_CONFIG: it is not JSON',
    )
  })
})

describe("logins of docker/login-action's scope", () => {
  const named = (name: string) =>
    JSON.stringify({ auths: { 'ghcr.io': { auth: btoa(`${name}:x`) } } })
  const base = '/home/me/.docker/buildx/config/ghcr.io'
  const files = {
    [`${base}/acme/app/config.json`]: named('app'),
    [`${base}/acme/app@push/config.json`]: named('app-push'),
    [`${base}/acme/app@pull,push/config.json`]: named('app-pull-push'),
    [`${base}/acme/other@push/config.json`]: named('other-push'),
    [`${base}@pull/config.json`]: named('host-pull'),
    '/home/me/.docker/config.json': named('plain'),
  }

  test.each<[string, Access, string]>([
    ['ghcr.io/acme/app', 'pull', 'app'],
    ['ghcr.io/acme/app', 'push', 'app-pull-push'],
    ['ghcr.io/acme/other', 'push', 'other-push'],
    ['ghcr.io/acme/other', 'pull', 'host-pull'],
    ['ghcr.io/acme/third', 'push', 'host-pull'],
    ['ghcr.io/acme/app/part', 'pull', 'host-pull'],
  ])('%s to %s: %s', async (image, access, username) => {
    expect(await credentialsFrom({ files }).of(image, access)).toMatchObject({ username })
  })

  test('Docker Hub is registry-1.docker.io there; BUILDX_CONFIG moves the folder', async () => {
    const config = JSON.stringify({ auths: { 'https://index.docker.io/v1/': AUTH } })
    const { of } = credentialsFrom({
      files: { '/bx/config/registry-1.docker.io/acme/app@push/config.json': config },
      environment: { BUILDX_CONFIG: '/bx' },
    })
    expect(await of('acme/app', 'push')).toEqual(USER)
    expect(await of('acme/app', 'pull')).toBeUndefined()
  })
})

describe('inputs and the job’s token', () => {
  const explicit = { host: 'ghcr.io', username: 'input', password: 'input-pass' }
  const githubToken = 'ghs_token'

  test('registry-username and registry-password come first, for their host only', async () => {
    const config = { auths: { 'ghcr.io': AUTH, 'gcr.io': AUTH } }
    const { of, log } = credentialsFrom({ config, more: { explicit } })
    expect(await of('ghcr.io/a/b')).toEqual({ username: 'input', password: 'input-pass' })
    expect(await of('gcr.io/a/b')).toEqual(USER)
    const headers = [btoa('input:input-pass'), btoa('user:pass')]
    expect(log.secrets).toEqual(['input-pass', headers[0], 'pass', headers[1]])
  })

  test('ghcr.io with nothing configured gets the job’s token; others do not', async () => {
    const { of } = credentialsFrom({ more: { githubToken } })
    expect(await of('ghcr.io/a/b')).toMatchObject({ password: githubToken })
    expect(await of('gcr.io/a/b')).toBeUndefined()
    expect(await of('ghcr.io.example/a/b')).toBeUndefined()
  })

  test('a login for ghcr.io stands before the job’s token', async () => {
    const { of } = credentialsFrom({
      config: { auths: { 'ghcr.io': AUTH } },
      more: { githubToken },
    })
    expect(await of('ghcr.io/a/b')).toEqual(USER)
  })
})
