// Tags: moved, listed, deleted, and deleted with what they stand on.
import { expect, test } from '@jest/globals'
import type { Stage } from './stage.ts'

export function tagContract(stage: Stage): void {
  test('a tag moves, and an equal one is left alone', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const [old, young] = [await push(app, { content: 'old' }), await push(app)]
    expect(await client.point({ repository: app, tag: '1', manifest: old })).toBe('moved')
    expect(await client.point({ repository: app, tag: '1', manifest: young })).toBe('moved')
    expect(await client.point({ repository: app, tag: '1', manifest: young })).toBe('unchanged')
    expect((await client.head({ ...app, tag: '1' }))?.digest).toBe(young.digest)
  })

  test('ten tags at once on one digest, read while they are written', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const raw = await push(app)
    const tags = Array.from({ length: 10 }, (_, index) => `tag-${index}`)
    const reads = Promise.all(tags.map(() => client.get({ ...app, digest: raw.digest })))
    await Promise.all(tags.map((tag) => client.point({ repository: app, tag, manifest: raw })))
    expect((await reads).map((read) => read?.digest)).toEqual(tags.map(() => raw.digest))
    expect(await client.listTags(app)).toEqual(tags)
    for (const tag of tags) expect((await client.head({ ...app, tag }))?.digest).toBe(raw.digest)
  })

  test('tags come sorted by code unit', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const raw = await push(app)
    const tags = ['b', 'a', 'B', '10', '9', '_x', 'a-b', 'a.b']
    await Promise.all(tags.map((tag) => client.point({ repository: app, tag, manifest: raw })))
    expect(await client.listTags(app)).toEqual([...tags].sort())
  })

  test('a tag is deleted, its manifest and other tags stay', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const raw = await push(app)
    await client.point({ repository: app, tag: 'pr-7', manifest: raw })
    await client.point({ repository: app, tag: '1.4.2', manifest: raw })
    expect(await client.deleteTag(app, 'pr-7')).toBe('deleted')
    expect(await client.deleteTag(app, 'pr-7')).toBe('absent')
    expect(await client.listTags(app)).toEqual(['1.4.2'])
    expect((await client.get({ ...app, tag: '1.4.2' }))?.digest).toBe(raw.digest)
  })

  test('a manifest is deleted, and its tags with it', async () => {
    const { client, fresh, push } = stage
    const app = fresh()
    const [kept, gone] = [await push(app), await push(app, { content: 'gone' })]
    await client.point({ repository: app, tag: 'kept', manifest: kept })
    await client.point({ repository: app, tag: 'gone', manifest: gone })
    await client.point({ repository: app, tag: 'gone-too', manifest: gone })
    expect(await client.deleteManifest(app, gone.digest)).toBe('deleted')
    expect(await client.deleteManifest(app, gone.digest)).toBe('absent')
    expect(await client.listTags(app)).toEqual(['kept'])
  })
}
