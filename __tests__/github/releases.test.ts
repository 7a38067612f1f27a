// Releases: found, read, and their text edited with nothing else.
import { describe, expect, test } from '@jest/globals'
import { createGitHubClient } from '../../src/github/client.ts'
import { getRelease, getReleaseByTag, updateReleaseBody } from '../../src/github/releases.ts'
import type { Fault } from '../fakes/github.ts'
import type { FakeRelease } from '../fakes/github-state.ts'
import { REPOSITORY, setUp } from './setup.ts'

describe('a release', () => {
  test('is found by its tag, with all we read of it', async () => {
    const { repository, github, hub } = setUp()
    repository.addRelease('app/v1.4.2', { body: 'Notes', prerelease: true })
    expect(await getReleaseByTag(github, REPOSITORY, 'app/v1.4.2')).toEqual({
      id: 101,
      tag: 'app/v1.4.2',
      url: 'https://github.com/acme/app/releases/tag/app/v1.4.2',
      body: 'Notes',
      draft: false,
      prerelease: true,
    })
    expect(hub.calls).toEqual(['GET /repos/acme/app/releases/tags/app%2Fv1.4.2'])
  })

  test('without text has an empty one', async () => {
    const { repository, github } = setUp()
    const { id } = repository.addRelease('v1.4.2', { body: null })
    expect(await getRelease(github, REPOSITORY, id)).toMatchObject({ body: '' })
  })

  test('that is not there is undefined, by tag and by id', async () => {
    const { github } = setUp()
    expect(await getReleaseByTag(github, REPOSITORY, 'v1.4.2')).toBeUndefined()
    expect(await getRelease(github, REPOSITORY, 1)).toBeUndefined()
  })

  test('that is a draft is found by id only', async () => {
    const { repository, github } = setUp()
    const { id } = repository.addRelease('v1.4.2', { draft: true })
    expect(await getReleaseByTag(github, REPOSITORY, 'v1.4.2')).toBeUndefined()
    expect(await getRelease(github, REPOSITORY, id)).toMatchObject({ draft: true })
  })

  test('that is no release is an error', async () => {
    const { clock, log } = setUp()
    const request = async () => ({ status: 200, data: { id: '1' }, headers: {} })
    const github = createGitHubClient({ request, clock, log })
    await expect(getRelease(github, REPOSITORY, 1)).rejects.toMatchObject({
      code: 'github',
      message: "GitHub's answer has no usable field id",
    })
  })
})

describe('updateReleaseBody', () => {
  /** Writes `new` into a release that has these fields, once it was read; GitHub may fail then. */
  async function update(
    fields: Partial<FakeRelease> = {},
    { permissions, fault }: { permissions?: readonly string[]; fault?: Fault } = {},
  ) {
    const setup = setUp(permissions ? { permissions } : {})
    const { repository, github, hub } = setup
    const held = repository.addRelease('v1.4.2', { target: 'old', ...fields })
    const release = await getRelease(github, REPOSITORY, held.id)
    if (!release) throw new Error('no release')
    hub.calls.length = 0
    if (fault) hub.faults.push(fault)
    const updated = updateReleaseBody({ github, repository: REPOSITORY, release, body: 'new' })
    return { ...setup, held, updated }
  }

  test('sends the text and nothing else', async () => {
    const { hub, held, updated } = await update()
    await updated
    expect(held).toMatchObject({ body: 'new', target: 'old' })
    expect(hub.calls).toEqual(['PATCH /repos/acme/app/releases/101'])
  })

  test('names the default branch where the commit changes workflows', async () => {
    const { hub, held, updated, log } = await update({ workflowLocked: true })
    await updated
    expect(held).toMatchObject({ body: 'new', target: 'main' })
    expect(hub.calls).toEqual([
      'PATCH /repos/acme/app/releases/101',
      'GET /repos/acme/app',
      'PATCH /repos/acme/app/releases/101',
    ])
    expect(log.lines).toEqual(["info: Named main as target of v1.4.2's release"])
  })

  test('moves no target of a draft, whose tag may not exist yet', async () => {
    const { held, updated } = await update({ workflowLocked: true, draft: true })
    await expect(updated).rejects.toMatchObject({ code: 'permission' })
    expect(held).toMatchObject({ body: '', target: 'old' })
  })

  test('without permission says which, after one more try', async () => {
    const { hub, updated } = await update({}, { permissions: ['contents: read'] })
    await expect(updated).rejects.toMatchObject({
      code: 'permission',
      hint: 'Give the job "contents: write".',
    })
    expect(hub.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(2)
  })

  test('is not repeated when the answer is lost', async () => {
    const { hub, held, updated } = await update({}, { fault: { call: 'PATCH', applied: true } })
    await expect(updated).rejects.toMatchObject({ code: 'github' })
    expect(held.body).toBe('new')
    expect(hub.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1)
  })
})
