// A registry that lets nobody in without a name and a password: buildx and our own client use the
// same login, wherever it comes from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { tagPushEvent } from '../../scripts/stage/events.js'
import { type Registry, startRegistry } from '../../scripts/stage/registry.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { EMPTY_PATH, errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()
const [USER, PASSWORD] = ['acme', 'open-sesame']
/** bcrypt of the password, as htpasswd writes it. */
const PASSWORDS = `${USER}:$2b$04$LP5sb03L1dMwhBUcfyNY1eYefLyJLjipJvJ9RsTAuaQusUeEs/aU.\n`
const AUTH = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
const folder = mkdtempSync(join(tmpdir(), 'image-release-login-'))
let registry: Registry

beforeAll(async () => {
  const path = join(folder, 'passwords')
  writeFileSync(path, PASSWORDS)
  registry = await startRegistry({ more: `auth: { htpasswd: { realm: images, path: ${path} } }\n` })
})
afterAll(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true })
})

// name, inputs, whether docker/login-action was there before
test.concurrent.each<[string, Record<string, string>, boolean]>([
  ['as docker/login-action leaves it', {}, true],
  ['from the inputs', { 'registry-username': USER, 'registry-password': PASSWORD }, false],
])('login %s', async (_, inputs, loggedIn) => {
  const app = stage.app()
  const image = `${registry.host}/${app.sha}`
  const config = loggedIn ? { auths: { [registry.host]: { auth: AUTH } } } : {}
  writeFileSync(join(app.folder, 'config.json'), JSON.stringify(config))
  const result = await app.release({
    event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
    inputs: { images: image, ...inputs },
    environment: { DOCKER_CONFIG: app.folder },
  })
  expectSuccess(result)
  const tags = tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)
  const login = { authorization: `Basic ${AUTH}` }
  expect(await digestsByTag(image, login)).toEqual(allOn(result.outputs['digest'], tags))
  const unmasked = result.log.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  expect(unmasked.join('\n')).not.toContain(PASSWORD)
})

// name, inputs
test.concurrent.each<[string, Record<string, string>]>([
  ['none', {}],
  ['a wrong one', { 'registry-username': USER, 'registry-password': 'guess' }],
])('%s is refused before anything is built', async (_, inputs) => {
  const app = stage.app()
  const result = await app.release({
    event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
    inputs: { images: `${registry.host}/${app.sha}`, ...inputs },
    environment: { PATH: EMPTY_PATH, DOCKER_CONFIG: app.folder },
  })
  expect(errorsOf(result)).toEqual([
    expect.stringMatching(/the registry answered 401.*\n.*docker\/login-action/),
  ])
})
