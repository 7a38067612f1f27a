// Hostile content: other bytes than asked for, too many, too slow, words meant for the runner.
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { DOCKER_LIST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/manifest.ts'
import type { RegistryClient } from '../../src/registry/client.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { type FakeResponse, json } from '../fakes/registry-wire.ts'
import {
  bytes,
  drip,
  endless,
  HOST,
  type HostileCase,
  hostileWorld,
  MEGABYTE,
  meet,
} from './hostile-world.ts'

const APP = { registry: HOST, path: 'acme/app' }
const INDEX = `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[]}`
const DIGEST = digestOf(bytes('something else'))

const ok = (body: FakeResponse['body'], headers: Record<string, string> = {}): FakeResponse => ({
  status: 200,
  headers: { 'content-type': OCI_INDEX, ...headers },
  ...(body ? { body } : {}),
})
const getTag = (client: RegistryClient) => client.get({ ...APP, tag: '1' })
const getDigest = (client: RegistryClient) => client.get({ ...APP, digest: DIGEST })
const blobOf = (size: number) => async (client: RegistryClient) => {
  for await (const _ of await client.openBlob(APP, { digest: DIGEST, size }));
}

const MANIFESTS: readonly HostileCase[] = [
  {
    name: 'other bytes for a digest',
    answer: () => ok(bytes(INDEX)),
    run: getDigest,
    code: 'digest-mismatch',
  },
  {
    name: 'a digest in the header that the bytes do not have',
    answer: () => ok(bytes(INDEX), { 'docker-content-digest': DIGEST }),
    run: getTag,
    code: 'digest-mismatch',
  },
  {
    name: 'HEAD of a digest that names another',
    answer: () =>
      ok(undefined, { 'docker-content-digest': digestOf(bytes('')), 'content-length': '1' }),
    run: (client) => client.head({ ...APP, digest: DIGEST }),
    code: 'digest-mismatch',
  },
  {
    name: 'HEAD with a digest of an unknown kind',
    answer: ({ method }) =>
      ok(method === 'GET' ? bytes(INDEX) : undefined, {
        'docker-content-digest': `md5:${'a'.repeat(32)}`,
      }),
    run: async (client) => (await client.head({ ...APP, tag: '1' }))?.digest,
    gives: digestOf(bytes(INDEX)),
  },
  {
    name: 'a length of 100 MiB',
    answer: () => ok(endless(MEGABYTE), { 'content-length': '104857600' }),
    run: getTag,
    code: 'too-large',
  },
  {
    name: 'a manifest without end',
    answer: () => ok(endless(MEGABYTE)),
    run: getTag,
    code: 'too-large',
  },
  {
    name: 'a manifest byte by byte',
    answer: ({ clock }) => ok(drip(clock)),
    run: getTag,
    code: 'registry',
    maxRequests: 1,
  },
  {
    name: 'a compressed manifest',
    answer: () => ok(bytes('x'), { 'content-encoding': 'gzip' }),
    run: getTag,
    code: 'registry',
  },
  {
    name: 'a body always shorter than promised',
    answer: () => ok(bytes('{'), { 'content-length': '100' }),
    run: getTag,
    code: 'registry',
    maxRequests: 6,
  },
  {
    name: 'an error without end',
    answer: () => ({ status: 400, body: endless(MEGABYTE) }),
    run: getTag,
    code: 'registry',
  },
  {
    name: 'an error byte by byte',
    answer: ({ clock }) => ({ status: 400, body: drip(clock) }),
    run: getTag,
    code: 'registry',
  },
  {
    name: 'four million brackets',
    answer: () => ok(bytes('['.repeat(4_000_000))),
    run: getTag,
    code: 'invalid-manifest',
  },
  {
    name: 'an index served as a manifest',
    answer: () => ok(bytes(INDEX), { 'content-type': OCI_MANIFEST }),
    run: getTag,
    code: 'invalid-manifest',
  },
  {
    name: 'an index served as a list',
    answer: () => ok(bytes(INDEX), { 'content-type': DOCKER_LIST }),
    run: getTag,
    code: 'invalid-manifest',
  },
  {
    name: 'HTML with 200',
    answer: () => ok(bytes('<html>'), { 'content-type': 'text/html' }),
    run: getTag,
    code: 'invalid-manifest',
  },
  {
    name: 'a wait of thirty years',
    answer: () => ({ status: 503, headers: { 'retry-after': '1000000000' } }),
    run: getTag,
    code: 'registry',
    maxRequests: 1,
  },
  {
    name: 'a PUT taken for another digest',
    answer: () => ({ status: 201, headers: { 'docker-content-digest': DIGEST } }),
    run: putIndex,
    code: 'digest-mismatch',
  },
  {
    name: 'other bytes for a blob',
    answer: () => ok(bytes('no')),
    run: (client) => client.getBlob(APP, DIGEST, 100),
    code: 'digest-mismatch',
  },
  {
    name: 'a blob without end',
    answer: () => ok(endless(MEGABYTE)),
    run: (client) => client.getBlob(APP, DIGEST, 100),
    code: 'too-large',
  },
  {
    name: 'a layer longer than its size',
    answer: () => ok(endless(MEGABYTE)),
    run: blobOf(10),
    code: 'digest-mismatch',
  },
  {
    name: 'a layer of other bytes',
    answer: () => ok(bytes('no')),
    run: blobOf(2),
    code: 'digest-mismatch',
  },
  {
    name: 'a layer that is cut',
    answer: () => ok(bytes('no')),
    run: blobOf(3),
    code: 'ESHORTBODY',
  },
  {
    name: 'an index whose child has a path for a digest',
    answer: () =>
      ok(
        bytes(
          INDEX.replace('[]', `[{"mediaType":"${OCI_INDEX}","digest":"sha256:../../x","size":1}]`),
        ),
      ),
    run: async (client) => {
      const raw = await client.get({ ...APP, tag: '1' })
      if (raw)
        await copyImage({
          from: { client, repository: APP },
          to: { client, repository: APP },
          digest: raw.digest,
        })
    },
    code: 'invalid-manifest',
    maxRequests: 2,
  },
]

async function putIndex(client: RegistryClient): Promise<void> {
  const body = bytes(INDEX)
  const raw = { mediaType: OCI_INDEX, digest: digestOf(body), size: body.length, bytes: body }
  await client.put(APP, '1', raw)
}

describe('hostile manifests and blobs', () => {
  test.each(MANIFESTS)('$name', meet)
})

test.each([
  ['compressed', { 'content-encoding': 'gzip' }],
  ['too large by its own word', { 'content-length': '104857600' }],
])('an answer that is %s is left, so that it keeps no connection', async (_, headers) => {
  let isLeft = false
  const body = (async function* () {
    try {
      yield* endless(MEGABYTE)
    } finally {
      isLeft = true
    }
  })()
  const { client } = hostileWorld(() => ok(body, headers))
  await expect(getTag(client)).rejects.toThrow('Cannot read tag 1')
  expect(isLeft).toBe(true)
})

test('a registry cannot speak to the runner through an error', async () => {
  const message = `\n::error::pwned\u001b[31m\u2028##[group]\u202e${'x'.repeat(5000)}`
  const { client } = hostileWorld(() =>
    json(400, { errors: [{ code: 'A\n::add-mask::x', message }] }),
  )
  const error: Error = await client.get({ ...APP, tag: '1' }).then(
    () => new Error('no error'),
    (thrown) => thrown,
  )
  expect(error.message).toMatch(
    /^Cannot read tag 1 of registry\.test\/acme\/app: the registry answered 400 A ::add-mask::x to GET \(::error::pwned \[31m ##\[group\] x+…\)$/,
  )
  expect(error.message.length).toBeLessThan(400)
})
