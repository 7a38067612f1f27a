// Recording into a release: alone, among others who write, and where GitHub fails.
import { describe, expect, test } from '@jest/globals'
import { recordInRelease } from '../../src/github/recorder.ts'
import { findBlocks, replaceBlock } from '../../src/notes/marked-block.ts'
import type { FakeRelease } from '../fakes/github-state.ts'
import { REPOSITORY, type Setup, setUp } from './setup.ts'

const KEY = 'ghcr.io/acme/app'
const NOTES = '# Notes\n\nSome text.\n'

function start(setup: Setup, release: FakeRelease, key = KEY, block = 'new') {
  const { github } = setup
  return recordInRelease({ github, repository: REPOSITORY, releaseId: release.id, key, block })
}

function setUpRelease(body: string | null = NOTES) {
  const setup = setUp()
  return { ...setup, release: setup.repository.addRelease('v1.4.2', { body }) }
}

const blocksOf = ({ body }: FakeRelease) =>
  Object.fromEntries(findBlocks(body ?? '').map(({ key, content }) => [key, content]))

const LOOK = 'GET /repos/acme/app/releases/101'
const WRITE = 'PATCH /repos/acme/app/releases/101'
/** One look is under way beside the write. */
const ALONE = [LOOK, LOOK, WRITE, LOOK]

describe('alone', () => {
  test.each([
    ['a release with notes', NOTES, `${NOTES}\n`],
    ['a release without', null, ''],
    ['a release with an older block', replaceBlock(NOTES, KEY, 'old'), `${NOTES}\n`],
  ])('%s: four calls and a second to one and a half', async (_name, body, before) => {
    const setup = setUpRelease(body)
    const recorded = await start(setup, setup.release)
    expect(setup.release.body).toBe(before + replaceBlock('', KEY, 'new'))
    expect(recorded).toEqual({
      outcome: 'written',
      url: 'https://github.com/acme/app/releases/tag/v1.4.2',
      body: setup.release.body,
    })
    expect(setup.hub.calls).toEqual(ALONE)
    expect(setup.clock.sleeps).toHaveLength(1)
    expect(setup.clock.sleeps[0]).toBeGreaterThanOrEqual(1000)
    expect(setup.clock.sleeps[0]).toBeLessThanOrEqual(1500)
  })

  test('with a slow GitHub it waits longer, within five calls and three seconds', async () => {
    const latency = { GET: [2000, 2000], PATCH: [5000, 5000] } as const
    const setup = setUp({ latency })
    const release = setup.repository.addRelease('v1.4.2')
    const connected = setup.clock.now()
    await start(setup, release)
    expect(setup.hub.calls).toEqual(ALONE)
    const waited = setup.clock.now() - connected - 2000 - 5000 - 2000
    expect(waited).toBeGreaterThanOrEqual(2000)
    expect(waited).toBeLessThanOrEqual(3000)
  })

  test('a release that says so already is only read', async () => {
    const setup = setUpRelease(replaceBlock(NOTES, KEY, 'new').replaceAll('\n', '\r\n'))
    expect(await start(setup, setup.release)).toMatchObject({ outcome: 'unchanged' })
    expect(setup.hub.calls).toEqual([LOOK])
    expect(setup.clock.sleeps).toEqual([])
  })
})

/** What somebody does to the text while we wait for our first look. */
async function meanwhile(setup: ReturnType<typeof setUpRelease>, edit: (body: string) => string) {
  const { release, clock } = setup
  const edited = clock.sleep(500).then(() => {
    release.body = edit(release.body ?? '')
  })
  await start(setup, release)
  await edited
  return release
}

describe('while others write', () => {
  test("a person's edit stays", async () => {
    const setup = setUpRelease()
    const release = await meanwhile(setup, (body) => body.replace('Some', 'Better'))
    expect(release.body).toBe(`# Notes\n\nBetter text.\n\n${replaceBlock('', KEY, 'new')}`)
  })

  test('a form opened before we wrote keeps its text, and gets our block back', async () => {
    const release = await meanwhile(setUpRelease(), () => '# Notes\r\n\r\nBetter text.')
    expect(release.body).toMatch(/^# Notes\r\n\r\nBetter text\.\r\n\r\n<!-- image-release/)
    expect(blocksOf(release)).toEqual({ [KEY]: 'new' })
  })

  test("another job's block stays, and ours comes back", async () => {
    const setup = setUpRelease(replaceBlock(NOTES, 'first', '1'))
    const stale = replaceBlock(setup.release.body ?? '', 'other', 'x')
    const release = await meanwhile(setup, () => stale)
    expect(blocksOf(release)).toEqual({ first: '1', other: 'x', [KEY]: 'new' })
    expect(release.body?.startsWith(NOTES)).toBe(true)
  })

  test('what we saw and a third one took away comes back', async () => {
    const setup = setUpRelease()
    const { clock, release } = setup
    const others = (async () => {
      await clock.sleep(500)
      release.body = replaceBlock(release.body ?? '', 'seen', 'x').replace('Some', 'Better')
      await clock.sleep(1500)
      release.body = replaceBlock(NOTES, 'third', 'y')
    })()
    await start(setup, release)
    await others
    expect(blocksOf(release)).toEqual({ seen: 'x', third: 'y', [KEY]: 'new' })
    expect(release.body?.startsWith('# Notes\n\nBetter text.\n')).toBe(true)
  })

  test('an older block of ours does not come back', async () => {
    const old = replaceBlock(NOTES, KEY, 'old')
    const release = await meanwhile(setUpRelease(old), () => old)
    expect(blocksOf(release)).toEqual({ [KEY]: 'new' })
  })

  test('two jobs with the same key end with one block of one of them', async () => {
    const setup = setUpRelease()
    const { release } = setup
    await Promise.all([
      start(setup, release, KEY, 'one'),
      setup.clock.sleep(300).then(() => start(setup, release, KEY, 'two')),
    ])
    expect(findBlocks(release.body ?? '')).toHaveLength(1)
    expect(blocksOf(release)[KEY]).toMatch(/^(?:one|two)$/)
  })

  test('two that saw versions in different order come to rest', async () => {
    const setup = setUpRelease()
    const { clock, release } = setup
    const edit = (text: string) => (release.body = (release.body ?? '').replace(/\w+ text/, text))
    const first = start(setup, release)
    await clock.sleep(100)
    edit('Better text')
    await clock.sleep(100)
    const second = start(setup, release, 'second')
    await clock.sleep(100)
    edit('Some text')
    await Promise.all([first, second])
    expect(blocksOf(release)).toEqual({ second: 'new', [KEY]: 'new' })
    expect(release.body).toMatch(/^# Notes\n\n(?:Some|Better) text\.\n/)
  })

  test('a text that never rests is given up', async () => {
    const setup = setUpRelease()
    const { clock, release } = setup
    let isOver = false
    const typing = (async () => {
      for (let count = 0; !isOver; count++) {
        release.body = `${count}${release.body}`
        await clock.sleep(900)
      }
    })()
    await expect(start(setup, release).finally(() => (isOver = true))).rejects.toMatchObject({
      code: 'github',
      message: 'Cannot record ghcr.io/acme/app in release 101 of acme/app: others keep changing it',
    })
    await typing
    expect(blocksOf(release)).toEqual({ [KEY]: 'new' })
  })
})

describe('when GitHub fails', () => {
  test.each([
    ['the write was refused', { status: 502 }],
    ['the write took effect all the same', { applied: true }],
    ['the connection broke three times', { times: 3 }],
  ])('%s: looks before it writes again', async (_name, fault) => {
    const setup = setUpRelease()
    setup.hub.faults.push({ call: 'PATCH', ...fault })
    await start(setup, setup.release)
    expect(blocksOf(setup.release)).toEqual({ [KEY]: 'new' })
    for (const [position, call] of setup.hub.calls.entries())
      if (call === WRITE) expect(setup.hub.calls[position - 1]).toBe(LOOK)
    expect(setup.log.lines[0]).toMatch(/^info: Cannot edit .*; trying again in 1 s$/)
  })

  test('a rate limit is waited for', async () => {
    const setup = setUpRelease()
    setup.hub.faults.push({ call: 'PATCH', status: 429, headers: { 'retry-after': '20' } })
    await start(setup, setup.release)
    expect(setup.clock.sleeps[0]).toBe(20_000)
    expect(blocksOf(setup.release)).toEqual({ [KEY]: 'new' })
  })

  test('four failed writes are an error', async () => {
    const setup = setUpRelease()
    setup.hub.faults.push({ call: 'PATCH', status: 500, times: 9 })
    await expect(start(setup, setup.release)).rejects.toMatchObject({ code: 'github' })
    expect(setup.hub.calls.filter((call) => call === WRITE)).toHaveLength(4)
    expect(setup.release.body).toBe(NOTES)
  })

  test('a missing permission is named at once', async () => {
    const setup = setUp({ permissions: ['contents: read'] })
    const release = setup.repository.addRelease('v1.4.2')
    await expect(start(setup, release)).rejects.toMatchObject({
      code: 'permission',
      hint: 'Give the job "contents: write".',
    })
    expect(setup.clock.sleeps).toEqual([])
  })

  test('a release that is gone is named', async () => {
    const setup = setUp()
    const gone = { ...setup.repository.addRelease('v1.4.2'), id: 7 }
    await expect(start(setup, gone)).rejects.toMatchObject({
      code: 'github',
      message: 'Cannot record ghcr.io/acme/app: there is no release 7 of acme/app',
    })
  })
})
