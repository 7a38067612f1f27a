// Jobs as real processes over HTTP, in real time, recording into one release.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { findBlocks } from '../../src/notes/marked-block.ts'
import { clock } from '../../src/shell/clock.ts'
import { FakeGitHub } from '../fakes/github.ts'

const HOOKS = new URL('../fakes/typescript.js', import.meta.url).href
const JOB = fileURLToPath(new URL('./record-process.ts', import.meta.url))
const NOTES = '# Notes\r\n\r\nSome text.\r\n'

async function startJob(url: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', HOOKS, JOB, ...args], {
    env: { ...process.env, GITHUB_API_URL: url, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (child.stdout) await once(child.stdout, 'data')
  return child
}

test('12 processes over HTTP lose nothing', async () => {
  const hub = new FakeGitHub({ clock, latency: { GET: [20, 100], PATCH: [20, 150] } })
  hub.addToken('token', ['contents: write'])
  const release = hub.addRepository('acme/app').addRelease('v1.4.2', { body: NOTES })
  const { url, close } = await hub.serve()
  try {
    const names = Array.from({ length: 12 }, (_, job) => String(job))
    const children = await Promise.all(
      names.map((job) => startJob(url, String(release.id), `image-${job}`, `digest ${job}`)),
    )
    const exits = children.map((child) => once(child, 'exit'))
    for (const child of children) child.stdin?.end()
    expect(await Promise.all(exits)).toEqual(names.map(() => [0, null]))
    expect(release.body?.startsWith(NOTES)).toBe(true)
    const blocks = findBlocks(release.body ?? '').map(({ key, content }) => `${key} ${content}`)
    expect(blocks.sort()).toEqual(names.map((job) => `image-${job} digest ${job}`).sort())
  } finally {
    await close()
  }
})
