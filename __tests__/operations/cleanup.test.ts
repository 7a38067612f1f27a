// Which tags a clean-up deletes, which patterns it refuses, and how far it comes.
import { describe, expect, test } from '@jest/globals'
import { dispatchEvent, pullRequestEvent } from '../../scripts/stage/events.js'
import { parseDocument } from '../fakes/registry-options.ts'
import { cleanupStage } from './cleanup-stage.ts'
import { IMAGE, PATH } from './stage.ts'

// name, inputs, tags there, tags left
test.each<[string, Record<string, string>, string[], string[]]>([
  [
    "the pull request's tags go, others stay",
    {},
    ['pr-7', 'pr-7-aaaaaaa', 'pr-7-aaaaaaa-linux-amd64', 'pr-70', 'pr-70-bbbbbbb', 'dev', '1.4.2'],
    ['1.4.2', 'dev', 'pr-70', 'pr-70-bbbbbbb'],
  ],
  [
    'of a variant, only its own',
    { variant: 'gpu' },
    ['pr-7', 'pr-7-gpu', 'pr-7-aaaaaaa', 'pr-7-aaaaaaa-gpu'],
    ['pr-7', 'pr-7-aaaaaaa'],
  ],
  ['a pattern', { tags: 'preview-*' }, ['preview-1', 'preview-x', 'pr-7'], ['pr-7']],
  [
    'keep wins',
    { tags: 'preview-*', keep: 'preview-demo\npreview-a*' },
    ['preview-1', 'preview-demo', 'preview-ab'],
    ['preview-ab', 'preview-demo'],
  ],
  ['nothing matches', {}, ['dev'], ['dev']],
])('%s', async (_, inputs, there, left) => {
  const stage = cleanupStage()
  for (const tag of there) stage.registry.addImage(PATH, { tags: [tag], content: tag })
  const { error, outputs } = await stage.run(inputs)
  expect(error).toBeUndefined()
  expect(stage.tags()).toEqual(left)
  const gone = there.filter((tag) => !left.includes(tag)).map((tag) => `${IMAGE}:${tag}`)
  expect(outputs['deleted']?.split('\n').filter(Boolean).sort()).toEqual(gone.sort())
})

// name, inputs, what the message says
test.each<[string, Record<string, string>, RegExp]>([
  ['too short', { tags: 'pr*' }, /fewer than 3 characters/],
  ['no literal', { tags: '*' }, /fewer than 3 characters/],
  ['given but empty', { tags: '' }, /given but empty/],
  ['a channel', { tags: 'staging' }, /could match the channel staging/],
  ['a channel by its beginning', { tags: 'sta*' }, /could match the channel staging/],
  ["a channel's variant", { tags: 'staging-*' }, /could match the channel staging/],
  ['a channel of ours', { tags: 'preview*', channels: 'preview-eu' }, /the channel preview-eu/],
  ['a version', { tags: '1.4*' }, /could match a version/],
  ['a version with v', { tags: 'v1.4.*' }, /could match a version/],
  ['commits', { tags: 'git-*' }, /could match git-/],
  ['commits by their beginning', { tags: 'git*' }, /could match git-/],
  ['lists of referrers', { tags: 'sha256*' }, /could match sha256-/],
  ['latest', { tags: 'latest' }, /could match latest/],
])('refuses %s before any request', async (_, inputs, message) => {
  const stage = cleanupStage()
  const { error } = await stage.run(inputs)
  expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(message) })
  expect([stage.registry.lines(), stage.hub.calls]).toEqual([[], []])
})

test('an open pull request is skipped, an event without one is an error', async () => {
  const stage = cleanupStage()
  stage.registry.addImage(PATH, { tags: ['pr-7'] })
  const open = await stage.run({}, pullRequestEvent({ sha: 'a'.repeat(40) }))
  expect(open).toMatchObject({ error: undefined, outputs: { skipped: 'pull request 7 is open' } })
  const other = await stage.run({}, dispatchEvent({ sha: 'a'.repeat(40) }))
  expect(other.error).toMatchObject({ code: 'event' })
  expect(stage.tags()).toEqual(['pr-7'])
})

describe('how it is deleted', () => {
  // name, what the registry can, tags left, manifest left
  test.each([
    ['by digest', {}, [], false],
    ['by tags', { manifestDelete: false, tagDelete: true }, [], true],
  ])('%s', async (_, options, tags, stays) => {
    const stage = cleanupStage(options)
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7', 'pr-7-aaaaaaa'] })
    const { error } = await stage.run()
    expect(error).toBeUndefined()
    expect(stage.tags()).toEqual(tags)
    expect(stage.has(preview.digest)).toBe(stays)
  })

  test('a registry that deletes nothing is refused with the way out', async () => {
    const stage = cleanupStage({ manifestDelete: false })
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7', '1.0.0'] })
    const { error, outputs } = await stage.run()
    expect(error).toMatchObject({
      code: 'registry',
      message: `Cannot delete ${IMAGE}:pr-7: the registry does not allow it`,
      hint: expect.stringContaining('aws ecr'),
    })
    expect(outputs['deleted']).toBe('')
    expect(stage.registry.tags(PATH)).toEqual({ '1.0.0': preview.digest, 'pr-7': preview.digest })
  })

  test('a failure tells how far it came, and the next run finishes', async () => {
    const stage = cleanupStage()
    stage.registry.addImage(PATH, { tags: ['pr-7'] })
    const isDelete = ({ method }: { method: string }) => method === 'DELETE'
    stage.registry.inject(async () => ({ status: 403 }), isDelete)
    const first = await stage.run()
    expect(first.error).toMatchObject({ code: 'denied' })
    expect(first.outputs).toMatchObject({ deleted: '' })
    const second = await stage.run()
    expect(second.error).toBeUndefined()
    expect(stage.registry.repository(PATH).manifests.size).toBe(0)
  })

  test('a dry run says what it would do', async () => {
    const stage = cleanupStage()
    const preview = stage.registry.addImage(PATH, { tags: ['pr-7'], platforms: ['linux/amd64'] })
    const { outputs, summary } = await stage.run({ 'dry-run': 'true' })
    expect(stage.tags()).toEqual(['pr-7'])
    expect(stage.writes()).toEqual([])
    expect(stage.repository.comments).toEqual([])
    expect(outputs['deleted']).toBe('')
    const [part] = (parseDocument(preview.bytes).manifests ?? []).map(({ digest }) => digest)
    expect(JSON.parse(outputs['plan'] ?? '')).toEqual([
      {
        image: IMAGE,
        manifests: [
          { digest: preview.digest, tags: ['pr-7'], parts: [part] },
          { digest: part, tags: [], parts: [] },
        ],
        untag: [],
      },
    ])
    expect(summary).toContain('nothing was deleted')
  })
})
