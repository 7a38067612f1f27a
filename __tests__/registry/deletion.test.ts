// Deleting where registries allow it, and what is left alone where they do not.
import { describe, expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import { answerWith, type FakeRequest, refuse } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const isDelete = ({ method }: FakeRequest) => method === 'DELETE'

describe('deleteTag', () => {
  test('is one request where the registry knows tags', async () => {
    const { registry, client } = fakeRegistryWith({ tagDelete: true })
    const image = registry.addImage('acme/app', { tags: ['pr-7', '1'] })
    expect(await client.deleteTag(APP, 'pr-7')).toBe('deleted')
    expect(registry.lines()).toEqual(['DELETE /v2/acme/app/manifests/pr-7'])
    expect(registry.tags('acme/app')).toEqual({ '1': image.digest })
    expect(await client.deleteTag(APP, 'pr-7')).toBe('absent')
  })

  test('takes the way round where it knows only digests; the image stays', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app', { tags: ['pr-7', '1'] })
    expect(await client.deleteTag(APP, 'pr-7')).toBe('deleted')
    expect(registry.tags('acme/app')).toEqual({ '1': image.digest })
    expect((await client.get({ ...APP, tag: '1' }))?.digest).toBe(image.digest)
    expect(await client.deleteTag(APP, 'pr-7')).toBe('absent')
  })

  test.each([
    { name: 'GHCR, Docker Hub', answer: refuse(405, 'UNSUPPORTED') },
    { name: 'by code alone', answer: refuse(403, 'UNSUPPORTED') },
    { name: '501', answer: refuse(501, 'UNKNOWN') },
  ])('says so where nothing can be deleted ($name): nothing is written', async ({ answer }) => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app', { tags: ['pr-7'] })
    registry.inject(answerWith(answer), isDelete)
    expect(await client.deleteTag(APP, 'pr-7')).toBe('unsupported')
    expect(registry.lines()).toHaveLength(1)
    expect(registry.tags('acme/app')).toEqual({ 'pr-7': image.digest })
  })

  test('does not empty a tag that it could not delete then', async () => {
    const { registry, client } = fakeRegistryWith({ manifestDelete: false })
    const image = registry.addImage('acme/app', { tags: ['pr-7'] })
    expect(await client.deleteTag(APP, 'pr-7')).toBe('unsupported')
    expect(registry.tags('acme/app')).toEqual({ 'pr-7': image.digest })
    expect(registry.lines().some((line) => line.startsWith('PUT'))).toBe(false)
  })

  test('two at once do not take each other’s', async () => {
    const { registry, client } = fakeRegistryWith({ latencyMs: 10 })
    const image = registry.addImage('acme/app', { tags: ['a', 'b', 'c'] })
    const deletions = await Promise.all(['a', 'b'].map((tag) => client.deleteTag(APP, tag)))
    expect(deletions).toEqual(['deleted', 'deleted'])
    expect(registry.tags('acme/app')).toEqual({ c: image.digest })
  })

  test('without the permission is an error that names it', async () => {
    const { registry, client } = fakeRegistryWith()
    registry.inject(answerWith(refuse(403, 'DENIED', 'no')), isDelete)
    await expect(client.deleteTag(APP, 'pr-7')).rejects.toMatchObject({
      code: 'denied',
      message:
        'Cannot delete tag pr-7 of registry.test/acme/app: the registry answered 403 DENIED to DELETE (no)',
      hint: expect.stringContaining('may delete from'),
    })
  })
})

describe('deleteManifest', () => {
  test('removes its tags with it, and nothing else', async () => {
    const { registry, client } = fakeRegistryWith()
    const kept = registry.addImage('acme/app', { tags: ['1'] })
    const gone = registry.addImage('acme/app', { tags: ['2', '3'], content: 'gone' })
    expect(await client.deleteManifest(APP, gone.digest)).toBe('deleted')
    expect(await client.deleteManifest(APP, gone.digest)).toBe('absent')
    expect(registry.tags('acme/app')).toEqual({ '1': kept.digest })
  })
})
