import { expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { deleteVersion, findPackage, listVersions } from '../../src/github/packages.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { type FakePackage, fakePackage } from '../fakes/github-packages.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { MemoryLog, VirtualClock } from '../fakes/world.ts'

const IMAGE = parseRepository('ghcr.io/acme/app')

function stage(owners: FakePackage['owners'] = 'orgs', permissions = ['packages: write']) {
  const clock = new VirtualClock()
  const hub = new FakeGitHub({ clock })
  hub.addToken('t', permissions)
  const registry = fakeRegistry({ clock })
  const container = fakePackage(registry.repository('acme/app'), owners)
  hub.addRepository('acme/app').container = container
  const github = createGitHubClient({ request: hub.request('t'), clock, log: new MemoryLog() })
  const addPreviews = (count: number) => {
    for (let n = 0; n < count; n++)
      registry.addImage('acme/app', {
        index: false,
        platforms: ['linux/amd64'],
        tags: [`pr-${n}`],
        content: `${n}`,
      })
  }
  return { hub, registry, container, github, addPreviews }
}

/** The package, which must be there. */
async function found({ github }: ReturnType<typeof stage>) {
  const container = await findPackage(github, IMAGE)
  if (!container) throw new Error('No package')
  return container
}

test.each<FakePackage['owners']>(['orgs', 'users'])(
  'of %s: every version, paged',
  async (owners) => {
    const it = stage(owners)
    it.addPreviews(250)
    const versions = await listVersions(await found(it))
    expect(versions).toHaveLength(250)
    expect(versions.find(({ tags }) => tags.includes('pr-7'))?.digest).toBe(
      it.registry.tags('acme/app')['pr-7'],
    )
    expect(it.hub.calls.at(-1)).toBe(`GET /${owners}/acme/packages/container/app/versions`)
  },
)

test('no package is no error', async () => {
  const it = stage()
  expect(await findPackage(it.github, parseRepository('ghcr.io/acme/other'))).toBeUndefined()
})

test('a name with slashes is one part of the address', async () => {
  const it = stage()
  await findPackage(it.github, parseRepository('ghcr.io/acme/team/app'))
  expect(it.hub.calls[0]).toBe('GET /orgs/acme/packages/container/team%2Fapp/versions')
})

test('deletes a version with its tags; a second time it is gone already', async () => {
  const it = stage()
  it.addPreviews(2)
  const container = await found(it)
  const [first] = await listVersions(container)
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(true)
  expect(Object.keys(it.registry.tags('acme/app'))).toEqual(['pr-0'])
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(false)
})

test.each([404, 403])('a refusal with %s names the permission', async (status) => {
  const it = stage()
  it.addPreviews(1)
  const container = await found(it)
  const [first] = await listVersions(container)
  it.hub.faults.push({ call: 'DELETE ', status })
  await expect(deleteVersion(container, first?.id ?? 0)).rejects.toMatchObject({
    code: 'permission',
    hint: expect.stringContaining('packages: write'),
  })
})

test('a lost answer is asked for again', async () => {
  const it = stage()
  it.addPreviews(1)
  const container = await found(it)
  const [first] = await listVersions(container)
  it.hub.faults.push({ call: 'DELETE ', applied: true })
  expect(await deleteVersion(container, first?.id ?? 0)).toBe(false)
  expect(it.registry.tags('acme/app')).toEqual({})
})
