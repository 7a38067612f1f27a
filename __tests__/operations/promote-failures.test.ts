// What is left, and told, when a promotion or rollback ends halfway.
import { describe, expect, test } from '@jest/globals'
import { answerWith, breakAfter, breakBefore, refuse } from '../fakes/registry-wire.ts'
import { channelStage } from './channel-stage.ts'

const isPut = ({ method }: { method: string }) => method === 'PUT'

describe('no permission', () => {
  // name, the permissions of the token
  test.each([
    ['to read deployments', ['contents: read']],
    ['to write deployments', ['deployments: read']],
  ])('%s: the one to write is named, and nothing has moved', async (_, permissions) => {
    const stage = channelStage({ permissions })
    const digest = stage.image(['2.0.0'])
    const { error } = await stage.promote('2.0.0', 'staging')
    expect(error).toMatchObject({
      code: 'permission',
      hint: 'Give the job "deployments: write".',
    })
    expect(stage.tags()).toEqual({ '2.0.0': digest })
    expect(stage.registry.lines().filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  test('ledger: off needs none', async () => {
    const stage = channelStage({ permissions: [] })
    const digest = stage.image(['2.0.0'])
    const { error } = await stage.promote('2.0.0', 'staging', { ledger: 'off' })
    expect(error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(digest)
  })

  test('ledger: required needs a token', async () => {
    const stage = channelStage()
    stage.image(['2.0.0'])
    const given = { ledger: 'required', 'github-token': '' }
    expect((await stage.promote('2.0.0', 'staging', given)).error).toMatchObject({ code: 'input' })
    expect(stage.writes()).toEqual([])
  })
})

test('a second channel that cannot be announced takes the first announcement back', async () => {
  const stage = channelStage()
  stage.image(['2.0.0'])
  const announce = { call: 'POST /repos/acme/app/deployments', status: 403 }
  // The calls that fit before it: the first channel's announcement and its status.
  stage.hub.faults.push({ ...announce, skip: 2 })
  const { error } = await stage.promote('2.0.0', 'dev,staging', { gate: 'off' })
  expect(error).toMatchObject({ code: 'permission' })
  expect(Object.keys(stage.tags())).toEqual(['2.0.0'])
  expect(stage.ledger().map(({ states }) => states)).toEqual(['in_progress failure'])
})

describe('the registry', () => {
  test('down before the tag moved: a failure in the ledger, and the re-run succeeds', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0'])
    let isDown = true
    stage.registry.inject(breakBefore('ECONNREFUSED'), (request) => isDown && isPut(request), 100)
    const first = await stage.promote('2.0.0', 'staging')
    expect(first.error).toMatchObject({ code: 'registry' })
    expect(first.outputs['changed']).toBe('false')
    expect(stage.tags()['staging']).toBeUndefined()
    expect(stage.ledger().map(({ states }) => states)).toEqual(['in_progress failure'])
    isDown = false
    expect((await stage.promote('2.0.0', 'staging')).error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(digest)
  })

  test('an answer that was lost counts as done when the tag shows it', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0'])
    stage.registry.inject(breakAfter('ECONNRESET'), isPut)
    const { error } = await stage.promote('2.0.0', 'staging')
    expect(error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(digest)
    expect(stage.ledger().map(({ states }) => states)).toEqual(['in_progress success'])
  })

  test('refuses: the permission is named, the ledger says failure', async () => {
    const stage = channelStage()
    stage.image(['2.0.0'])
    stage.registry.inject(answerWith(refuse(403, 'DENIED')), isPut, 100)
    const { error, summary } = await stage.promote('2.0.0', 'staging')
    expect(error).toMatchObject({ code: 'denied', message: expect.stringContaining('staging') })
    expect(stage.ledger().map(({ states }) => states)).toEqual(['in_progress failure'])
    expect(summary).toContain('Failed to promote')
  })

  test('never answers a write that it did: the tag is asked', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0'])
    stage.registry.inject(breakAfter('ECONNRESET'), isPut, 100)
    const { error } = await stage.promote('2.0.0', 'staging')
    expect(error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(digest)
  })

  test('has locked the tag: the message says what it stays on', async () => {
    const stage = channelStage({ registry: { immutable: (tag) => tag === 'staging' } })
    const old = stage.image(['1.0.0', 'staging'])
    stage.image(['2.0.0'])
    const { error } = await stage.promote('2.0.0', 'staging')
    expect(error).toMatchObject({
      code: 'tag-conflict',
      message: expect.stringContaining(`it stays on ${old}`),
    })
  })

  test('goes down at the second channel: the first is told, the others are failures', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0'])
    let puts = 0
    stage.registry.inject(
      breakBefore('ECONNREFUSED'),
      (request) => isPut(request) && ++puts > 1,
      100,
    )
    const { error, outputs } = await stage.promote('2.0.0', 'dev,staging,prod', {
      gate: 'off',
    })
    expect(error).toMatchObject({ code: 'registry' })
    expect(stage.tags()).toEqual({ '2.0.0': digest, dev: digest })
    expect(outputs).toMatchObject({ changed: 'true', channel: 'dev', digest })
    expect(stage.ledger().map(({ states }) => states)).toEqual([
      'in_progress success',
      'in_progress failure',
      'in_progress failure',
    ])
  })
})

describe('the success cannot be written after the tag moved', () => {
  async function interrupted() {
    const stage = channelStage()
    const old = stage.image(['1.0.0'])
    await stage.promote('1.0.0', 'staging')
    const digest = stage.image(['2.0.0'])
    stage.hub.faults.push({ call: 'POST /repos/acme/app/deployments/', status: 403, skip: 1 })
    const { error, outputs } = await stage.promote('2.0.0', 'staging')
    return { stage, old, digest, error, outputs }
  }

  test('the tag stands, the step fails and says so', async () => {
    const { stage, digest, error, outputs } = await interrupted()
    expect(error).toMatchObject({
      code: 'permission',
      message: expect.stringContaining(`is on ${digest} already`),
      hint: expect.stringContaining('completes the record'),
    })
    expect(stage.tags()['staging']).toBe(digest)
    expect(outputs).toMatchObject({ changed: 'true', digest })
  })

  test('the re-run completes the record once, and moves nothing', async () => {
    const { stage, digest } = await interrupted()
    stage.registry.forget()
    for (const _ of [1, 2]) {
      const { error, outputs } = await stage.promote('2.0.0', 'staging')
      expect(error).toBeUndefined()
      expect(outputs).toMatchObject({ changed: 'false', digest })
    }
    expect(stage.ledger().map(({ states }) => states)).toEqual([
      'in_progress success',
      'in_progress success',
    ])
    expect(stage.registry.lines().filter((line) => line.startsWith('PUT'))).toEqual([])
  })

  test('a rollback that was run again is not gone on from', async () => {
    const stage = channelStage()
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      stage.image([version])
      await stage.promote(version, 'staging', { gate: 'off' })
    }
    stage.hub.faults.push({ call: 'POST /repos/acme/app/deployments/', status: 403, skip: 1 })
    expect((await stage.rollback('staging')).error).toMatchObject({ code: 'permission' })
    const again = await stage.rollback('staging')
    expect(again.error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(stage.tags()['1.1.0'])
    await stage.rollback('staging')
    expect(stage.tags()['staging']).toBe(stage.tags()['1.0.0'])
  })
})
