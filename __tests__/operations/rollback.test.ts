// Where a rollback goes: what the channel had before, or what it is told, of all that it has had.
import { describe, expect, test } from '@jest/globals'
import type { ReleaseError } from '../../src/errors.ts'
import { parseDocument } from '../fakes/registry-options.ts'
import { channelStage } from './channel-stage.ts'
import { IMAGE, PATH } from './stage.ts'

/** prod has had 1.0.0, 1.1.0 and 1.2.0, in this order, an hour apart. */
async function threeVersions() {
  const stage = channelStage()
  const ship = async (version: string) => {
    const digest = stage.image([version])
    await stage.promote(version, 'prod', { gate: 'off' })
    await stage.clock.sleep(3_600_000)
    return digest
  }
  const [first, second, third] = [await ship('1.0.0'), await ship('1.1.0'), await ship('1.2.0')]
  return { stage, first, second, third }
}

test('twice goes back two, not to and fro', async () => {
  const { stage, first, second, third } = await threeVersions()
  const once = await stage.rollback('prod', { reason: 'errors' })
  expect(once.error).toBeUndefined()
  expect(once.outputs).toMatchObject({
    digest: second,
    'previous-digest': third,
    changed: 'true',
    version: '1.1.0',
    channel: 'prod',
  })
  expect(stage.tags()['prod']).toBe(second)
  await stage.rollback('prod')
  expect(stage.tags()['prod']).toBe(first)
  expect(stage.repository.deployments.slice(3)).toMatchObject([
    { payload: { operation: 'rollback', digest: second, previous: third, reason: 'errors' } },
    { payload: { operation: 'rollback', digest: first, previous: second, from: 'previous' } },
  ])
  const refused = await stage.rollback('prod')
  expect(refused.error).toMatchObject({
    code: 'gate',
    message: expect.stringMatching(
      new RegExp(
        `does not know what it had before. Candidates:\\n${second} 1.1.0 since .*\\n${third} 1.2.0`,
      ),
    ),
  })
  expect(stage.tags()['prod']).toBe(first)
})

test('after a promotion it goes back from that', async () => {
  const { stage, second } = await threeVersions()
  await stage.rollback('prod')
  const digest = stage.image(['1.2.1'])
  await stage.promote('1.2.1', 'prod', { gate: 'off' })
  expect(stage.tags()['prod']).toBe(digest)
  await stage.rollback('prod')
  expect(stage.tags()['prod']).toBe(second)
})

test('after a tag moved by hand it returns to what the ledger has on top', async () => {
  const { stage, third } = await threeVersions()
  const stray = stage.image(['stray', 'prod'])
  const { outputs } = await stage.rollback('prod')
  expect(outputs).toMatchObject({ digest: third, 'previous-digest': stray })
  expect(stage.tags()['prod']).toBe(third)
})

describe('to', () => {
  // name, to, which version it goes to
  test.each([
    ['a version', '1.0.0', '1.0.0'],
    ['a version with v', 'v1.0.0', '1.0.0'],
    ['a digest', 'FIRST', '1.0.0'],
    ['a full reference', `${IMAGE}@FIRST`, '1.0.0'],
    ['a time', '2026-01-01T01:30:00Z', '1.1.0'],
    ['a time elsewhere', '2026-01-01T01:30:00+01:00', '1.0.0'],
    ['the word previous', 'previous', '1.1.0'],
  ])('%s', async (_, to, version) => {
    const { stage, first } = await threeVersions()
    const { error } = await stage.rollback('prod', { to: to.replace('FIRST', first) })
    expect(error).toBeUndefined()
    expect(stage.tags()['prod']).toBe(stage.tags()[version])
  })

  test('what the channel never had is refused with the candidates, and passes with force', async () => {
    const { stage, second, first } = await threeVersions()
    const other = stage.image(['0.9.0'])
    const refused = await stage.rollback('prod', { to: '0.9.0' })
    expect(refused.error).toMatchObject({
      code: 'gate',
      message: expect.stringContaining(`${second} 1.1.0`),
      hint: expect.stringContaining('force: true'),
    })
    expect((refused.error as Error).message).toContain(`${first} 1.0.0`)
    const forced = await stage.rollback('prod', { to: '0.9.0', force: 'true' })
    expect(forced.error).toBeUndefined()
    expect(stage.tags()['prod']).toBe(other)
    expect(stage.repository.deployments.at(-1)?.payload).toMatchObject({ forced: true })
  })

  test('a digest that is gone is refused with the other candidates', async () => {
    const { stage, first, second, third } = await threeVersions()
    stage.registry.repository(PATH).manifests.delete(second)
    const { error } = await stage.rollback('prod')
    expect(error).toMatchObject({ code: 'registry' })
    expect((error as Error).message).toMatch(
      new RegExp(`${second}: it is gone. Candidates:\\n${first}`),
    )
    expect(stage.tags()['prod']).toBe(third)
  })

  test('so is one of which a part is gone', async () => {
    const { stage, third } = await threeVersions()
    const last = stage.image(['1.3.0'])
    await stage.promote('1.3.0', 'prod', { gate: 'off' })
    await stage.rollback('prod')
    const { manifests } = stage.registry.repository(PATH)
    const index = manifests.get(last)
    const parts = (index && parseDocument(index.bytes).manifests) ?? []
    manifests.delete(parts[1]?.digest ?? '')
    const { error } = await stage.rollback('prod', { to: '1.3.0' })
    expect((error as Error).message).toMatch(/its part \S+ \(linux\/arm64\) is gone. Candidates:\n/)
    expect((error as Error).message).not.toContain(`\n${last}`)
    expect(stage.tags()['prod']).toBe(third)
  })

  // name, to, what is said
  test.each([
    ['given but empty', '', /^to: given but empty/],
    ['a time before the first', '2025-01-01T00:00:00Z', /does not know 2025/],
    ['a time without a zone', '2026-01-01T00:00', /none of previous, a version/],
  ])('%s is an error', async (_, to, message) => {
    const { stage, third } = await threeVersions()
    const { error } = await stage.rollback('prod', { to })
    expect(error).toMatchObject({ message: expect.stringMatching(message) })
    expect(stage.tags()['prod']).toBe(third)
  })
})

describe('without a token', () => {
  test('it works with to', async () => {
    const stage = channelStage()
    const digest = stage.image(['1.0.0'])
    stage.image(['1.1.0', 'prod'])
    const { error, outputs } = await stage.rollback('prod', { to: 'v1.0.0', 'github-token': '' })
    expect(error).toBeUndefined()
    expect(outputs).toMatchObject({ digest, version: '1.0.0' })
    expect(stage.tags()['prod']).toBe(digest)
    expect(stage.hub.calls).toEqual([])
  })

  // to, what is said
  test.each([
    [
      'previous',
      /: without a ledger it is not known what it had\nName a version.* in "to", or give/,
    ],
    ['2026-01-01T00:00:00Z', /: without a ledger it is not known what it had\n/],
    ['9.9.9', /: the registry has no 9\.9\.9\nName another version, tag or digest in "to"\.$/],
  ])('and says what is lacking, to %s', async (to, said) => {
    const stage = channelStage()
    stage.image(['1.1.0', 'prod'])
    const { error } = await stage.rollback('prod', { to, 'github-token': '' })
    const { message, hint } = error as ReleaseError
    expect(`${message}\n${hint}`).toMatch(said)
  })
})

test('marks go onto the digest, floating tags stay, and the summary says so', async () => {
  const { stage, second, third } = await threeVersions()
  stage.registry.setTag(PATH, '1', third)
  const { summary } = await stage.rollback('prod', { mark: 'hotfix-rollback' })
  expect(stage.tags()).toMatchObject({ prod: second, 'hotfix-rollback': second, '1': third })
  expect(summary).toContain('Floating tags such as `1.4` do not move')
})

test('dry-run says where it would go', async () => {
  const { stage, second, third } = await threeVersions()
  stage.forget()
  const { outputs } = await stage.rollback('prod', { 'dry-run': 'true' })
  expect(outputs).toMatchObject({ digest: second, 'previous-digest': third, changed: 'false' })
  expect(stage.writes()).toEqual([])
})
