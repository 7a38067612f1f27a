// From the inputs to a connection: whose login docker gets, for how long, and what is refused.
import { expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import { connectRegistry, type RegistryAccess } from '../../src/registry/connect.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

function connect(
  access: Partial<RegistryAccess> & { readonly images: readonly string[] },
  files = new MemoryFiles(),
) {
  const clock = new VirtualClock()
  return connectRegistry(
    { insecureRegistries: [], ...access, repositories: access.images.map(parseRepository) },
    {
      http: fakeRegistry({ clock }).http,
      exec: fakeExec(() => ({ code: 1 })),
      files,
      clock,
      log: new MemoryLog(),
      environment: { DOCKER_CONFIG: '/d' },
      signal: new AbortController().signal,
    },
  )
}

const configs = { '/d/config.json': '{"auths": {"ghcr.io": {"auth": "bWU6cGFzcw=="}}}' }

// name, access, image, Docker config, whether docker gets a login of ours
test.each<[string, Partial<RegistryAccess>, string, Record<string, string>, boolean]>([
  ['with the inputs', { username: 'me', password: 'pass' }, 'quay.io/a/b', configs, true],
  ["with the job's token at ghcr.io", { githubToken: 'tok' }, 'ghcr.io/a/b', {}, true],
  ['not where the user is', { githubToken: 'tok' }, 'ghcr.io/a/b', configs, false],
  ['not with the token elsewhere', { githubToken: 'tok' }, 'quay.io/a/b', {}, false],
  ['not with nothing', {}, 'ghcr.io/a/b', {}, false],
])('docker is logged in %s', async (_, access, image, files, isOurs) => {
  const connection = connect({ ...access, images: [image] }, new MemoryFiles(files))
  const folder = await connection.loggedIn(async (environment) => environment['DOCKER_CONFIG'])
  expect(folder !== '/d').toBe(isOurs)
})

test('the login is forgotten after a failure', async () => {
  const files = new MemoryFiles()
  const connection = connect({ images: ['quay.io/a/b'], username: 'me', password: 'pass' }, files)
  const body = connection.loggedIn(async (environment) => {
    expect(await files.read(`${environment['DOCKER_CONFIG']}/config.json`)).toBeDefined()
    throw new Error('the build failed')
  })
  await expect(body).rejects.toThrow('the build failed')
  expect(files.contents.size).toBe(0)
})

// name, access, message
test.each<[string, Partial<RegistryAccess>, string[], string]>([
  ['half a login', { username: 'me' }, ['a/b'], 'give both or none'],
  [
    'two registries',
    { username: 'me', password: 'p' },
    ['quay.io/a/b', 'ghcr.io/a/b'],
    'on quay.io and ghcr.io',
  ],
])('refuses %s', (_, access, images, message) => {
  expect(() => connect({ ...access, images })).toThrow(message)
})
