// The container package of an image on GitHub: its versions, found, listed and deleted.
import { expect, test } from '@jest/globals'
import { deleteVersion, findPackage, listVersions } from '../../src/github/packages.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { type FakePackage, fakePackage } from '../fakes/github-packages.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { setUp } from './setup.ts'

const IMAGE = parseRepository('ghcr.io/acme/app')

function stage(owners: FakePackage['owners'] = 'orgs') {
  const { clock, hub, github, repository } = setUp({ permissions: ['packages: write'] })
  const registry = fakeRegistry({ clock })
  repository.container = fakePackage(registry.repository('acme/app'), owners)
  const addPreviews = (count: number) => {
    for (let n = 0; n < count; n++)
      registry.addImage('acme/app', {
        index: false,
        platforms: ['linux/amd64'],
        tags: [`pr-${n}`],
        content: `${n}`,
      })
  }
  return { hub, registry, github, addPreviews }
}

/** The package, which must be there. */
async function packageOf({ github }: ReturnType<typeof stage>) {
  const container = await findPackage(github, IMAGE)
  if (!container) throw new Error('No package')
  return container
}

test.each<FakePackage['owners']>(['orgs', 'users'])(
  'of %s: every version, paged',
  async (owners) => {
    const staged = stage(owners)
    staged.addPreviews(250)
    const versions = await listVersions(await packageOf(staged))
    expect(versions).toHaveLength(250)
    expect(versions.find(({ tags }) => tags.includes('pr-7'))?.digest).toBe(
      staged.registry.tags('acme/app')['pr-7'],
    )
    expect(staged.hub.calls.at(-1)).toBe(`GET /${owners}/acme/packages/container/app/versions`)
  },
)

test('no package is no error', async () => {
  const staged = stage()
  expect(await findPackage(staged.github, parseRepository('ghcr.io/acme/other'))).toBeUndefined()
})

test('a name with slashes is one part of the address', async () => {
  const staged = stage()
  await findPackage(staged.github, parseRepository('ghcr.io/acme/team/app'))
  expect(staged.hub.calls[0]).toBe('GET /orgs/acme/packages/container/team%2Fapp/versions')
})

test('deletes a version with its tags; a second time it is gone already', async () => {
  const staged = stage()
  staged.addPreviews(2)
  const container = await packageOf(staged)
  const [first] = await listVersions(container)
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(true)
  expect(Object.keys(staged.registry.tags('acme/app'))).toEqual(['pr-0'])
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(false)
})

test.each([404, 403])('a refusal with %s names the permission', async (status) => {
  const staged = stage()
  staged.addPreviews(1)
  const container = await packageOf(staged)
  const [first] = await listVersions(container)
  staged.hub.faults.push({ call: 'DELETE ', status })
  await expect(deleteVersion(container, first?.id ?? 0)).rejects.toMatchObject({
    code: 'permission',
    hint: expect.stringContaining('packages: write'),
  })
})

test('a lost answer is asked for again', async () => {
  const staged = stage()
  staged.addPreviews(1)
  const container = await packageOf(staged)
  const [first] = await listVersions(container)
  staged.hub.faults.push({ call: 'DELETE ', applied: true })
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(false)
  expect(staged.registry.tags('acme/app')).toEqual({})
})
