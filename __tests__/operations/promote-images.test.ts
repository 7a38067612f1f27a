// Promotion into other repositories: the image is copied there whole, with each host's own login.
import { expect, test } from '@jest/globals'
import type { ReleaseError } from '../../src/errors.ts'
import type { Http } from '../../src/ports.ts'
import { fakeRegistry, routeHosts } from '../fakes/registry.ts'
import { parseDocument } from '../fakes/registry-options.ts'
import { channelStage } from './channel-stage.ts'
import { PATH } from './stage.ts'

test('the image is copied whole, and the channel tag goes there', async () => {
  const stage = channelStage()
  const digest = stage.image(['2.0.1'], { attestations: true })
  const cosign = `sha256-${digest.slice(7)}.sig`
  stage.registry.addImage(PATH, {
    tags: [cosign],
    content: 'signature',
    index: false,
    platforms: ['linux/amd64'],
  })
  const { outputs, error } = await stage.promote('2.0.1', 'staging', {
    'to-images': 'localhost:5000/acme/prod',
  })
  expect(error).toBeUndefined()
  const copied = stage.registry.tags('acme/prod')
  expect(copied['staging']).toBe(digest)
  expect(copied[cosign]).toBe(stage.tags()[cosign])
  expect(stage.tags()['staging']).toBeUndefined()
  expect(outputs).toMatchObject({ name: 'localhost:5000/acme/prod', digest })
  const held = stage.registry.repository('acme/prod').manifests
  const index = stage.registry.repository(PATH).manifests.get(digest)
  const parts = (index && parseDocument(index.bytes).manifests) ?? []
  expect(parts.map((part) => held.has(part.digest))).toEqual([true, true, true, true])
})

const FAR = 'far.example/acme/app'
const LOGIN = { 'to-registry-username': 'ada', 'to-registry-password': 'far-secret' }

function twoHosts() {
  const auth = { kind: 'basic', username: 'ada', password: 'far-secret' } as const
  const far = fakeRegistry({ auth })
  const http = (own: Http) => routeHosts({ 'localhost:5000': { http: own }, 'far.example': far })
  const nearAuth = { kind: 'basic', username: 'bob', password: 'near-secret' } as const
  return { far, stage: channelStage({ http, registry: { auth: nearAuth } }) }
}

test('each host gets its own login, and none the other one', async () => {
  const { far, stage } = twoHosts()
  const digest = stage.image(['2.0.1'])
  const near = { 'registry-username': 'bob', 'registry-password': 'near-secret' }
  const given = { 'to-images': FAR, ...near, ...LOGIN }
  const { error } = await stage.promote('2.0.1', 'staging', given)
  expect(error).toBeUndefined()
  expect(far.tags(PATH)['staging']).toBe(digest)
  const sent = (requests: typeof far.requests) =>
    new Set(
      requests.flatMap(({ headers: { authorization = '' } }) =>
        authorization ? atob(authorization.slice(6)) : [],
      ),
    )
  expect(sent(far.requests)).toEqual(new Set(['ada:far-secret']))
  expect(sent(stage.registry.requests)).toEqual(new Set(['bob:near-secret']))
})

// name, inputs, what is said
test.each([
  [
    'a refused login',
    { 'to-images': FAR, ...LOGIN, 'to-registry-password': 'x' },
    /give to-registry-username and to-registry-password/,
  ],
  [
    'half a login',
    { 'to-images': FAR, 'to-registry-username': 'ada' },
    /^to-registry-username and to-registry-password: give both or none/,
  ],
  ['a login for nothing', LOGIN, /they are for "to-images"/],
])('%s names the inputs', async (_, given, said) => {
  const { stage } = twoHosts()
  stage.image(['2.0.1'])
  const near = { 'registry-username': 'bob', 'registry-password': 'near-secret' }
  const { error } = await stage.promote('2.0.1', 'staging', { ...near, ...given })
  const { message, hint = '' } = error as ReleaseError
  expect([message, hint].join('\n')).toMatch(new RegExp(said.source, 'm'))
  expect(stage.ledger()).toEqual([])
})
