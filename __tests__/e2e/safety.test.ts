// What must hold whatever a build prints, an event says or a person does: no foreign command acts,
// no secret is shown, nothing is left half done when the run is told to stop.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pushEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { errorsOf, expectSuccess, openStage } from './stage.ts'

const stage = openStage()

describe('foreign text cannot act', () => {
  // name, text on both streams of buildx and in the error we make of them
  test.concurrent.each<[string, string]>([
    ['a command', '::error::pwn'],
    ['after a carriage return', 'x\r::error::pwn'],
    ['indented', '   ::set-output name=digest::pwn'],
    ['in the old form', 'x ##[error]pwn'],
    ['after a guessed end of the protection', '::pwn::\n::error::pwn'],
  ])("a build's output: %s", async (_, text) => {
    const app = stage.app({ said: `${text}\nERROR: ${text}\n${text}` })
    const PATH = stage.dockerPath('cat said; cat said >&2; exit 1')
    const result = await app.release({ event: pushEvent({ sha: app.sha }), environment: { PATH } })
    expect(result.log).toContain(text)
    const names = result.commands.map(({ name }) => name)
    expect(names).toEqual(['add-mask', 'group', 'endgroup', 'error'])
    expect(errorsOf(result)).toEqual([expect.stringMatching(/^Cannot build /)])
  })

  test.concurrent.each([
    ['a command', 'nightly\n::error::pwn'],
    ['a command, encoded', 'nightly%0A::error::pwn'],
    ['in the old form', 'nightly##[error]pwn'],
  ])("a branch's name: %s", async (_, branch) => {
    const app = stage.app()
    const event = pushEvent({ sha: app.sha, branch })
    const result = await app.release({ event, inputs: { 'dry-run': 'true' } })
    expectSuccess(result)
    expect(result.commands.map(({ name }) => name)).toEqual(['add-mask', 'notice'])
  })
})

test.concurrent('a build secret is masked, and given in a file', async () => {
  const app = stage.app()
  const show = 'case $a in --secret=*) echo "ERROR: $a $(cat "${a##*src=}")" >&2;; esac'
  const PATH = stage.dockerPath(`for a in "$@"; do ${show}; done; exit 1`)
  const result = await app.release({
    event: pushEvent({ sha: app.sha }),
    inputs: { secrets: 'TOKEN=sesame-open' },
    environment: { PATH },
  })
  expect(errorsOf(result)).toEqual([expect.stringMatching(/--secret=id=TOKEN,src=\S+ \*\*\*$/m)])
  expect(result.commands).toContainEqual({ name: 'add-mask', text: 'sesame-open' })
  expect(result.log.indexOf('add-mask::sesame-open')).toBe(result.log.indexOf('sesame-open') - 10)
  const told = [result.summary, ...Object.values(result.outputs)].join()
  expect(told).not.toContain('sesame-open')
  expect(result.log.match(/.*token-of-the-run.*/g)).toEqual(['::add-mask::token-of-the-run'])
})

describe('told to stop during a build', () => {
  let silent: Server

  beforeAll(async () => {
    silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    silent.close()
    silent.closeAllConnections()
  })

  test('it has shown its progress, ends soon, and has tagged nothing', async () => {
    const { port } = silent.address() as AddressInfo
    const app = stage.app({ Dockerfile: `FROM scratch\nADD http://localhost:${port}/slow /slow\n` })
    const stop = new AbortController()
    let shown = ''
    let stoppedAt = 0
    const result = await app.release({
      event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
      signal: stop.signal,
      watch(text) {
        shown += text
        if (stoppedAt > 0 || !/^#\d+ .*\/slow/m.test(shown)) return
        stoppedAt = Date.now()
        stop.abort()
      },
    })
    expect(Date.now() - stoppedAt).toBeLessThan(3000)
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([expect.stringContaining('stopped by SIGTERM')])
    expect(result.outputs['digest']).toBeUndefined()
    expect(await digestsByTag(app.image)).toEqual({})
  })
})
