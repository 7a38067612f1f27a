// The audit as a step runs it: what it reads, what it finds, what it leaves alone.
import { describe, expect, test } from '@jest/globals'
import { ReleaseError } from '../../src/errors.ts'
import { type AuditStage, auditStage, RUN, shipped } from './audit-stage.ts'
import { IMAGE, PATH } from './stage.ts'

describe('what is where', () => {
  test('digest, version, since, by and run of each channel, and what was before', async () => {
    const stage = auditStage()
    const { old, now } = shipped(stage)
    const { channel, outputs, error, report } = await stage.run()
    expect(error).toBeUndefined()
    expect(channel('prod')).toMatchObject({
      digest: now,
      version: '1.1.0',
      since: '2026-06-09T12:00:00.000Z',
      by: 'github-actions[bot]',
      run: `${RUN}/9`,
      previousDigest: old,
      tagDigest: now,
      drift: null,
    })
    expect(channel('prod')?.history).toEqual([
      {
        digest: now,
        version: '1.1.0',
        at: '2026-06-09T12:00:00.000Z',
        by: 'github-actions[bot]',
        run: `${RUN}/9`,
        operation: 'promote',
        forced: false,
        reason: 'at last',
      },
      expect.objectContaining({ digest: old, at: '2026-06-02T12:00:00.000Z' }),
    ])
    expect(channel('dev')).toMatchObject({ digest: null, since: null, history: [] })
    expect(JSON.parse(outputs['last'] ?? '')).toEqual({
      staging: `${IMAGE}@${now}`,
      prod: `${IMAGE}@${now}`,
    })
    expect(outputs['drift']).toBe('false')
    expect(report?.drift).toEqual([])
  })

  test('a rollback: since when it is back, not since when it first came', async () => {
    const stage = auditStage()
    const { old, now } = shipped(stage)
    stage.move('prod', old, { day: 20, operation: 'rollback', reason: 'it burns' })
    stage.registry.addImage(PATH, { content: 'old', tags: ['prod'] })
    const { channel } = await stage.run()
    expect(channel('prod')).toMatchObject({
      digest: old,
      since: '2026-06-20T12:00:00.000Z',
      run: `${RUN}/20`,
      previousDigest: now,
      drift: null,
    })
  })

  test('of a release its recorded digest and its page; without a note, its tag', async () => {
    const stage = auditStage()
    const { now } = shipped(stage)
    const bare = stage.image('bare', '0.9.0')
    const publishedAt = '2026-05-01T00:00:00Z'
    stage.repository.addRelease('v0.1.0', { body: 'Never an image.', publishedAt })
    stage.repository.addRelease('v0.9.0', { body: 'By hand.', publishedAt })
    const { releases } = await stage.run()
    expect(releases?.map(({ version, recorded }) => [version, recorded])).toEqual([
      ['1.0.0', true],
      ['1.1.0', true],
      ['v0.9.0', false],
    ])
    expect(releases?.[1]).toEqual({
      version: '1.1.0',
      digest: now,
      recorded: true,
      tags: ['1.1.0', 'git-aaaaaaa'],
      at: '2026-06-01T00:00:00Z',
      url: 'https://github.com/acme/app/releases/tag/v1.1.0',
      tagDigest: now,
      drift: null,
    })
    expect(releases?.[2]).toMatchObject({ digest: bare, tagDigest: bare, drift: null })
  })

  // the input, what prod had then
  test.each<[string, string | null]>([
    ['2026-06-02', '1.0.0'],
    ['2026-06-09T11:59:59Z', '1.0.0'],
    ['2026-06-09T14:00:00+02:00', '1.1.0'],
    ['2026-06-01T23:00:00Z', null],
    ['2030-01-01', '1.1.0'],
  ])('at %s prod had %s', async (at, version) => {
    const stage = auditStage()
    shipped(stage)
    stage.image('other', 'prod')
    const { channel, report } = await stage.run({ at })
    const past = !at.startsWith('2030')
    expect(channel('prod')?.version).toBe(version)
    expect(report?.past).toBe(past)
    // What a tag has now says nothing of then.
    expect(channel('prod')?.drift === null).toBe(past)
  })

  test('what GitHub recorded by a clock that is ahead of ours counts', async () => {
    const stage = auditStage()
    const { old } = shipped(stage)
    stage.registry.addImage(PATH, { content: 'old', tags: ['prod'] })
    stage.move('prod', old, { day: 30.5, operation: 'rollback' })
    const { channel } = await stage.run({ html: 'audit.html' })
    expect(channel('prod')).toMatchObject({ digest: old, drift: null })
    expect(stage.read('audit.html')).not.toContain('width:-')
  })

  test('a variant has its own tags, records and notes', async () => {
    const stage = auditStage()
    shipped(stage)
    const gpu = stage.image('gpu', '1.1.0-gpu', 'prod-gpu')
    stage.move('prod', gpu, { day: 10, version: '1.1.0', variant: 'gpu' })
    stage.release('1.2.0', gpu, { variant: 'gpu', tags: ['1.1.0-gpu'], version: '1.1.0' })
    const { channel, releases, kinds } = await stage.run({ variant: 'gpu' })
    expect(channel('prod')).toMatchObject({ digest: gpu, tagDigest: gpu })
    expect(channel('staging')).toMatchObject({ digest: null })
    expect(releases?.map(({ digest }) => digest)).toEqual([gpu])
    expect(kinds).toEqual([])
  })
})

describe('where they disagree', () => {
  // name, what happened, kinds and places
  test.each<
    [string, (stage: AuditStage, digests: ReturnType<typeof shipped>) => unknown, string[]]
  >([
    ['a tag moved by hand', (stage) => stage.image('other', 'prod'), ['tag-moved prod']],
    [
      'a tag is gone',
      ({ registry }) => registry.repository(PATH).tags.delete('prod'),
      ['tag-moved prod'],
    ],
    [
      'a release tag moved',
      (stage) => stage.image('other', '1.0.0'),
      ['release-moved release v1.0.0'],
    ],
    [
      'a recorded digest is gone, with its tag',
      ({ registry }, { old }) => {
        registry.repository(PATH).manifests.delete(old)
        registry.repository(PATH).tags.delete('1.0.0')
      },
      [
        'digest-gone staging',
        'digest-gone prod',
        'release-moved release v1.0.0',
        'digest-gone release v1.0.0',
      ],
    ],
    [
      'a note was broken by hand',
      ({ repository }) => {
        const [first] = repository.releases
        if (first) first.body = first.body?.replace('"schema":1', '"schema":9') ?? ''
      },
      ['note-broken release v1.0.0'],
    ],
    [
      'a record of a stranger does not count',
      (stage, { old }) => stage.move('prod', old, { day: 20, login: 'mallory' }),
      [],
    ],
    [
      'a record in another environment does not count',
      (stage, { old }) => stage.move('prod', old, { day: 20, environment: 'dev' }),
      [],
    ],
    [
      'a failed move does not count',
      (stage, { old }) => stage.move('prod', old, { day: 20, state: 'failure' }),
      [],
    ],
    ['a channel without records is nobody’s drift', (stage) => stage.image('x', 'dev'), []],
  ])('%s', async (_, act, expected) => {
    const stage = auditStage()
    act(stage, shipped(stage))
    const { kinds, outputs, error } = await stage.run()
    expect(error).toBeUndefined()
    expect(kinds).toEqual(expected)
    expect(outputs['drift']).toBe(String(expected.length > 0))
  })

  test('both digests are named whole, with their versions, and the run that did not finish', async () => {
    const stage = auditStage()
    const { old, now } = shipped(stage)
    stage.registry.addImage(PATH, { content: 'old', tags: ['prod'] })
    stage.move('prod', old, { day: 21, state: 'in_progress' })
    const { channel } = await stage.run()
    expect(channel('prod')?.drift).toBe(
      `The tag prod is at 1.0.0 (${old}), and the ledger has 1.1.0 (${now}) there since 2026-06-09 12:00 UTC; a run announced that and did not finish: ${RUN}/21`,
    )
  })

  test('channels without tags are compared with none', async () => {
    const stage = auditStage()
    shipped(stage)
    stage.image('other', 'prod')
    const { kinds } = await stage.run({ 'channel-tags': 'false' })
    expect(kinds).toEqual([])
    expect(stage.registry.lines()).not.toContain(`HEAD /v2/${PATH}/manifests/prod`)
  })

  test('fail-on: drift fails, with every output set and the first disagreement told', async () => {
    const stage = auditStage()
    shipped(stage)
    stage.image('other', 'prod', '1.0.0')
    const { error, outputs, summary } = await stage.run({ 'fail-on': 'drift', html: 'audit.html' })
    expect(error).toBeInstanceOf(ReleaseError)
    expect(error).toMatchObject({ code: 'drift', message: expect.stringMatching(/and 1 more/) })
    expect(outputs['drift']).toBe('true')
    expect(summary).toContain('2 disagreements')
    expect(stage.read('audit.html')).toContain('2 disagreements')
  })

  test('fail-on: drift passes where all agree', async () => {
    const stage = auditStage()
    shipped(stage)
    expect((await stage.run({ 'fail-on': 'drift' })).error).toBeUndefined()
  })
})
