// Gates as a run meets them; every case of the rule itself is in the ledger's own tests.
import { describe, expect, test } from '@jest/globals'
import { channelStage } from './channel-stage.ts'
import { IMAGE, ledgerRecord } from './stage.ts'

describe('gates', () => {
  test('every one of every image is checked before the first tag moves', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.1'])
    stage.registry.addImage('acme/web', { content: 'web', tags: ['2.0.1'] })
    const images = { images: `${IMAGE}\nlocalhost:5000/acme/web` }
    const { error } = await stage.promote('2.0.1', 'staging,prod', images)
    const message = `Cannot promote ${IMAGE}@${digest} to prod: staging has no records, and its tag is on nothing`
    expect(error).toMatchObject({ code: 'gate' })
    expect((error as Error).message.split('\n')).toEqual([
      message,
      expect.stringMatching(/^Cannot promote localhost:5000\/acme\/web@/),
    ])
    expect(stage.writes()).toEqual([])
  })

  test('the way through the channels, each opening the next', async () => {
    const stage = channelStage()
    const digest = stage.image(['main'])
    for (const [from, to] of [
      ['main', 'dev'],
      ['dev', 'staging'],
      ['previous-channel', 'prod'],
    ])
      expect((await stage.promote(from ?? '', to ?? '')).error).toBeUndefined()
    expect(stage.tags()).toMatchObject({ dev: digest, staging: digest, prod: digest })
    expect(stage.repository.deployments.map(({ production }) => production)).toEqual([
      false,
      false,
      true,
    ])
  })

  test('force passes a closed one, and the ledger says so', async () => {
    const stage = channelStage()
    const digest = stage.image(['main'])
    const { error } = await stage.promote('main', 'prod', { force: 'true', reason: 'outage' })
    expect(error).toBeUndefined()
    expect(stage.tags()['prod']).toBe(digest)
    expect(stage.repository.deployments[0]?.payload).toMatchObject({
      forced: true,
      reason: 'outage',
    })
  })

  test('what was rolled back needs force to return', async () => {
    const stage = channelStage()
    stage.image(['1.0.0'])
    const bad = stage.image(['2.0.0'])
    await stage.promote('1.0.0', 'staging')
    await stage.promote('2.0.0', 'staging')
    await stage.rollback('staging')
    const refused = await stage.promote('2.0.0', 'staging')
    expect(refused.error).toMatchObject({
      message: expect.stringMatching(/to staging: it was rolled back from staging$/),
      hint: 'Promote another, or set force: true, which the ledger will say.',
    })
    const forced = await stage.promote('2.0.0', 'staging', { force: 'true' })
    expect(forced.error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(bad)
  })

  test('a record of an author nobody named opens nothing', async () => {
    const stage = channelStage()
    const digest = stage.image(['main'])
    const payload = ledgerRecord({ channel: 'staging', digest })
    stage.repository.addDeployment(
      { environment: 'staging', payload, login: 'mallory' },
      'in_progress',
      'success',
    )
    expect((await stage.promote('main', 'prod')).error).toMatchObject({ code: 'gate' })
    const trusted = await stage.promote('main', 'prod', { 'ledger-authors': 'mallory' })
    expect(trusted.error).toBeUndefined()
  })
})
