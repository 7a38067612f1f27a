// Pin on a work tree and a real registry: what it writes, commits, leaves alone and finds.
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { pushEvent, releaseEvent } from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { errorsOf, expectSuccess, openStage } from './stage.ts'

const stage = openStage()

const pod = (...images: readonly string[]) =>
  `apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n${images.map((image) => `  -   image: "${image}"   # why\r\n`).join('')}`

/** An application whose image is in the registry as 1.4.2 and dev. */
async function shipped() {
  const app = stage.app()
  const event = releaseEvent({ sha: app.sha, tag: 'v1.4.2' })
  expectSuccess(await app.release({ event, inputs: { 'release-notes': 'false' } }))
  const { '1.4.2': digest } = await digestsByTag(app.image)
  return { ...app, digest: digest ?? '' }
}

describe('write', () => {
  test.concurrent('pins to what the registry has, and nothing else changes', async () => {
    const app = await shipped()
    const path = join(app.folder, 'k8s/app.yaml')
    app.commit({ 'k8s/app.yaml': pod(`${app.image}:1.4`, 'nginx:1'), 'b.yaml': 'a:  1\n' })
    chmodSync(path, 0o755)
    const call = { action: 'pin', event: pushEvent({ sha: app.sha }) }
    const before = readFileSync(path, 'utf8')
    const dry = await app.release({ ...call, inputs: { 'dry-run': 'true' } })
    expectSuccess(dry)
    expect(readFileSync(path, 'utf8')).toBe(before)
    const done = await app.release(call)
    expectSuccess(done)
    expect(readFileSync(path, 'utf8')).toBe(pod(`${app.image}:1.4.2@${app.digest}`, 'nginx:1'))
    expect(statSync(path).mode & 0o777).toBe(0o755)
    expect(app.git('diff', '--name-only')).toBe('k8s/app.yaml')
    execFileSync('git', ['apply', '--reverse', '-'], {
      cwd: app.folder,
      input: dry.outputs['diff'] ?? '',
    })
    expect(readFileSync(path, 'utf8')).toBe(before)
    await app.release(call)
    expect((await app.release(call)).outputs).toMatchObject({ changed: '0', files: '' })
  })

  test.concurrent('commits to the branch', async () => {
    const app = await shipped()
    const text = pod(`${app.image}:1.4.2`)
    app.commit({ 'a.yaml': text })
    stage.repository.git.commit('main', { 'a.yaml': text, 'other.txt': 'x' })
    const event = pushEvent({ sha: app.sha })
    const result = await app.release({ action: 'pin', event, inputs: { commit: 'push' } })
    expectSuccess(result)
    expect(stage.repository.git.filesOf('main')).toEqual({
      'a.yaml': pod(`${app.image}:1.4.2@${app.digest}`),
      'other.txt': 'x',
    })
    expect(result.outputs['commit-sha']).toBe(stage.repository.git.branches.get('main'))
  })

  test.concurrent('names the permission that is missing, and prints the change', async () => {
    const app = await shipped()
    const text = pod(`${app.image}:1.4.2`)
    app.commit({ 'b.yaml': text })
    stage.repository.git.commit('other', { 'b.yaml': text })
    const event = pushEvent({ sha: app.sha })
    const inputs = { commit: 'pull-request', base: 'other', branch: 'ours' }
    const result = await app.release({ action: 'pin', event, inputs })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([
      expect.stringMatching(/pull requests of acme\/app.*\nGive the job "pull-requests: write"/),
    ])
    expect(result.log).toContain('diff --git a/b.yaml b/b.yaml')
    expect(result.log).toContain(`+  -   image: "${app.image}:1.4.2@${app.digest}"`)
  })

  test.concurrent('nothing is written through a symbolic link', async () => {
    const app = stage.app()
    const outside = stage.app({ 'a.yaml': pod(`${app.image}:1`) })
    symlinkSync(join(outside.folder, 'a.yaml'), join(app.folder, 'a.yaml'))
    app.commit()
    const digest = `sha256:${'a'.repeat(64)}`
    const event = pushEvent({ sha: app.sha })
    const result = await app.release({ action: 'pin', event, inputs: { digest } })
    expectSuccess(result)
    expect(result.log).toContain('a.yaml was not read: it is, or lies behind, a symbolic link')
    expect(readFileSync(join(outside.folder, 'a.yaml'), 'utf8')).toBe(pod(`${app.image}:1`))
  })
})

test.concurrent('check: the step fails with an annotation at every place', async () => {
  const app = stage.app({
    'k8s/app.yaml': pod(`${stage.host}/acme/x`, 'nginx:latest'),
    '.github/workflows/ci.yml': 'jobs:\n  a:\n    container: node:20\n',
  })
  const event = pushEvent({ sha: app.sha })
  const inputs = { mode: 'check', offline: 'true', sarif: 'pin.sarif', ignore: 'scratch' }
  const result = await app.release({ action: 'pin', event, inputs })
  expect(result.code).toBe(1)
  expect(result.log).toContain('::error file=k8s/app.yaml,line=5,col=15::')
  expect(errorsOf(result)).toEqual([
    'docker.io/library/node:20 has no digest (unpinned)',
    `${stage.host}/acme/x has neither tag nor digest (no-tag)`,
    'docker.io/library/nginx:latest is whatever was pushed last (latest)',
    expect.stringMatching(/^Image rules are broken 3 times: in .*\nRun pin/),
  ])
  const { runs } = JSON.parse(readFileSync(join(app.folder, 'pin.sarif'), 'utf8'))
  expect(runs[0].results).toHaveLength(3)
})
