// The one comment of a pull request: found by marker and author, kept up to date by many jobs.
import { describe, expect, test } from '@jest/globals'
import { recordInComment } from '../../src/github/comments.ts'
import { renderComment } from '../../src/notes/comment.ts'
import { findBlocks, replaceBlock } from '../../src/notes/marked-block.ts'
import { REPOSITORY, type Setup, setUp } from './setup.ts'

const KEY = 'ghcr.io/acme/app'
const BOT = 'github-actions[bot]'

const record = ({ github }: Setup, key = KEY, block = 'new') =>
  recordInComment({ github, repository: REPOSITORY, issue: 7, key, block })

const blocksOf = (body: string) =>
  Object.fromEntries(findBlocks(body).map(({ key, content }) => [key, content]))

describe('the comment', () => {
  test('is made once', async () => {
    const setup = setUp()
    const recorded = await record(setup)
    expect(setup.repository.comments).toHaveLength(1)
    expect(recorded).toEqual({
      outcome: 'written',
      url: 'https://github.com/acme/app/pull/7#issuecomment-101',
      body: replaceBlock(renderComment(), KEY, 'new'),
    })
    expect(setup.hub.calls).toEqual([
      'POST /graphql',
      'GET /repos/acme/app/issues/7/comments',
      'POST /repos/acme/app/issues/7/comments',
      'GET /repos/acme/app/issues/7/comments',
    ])
    expect(setup.clock.sleeps).toEqual([])
  })

  test('is kept up to date after that, in five calls', async () => {
    const setup = setUp()
    await record(setup, KEY, 'old')
    await record(setup, `${KEY} gpu`, 'other')
    setup.hub.calls.length = 0
    expect(await record(setup)).toMatchObject({ outcome: 'written' })
    expect(setup.hub.calls).toHaveLength(5)
    expect(setup.repository.comments).toHaveLength(1)
    expect(blocksOf(setup.repository.comments[0]?.body ?? '')).toEqual({
      [KEY]: 'new',
      [`${KEY} gpu`]: 'other',
    })
  })

  test('that says so already is left alone', async () => {
    const setup = setUp()
    await record(setup)
    expect(await record(setup)).toMatchObject({ outcome: 'unchanged' })
    expect(setup.hub.calls.filter((call) => /PATCH|POST .*comments/.test(call))).toHaveLength(1)
  })

  test('is found on a later page, whoever else wrote its marker before', async () => {
    const setup = setUp()
    const { repository } = setup
    const forged = repository.addComment(7, 'mallory', replaceBlock(renderComment(), KEY, 'forged'))
    const quoted = repository.addComment(7, BOT, `> ${renderComment()}`)
    for (let count = 0; count < 230; count++) repository.addComment(7, 'octocat', `No. ${count}`)
    const ours = repository.addComment(7, BOT, renderComment())
    const elsewhere = repository.addComment(8, BOT, renderComment())
    await record(setup)
    expect(blocksOf(ours.body)).toEqual({ [KEY]: 'new' })
    expect(blocksOf(forged.body)).toEqual({ [KEY]: 'forged' })
    expect([quoted.body, elsewhere.body]).toEqual([`> ${renderComment()}`, renderComment()])
    expect(repository.comments).toHaveLength(234)
  })

  test("is the token's own, where that is another app's", async () => {
    const setup = setUp()
    const bots = setup.repository.addComment(7, BOT, renderComment())
    setup.hub.addToken('token', ['pull-requests: write'], 'acme-app[bot]')
    await record(setup)
    expect(bots.body).toBe(renderComment())
    expect(setup.repository.comments[1]).toMatchObject({ login: 'acme-app[bot]' })
  })

  test('has room for more images than fit: older ones are folded', async () => {
    const setup = setUp()
    const long = `### Title\n${'x'.repeat(30_000)}`
    for (const key of ['one', 'two', 'three']) await record(setup, key, `${long}${key}`)
    const [comment] = setup.repository.comments
    expect(comment?.body.length).toBeLessThanOrEqual(65_536)
    expect(blocksOf(comment?.body ?? '')['three']).toBe(`${long}three`)
    expect(Object.keys(blocksOf(comment?.body ?? ''))).toEqual(['one', 'two', 'three'])
  })
})

describe('several jobs at once', () => {
  test('end with one comment that has every block', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const latency = { GET: [60, 300], POST: [60, 400], PATCH: [60, 400] } as const
      const setup = setUp({ seed, latency })
      const names = Array.from({ length: 6 }, (_, job) => `image-${job}`)
      await Promise.all(names.map((name) => record(setup, name, `block ${name}`)))
      expect(setup.repository.comments).toHaveLength(1)
      expect(blocksOf(setup.repository.comments[0]?.body ?? '')).toEqual(
        Object.fromEntries(names.map((name) => [name, `block ${name}`])),
      )
    }
  })

  test('a comment that another job takes back meanwhile is not the end', async () => {
    const setup = setUp()
    const { repository, clock } = setup
    const younger = repository.addComment(7, BOT, renderComment())
    const recording = record(setup)
    await clock.sleep(500)
    repository.comments.splice(repository.comments.indexOf(younger), 1)
    const oldest = repository.addComment(7, BOT, renderComment())
    await recording
    expect(blocksOf(oldest.body)).toEqual({ [KEY]: 'new' })
  })
})

test('a write that failed is looked after before the next', async () => {
  const setup = setUp()
  const comment = setup.repository.addComment(7, BOT, renderComment())
  setup.hub.faults.push({ call: 'PATCH', applied: true })
  await record(setup)
  expect(blocksOf(comment.body)).toEqual({ [KEY]: 'new' })
  expect(setup.hub.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1)
})

test('a missing permission is named', async () => {
  const setup = setUp({ permissions: ['pull-requests: read'] })
  await expect(record(setup)).rejects.toMatchObject({
    code: 'permission',
    message:
      'Cannot comment on acme/app#7: GitHub answered 403, Resource not accessible by integration',
    hint: 'Give the job "pull-requests: write".',
  })
})
