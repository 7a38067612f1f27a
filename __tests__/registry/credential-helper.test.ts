// Docker's credential helpers: what they are asked, and that a failing one is never taken for
// "none".
import { describe, expect, test } from '@jest/globals'
import { AUTH, credentialsFrom, HELPER, type Helper, printed } from './credentials-setup.ts'

describe('helpers', () => {
  const config = { credHelpers: { 'ghcr.io': 'my-helper.v2' }, credsStore: 'desktop' }

  test('are asked once, with the server on stdin, within limits', async () => {
    const { of, exec, log } = credentialsFrom({ config })
    expect(await of('ghcr.io/acme/app')).toEqual(HELPER)
    expect(await of('ghcr.io/acme/app')).toEqual(HELPER)
    expect(exec.commands).toEqual([
      {
        file: 'docker-credential-my-helper.v2',
        args: ['get'],
        stdin: 'ghcr.io',
        timeoutMs: 30_000,
        maxOutputBytes: 65_536,
      },
    ])
    expect(log.secrets).toContain(HELPER.password)
  })

  test("get Docker Hub's old address", async () => {
    const { of, exec } = credentialsFrom({ config })
    await of('nginx')
    expect(exec.commands.map(({ file, stdin }) => [file, stdin])).toEqual([
      ['docker-credential-desktop', 'https://index.docker.io/v1/'],
    ])
  })

  test.each([
    {
      name: 'an identity token',
      helper: printed({ username: '<token>', password: 'id' }),
      found: { identityToken: 'id' },
    },
    {
      name: 'nothing found',
      helper: { code: 1, stdout: 'credentials not found in native keychain\n' },
    },
    { name: 'empty fields', helper: printed({ username: '', password: '' }) },
  ])('$name', async ({ helper, found }) => {
    expect(await credentialsFrom({ config, helper }).of('ghcr.io/a/b')).toEqual(found)
  })

  test.each<{ name: string; helper: Helper; why: string }>([
    { name: 'is missing', helper: { throws: 'ENOENT' }, why: 'is not installed' },
    { name: 'hangs', helper: { throws: 'ETIMEDOUT' }, why: 'did not end' },
    { name: 'prints too much', helper: { throws: 'ENOBUFS' }, why: 'printed too much' },
    { name: 'may not be run', helper: { throws: 'EACCES' }, why: 'cannot be run' },
    { name: 'fails', helper: { code: 1, stdout: 's3cret' }, why: 'failed with 1' },
    { name: 'is killed', helper: { code: null, signal: 'SIGKILL' }, why: 'failed with SIGKILL' },
    { name: 'prints no JSON', helper: { stdout: 's3cret' }, why: 'gave no credentials' },
    { name: 'prints null', helper: { stdout: 'null' }, why: 'gave no credentials' },
    {
      name: 'prints half',
      helper: { stdout: '{"Username":"s3cret"}' },
      why: 'gave no credentials',
    },
  ])('one that $name is an error, not anonymous', async ({ helper, why }) => {
    const files = {
      '/home/me/.docker/config.json': JSON.stringify({ ...config, auths: { 'ghcr.io': AUTH } }),
    }
    const error: Error = await credentialsFrom({ files, helper })
      .of('ghcr.io/a/b')
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'credentials' })
    expect(error.message).toBe(
      `Cannot get credentials for ghcr.io: docker-credential-my-helper.v2 ${why}`,
    )
    expect(String(error.stack)).not.toContain('s3cret')
  })

  test.each(['../../bin/sh', 'a b', ' ', 'a/b', '$(id)'])(
    'of the name %j is never run',
    async (name) => {
      const { of, exec } = credentialsFrom({ config: { credHelpers: { 'ghcr.io': name } } })
      await expect(of('ghcr.io/a/b')).rejects.toMatchObject({ code: 'credentials' })
      expect(exec.commands).toEqual([])
    },
  )
})
