// The Docker config that docker gets where the login is ours: what it has, keeps and hides.
import { expect, test } from '@jest/globals'
import { logIn } from '../../src/registry/docker-login.ts'
import { MemoryFiles } from '../fakes/world.ts'

const login = { host: 'ghcr.io', username: 'me', password: 'hünter:22' }

const configIn = async (files: MemoryFiles, folder: string | undefined) =>
  JSON.parse(new TextDecoder().decode(await files.read(`${folder}/config.json`)))

test("our login stands before the user's, and the rest of the config stays", async () => {
  const own = {
    auths: { 'ghcr.io': { auth: 'b2xk' }, 'quay.io': { auth: 'a2VlcA==' } },
    credsStore: 'desktop',
    credHelpers: { 'gcr.io': 'gcloud' },
    currentContext: 'remote',
  }
  const files = new MemoryFiles({
    '/home/.docker/config.json': JSON.stringify(own),
    '/home/.docker/contexts/meta/x': '',
  })
  const { environment, forget } = await logIn(login, {
    files,
    environment: { HOME: '/home', A: 'b' },
  })
  const folder = environment['DOCKER_CONFIG']
  expect(await configIn(files, folder)).toEqual({
    ...own,
    auths: { ...own.auths, 'ghcr.io': { auth: 'bWU6aMO8bnRlcjoyMg==' } },
    credHelpers: { 'gcr.io': 'gcloud', 'ghcr.io': '' },
  })
  expect(environment).toMatchObject({ A: 'b', BUILDX_CONFIG: '/home/.docker/buildx' })
  expect([...files.links]).toEqual([[`${folder}/contexts`, '/home/.docker/contexts']])
  await forget()
  expect(await files.read(`${folder}/config.json`)).toBeUndefined()
})

test.each([
  ['no config', {}],
  ['an empty one', { '/d/config.json': '' }],
])('with %s it has the login alone', async (_, own) => {
  const files = new MemoryFiles(own)
  const ports = { files, environment: { DOCKER_CONFIG: '/d' } }
  const { environment } = await logIn({ ...login, host: 'docker.io' }, ports)
  expect(Object.keys((await configIn(files, environment['DOCKER_CONFIG'])).auths)).toEqual([
    'https://index.docker.io/v1/',
  ])
})

test('what DOCKER_AUTH_CONFIG has for the host, and only that, is kept from docker', async () => {
  const other = { 'quay.io': { auth: 'a2VlcA==' } }
  const inline = { auths: { 'ghcr.io': { auth: 'b2xk' }, ...other } }
  const environment = { DOCKER_AUTH_CONFIG: JSON.stringify(inline) }
  const result = await logIn(login, { files: new MemoryFiles(), environment })
  expect(JSON.parse(result.environment['DOCKER_AUTH_CONFIG'] ?? '')).toEqual({ auths: other })
})

test("buildx's folder stays where the user put it", async () => {
  const environment = { DOCKER_CONFIG: '/d', BUILDX_CONFIG: '/b' }
  const result = await logIn(login, { files: new MemoryFiles(), environment })
  expect(result.environment['BUILDX_CONFIG']).toBe('/b')
})

test('a broken config is an error that shows nothing of it', async () => {
  const files = new MemoryFiles({ '/d/config.json': '{"auths": {"x": "hunter22"' })
  await expect(logIn(login, { files, environment: { DOCKER_CONFIG: '/d' } })).rejects.toMatchObject(
    {
      code: 'credentials',
      message: expect.not.stringContaining('hunter22'),
    },
  )
})
