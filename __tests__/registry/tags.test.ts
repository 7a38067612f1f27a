// Lists of tags as registries make them, and a very long one.
import { describe, expect, test } from '@jest/globals'
import { parseRepository } from '../../src/oci/reference.ts'
import { cpuMilliseconds } from '../cpu-time.ts'
import { type FakeRequest, json, refuse } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

const APP = parseRepository('registry.test/acme/app')
const isList = ({ url }: FakeRequest) => url.pathname.endsWith('/tags/list')

function answering(...pages: { tags: unknown; link?: string }[]) {
  const world = fakeRegistryWith()
  for (const { tags, link } of pages)
    world.registry.inject(
      async () => json(200, { name: 'acme/app', tags }, link ? { link } : {}),
      isList,
    )
  return world
}

describe('listTags', () => {
  test('a thousand pages are read, one more is too many', async () => {
    const pages = (count: number) =>
      answering(
        ...Array.from({ length: count }, (_, page) => ({
          tags: [`t${page}`],
          ...(page + 1 < count ? { link: `<?last=t${page}>; rel="next"` } : {}),
        })),
      )
    expect(await pages(1000).client.listTags(APP)).toHaveLength(1000)
    await expect(pages(1001).client.listTags(APP)).rejects.toMatchObject({ code: 'too-large' })
  })

  test.each([
    { name: 'null for none', pages: [{ tags: null }], found: [] },
    { name: 'nothing at all', pages: [{ tags: undefined }], found: [] },
    { name: 'unsorted', pages: [{ tags: ['b', '2', 'a', '10'] }], found: ['10', '2', 'a', 'b'] },
    { name: 'twice the same', pages: [{ tags: ['a', 'b', 'a'] }], found: ['a', 'b'] },
    {
      name: 'the last of a page again on the next',
      pages: [
        { tags: ['a', 'b'], link: '</v2/acme/app/tags/list?last=b>; rel="next"' },
        { tags: ['b', 'c'] },
      ],
      found: ['a', 'b', 'c'],
    },
    {
      name: 'an empty page between',
      pages: [
        { tags: ['a'], link: '<?last=a>; rel="next"' },
        { tags: [], link: '<?last=b>; rel="next"' },
        { tags: ['c'] },
      ],
      found: ['a', 'c'],
    },
    {
      name: "Artifactory's link without the repository",
      pages: [{ tags: ['a'], link: '</v2/tags/list?last=a&n=1>; rel="next"' }, { tags: ['b'] }],
      found: ['a', 'b'],
    },
    {
      name: 'an absolute link to our own origin',
      pages: [
        {
          tags: ['a'],
          link: '<https://registry.test/v2/acme/app/tags/list?cursor=x%3D>; rel="next"',
        },
        { tags: ['b'] },
      ],
      found: ['a', 'b'],
    },
    {
      name: 'a link to the previous page',
      pages: [{ tags: ['a'], link: '</x>; rel="prev"' }],
      found: ['a'],
    },
  ])('$name', async ({ pages, found }) => {
    const { registry, client } = answering(...pages)
    expect(await client.listTags(APP)).toEqual(found)
    expect(registry.requests).toHaveLength(pages.length)
    expect(new Set(registry.requests.map(({ url }) => url.pathname))).toEqual(
      new Set(['/v2/acme/app/tags/list']),
    )
  })

  test.each([400, 405])('a page size refused with %d is left out', async (status) => {
    const { registry, client } = fakeRegistryWith()
    registry.addImage('acme/app', { tags: ['a'] })
    registry.inject(async () => refuse(status, 'UNSUPPORTED', 'less than or equal to 100'), isList)
    expect(await client.listTags(APP)).toEqual(['a'])
    expect(registry.lines()).toEqual([
      'GET /v2/acme/app/tags/list?n=1000',
      'GET /v2/acme/app/tags/list',
    ])
  })

  test('a refusal that has nothing to do with the size is the second answer', async () => {
    const { registry, client } = fakeRegistryWith()
    registry.inject(async () => refuse(400, 'NAME_INVALID', 'bad name'), isList, 2)
    await expect(client.listTags(APP)).rejects.toThrow(
      'Cannot list the tags of registry.test/acme/app: the registry answered 400 NAME_INVALID to GET (bad name)',
    )
  })

  test('100,000 tags in under 3 s and 200 MB', async () => {
    const { registry, client } = fakeRegistryWith()
    const image = registry.addImage('acme/app')
    const names = Array.from({ length: 100_000 }, (_, index) => `v${index}-${'x'.repeat(40)}`)
    for (const name of names) registry.setTag('acme/app', name, image.digest)
    const sorted = [...names].sort()
    registry.inject(
      async ({ url }) => {
        const from = Number(url.searchParams.get('last') ?? 0)
        const link = `<?n=1000&last=${from + 1000}>; rel="next"`
        const tags = sorted.slice(from, from + 1000)
        return json(200, { tags }, from + 1000 < sorted.length ? { link } : {})
      },
      isList,
      1000,
    )
    const before = { time: cpuMilliseconds(), memory: process.memoryUsage.rss() }
    const found = await client.listTags(APP)
    expect(cpuMilliseconds() - before.time).toBeLessThan(3000)
    expect(process.memoryUsage.rss() - before.memory).toBeLessThan(200 * 1024 * 1024)
    expect(found).toEqual(sorted)
    expect(registry.requests).toHaveLength(100)
  })
})
