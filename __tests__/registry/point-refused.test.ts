// Moves that a registry refuses: locked tags in every registry's words, and what is none.
import { describe, expect, test } from '@jest/globals'
import { answerWith, type FakeResponse, refuse } from '../fakes/registry-wire.ts'
import { isPut, setUp } from './point-setup.ts'

const ECR = refuse(
  400,
  'TAG_INVALID',
  "The image tag '1.4' already exists and cannot be overwritten.",
)

const IMMUTABLE: readonly (readonly [string, FakeResponse])[] = [
  ['ECR', ECR],
  ['ECR in words of tomorrow', refuse(400, 'TAG_INVALID', 'nope')],
  ['Artifact Registry', refuse(400, 'MANIFEST_INVALID', 'cannot update tag 1.4.')],
  ['Harbor', refuse(412, 'PRECONDITION', 'configured as immutable')],
  ['Quay', refuse(409, 'UNKNOWN', 'tag is immutable and cannot be overwritten')],
  ['ACR lock', refuse(403, 'DENIED', 'The operation is disallowed on this registry')],
  ['ACR lock, older', refuse(401, 'UNAUTHORIZED', 'The operation is disallowed.')],
  ['GitLab rule', refuse(403, 'DENIED', 'requested access to the resource is denied')],
  ['MSR', refuse(405, 'UNSUPPORTED', 'tag=1.4 cannot be overwritten')],
  ['a page of HTML', { status: 400, body: new TextEncoder().encode('<h1>no</h1>') }],
]

describe('an immutable tag', () => {
  test.each(IMMUTABLE)('of %s: names both digests', async (_, immutableAnswer) => {
    const { registry, point, old, young } = setUp({ immutable: () => true, immutableAnswer })
    await expect(point()).rejects.toMatchObject({
      code: [401, 403].includes(immutableAnswer.status) ? 'denied' : 'tag-conflict',
      message: expect.stringMatching(
        new RegExp(
          `^Cannot move tag 1\\.4 of registry\\.test/acme/app to ${young.digest}: ` +
            `the registry answered ${immutableAnswer.status}.* to PUT.*, and it stays on ${old.digest}$`,
        ),
      ),
      hint: expect.stringContaining('floating: false'),
    })
    expect(registry.tags('acme/app')['1.4']).toBe(old.digest)
  })

  test('that already is where it should be is unchanged, and new ones are set', async () => {
    const { point, old } = setUp({ immutable: () => true })
    expect(await point({ manifest: old })).toBe('unchanged')
    expect(await point({ tag: '1.5' })).toBe('moved')
  })

  test('refused although it is where it should be (ECR, identical push): done', async () => {
    const { registry, point, young } = setUp()
    registry.inject(async () => {
      registry.setTag('acme/app', '1.4', young.digest)
      return ECR
    }, isPut)
    expect(await point()).toBe('moved')
  })
})

test('a locked tag: status, code and words of the registry are told', async () => {
  const immutableAnswer = refuse(409, 'UNKNOWN', 'tag is immutable and cannot be overwritten')
  const { point, old } = setUp({ immutable: () => true, immutableAnswer })
  await expect(point()).rejects.toThrow(
    `answered 409 UNKNOWN to PUT (tag is immutable and cannot be overwritten), and it stays on ${old.digest}`,
  )
})

describe('other refusals are not taken for immutability', () => {
  test.each([
    [400, 'MANIFEST_BLOB_UNKNOWN'],
    [400, 'DIGEST_INVALID'],
    [404, 'NAME_UNKNOWN'],
    [413, 'SIZE_INVALID'],
  ])('%d %s', async (status, code) => {
    const { registry, point } = setUp()
    registry.inject(answerWith(refuse(status, code, 'no')), isPut, 100)
    await expect(point()).rejects.toMatchObject({
      code: 'registry',
      message: `Cannot move tag 1.4 of registry.test/acme/app: the registry answered ${status} ${code} to PUT (no)`,
    })
  })

  test.each([401, 403])('%d may be either: both ways out are named', async (status) => {
    const { registry, point } = setUp()
    registry.inject(answerWith(refuse(status, 'DENIED', 'no')), isPut, 100)
    await expect(point()).rejects.toMatchObject({
      code: 'denied',
      hint: expect.stringMatching(/may push to this repository.*makes tags immutable/),
    })
  })

  test('a new tag that is refused', async () => {
    const { registry, point } = setUp()
    registry.inject(answerWith(refuse(400, 'TAG_INVALID', 'no')), isPut, 100)
    await expect(point({ tag: '9' })).rejects.toMatchObject({ code: 'registry' })
  })
})

test.each([
  ['ghcr.io', 'Give the job "packages: write"'],
  ['registry.test', 'Check that the account may push to this repository.'],
])('403 of %s has the permission in its hint', async (host, hint) => {
  const { registry, point } = setUp()
  registry.inject(answerWith(refuse(403, 'DENIED', 'no')), isPut, 100)
  const repository = { registry: host, path: 'acme/app' }
  await expect(point({ repository, tag: '9' })).rejects.toMatchObject({
    hint: expect.stringContaining(hint),
  })
})
