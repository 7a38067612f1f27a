// Promotion and rollback as workflows and people do them, on a real registry and a real engine.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { dispatchEvent, releaseEvent } from '../../scripts/stage/events.js'
import { TOKEN } from '../../scripts/stage/github.js'
import { runCli } from '../../scripts/stage/runner.js'
import { digestBySkopeo, digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()
stage.github.addToken(TOKEN, ['contents: write', 'deployments: write', 'pull-requests: write'])
const PLATFORMS = { platforms: 'linux/amd64,linux/arm64' }

const manifestOf = (image: string) => `# the web server
spec:
  containers:
    - name: app
      image: ${image}:2.0.0 # pinned by promote
`

describe('a hotfix in two steps of a workflow', () => {
  test.concurrent('build once, push, promote the same digest, pin the files, record', async () => {
    const app = stage.app()
    const files = { 'deploy/staging/app.yaml': manifestOf(app.image) }
    app.commit(files)
    stage.repository.git.commit('main', { ...files, 'other.txt': 'x' })
    const sha = app.git('rev-parse', 'HEAD')
    const { id } = stage.repository.addRelease('v2.0.1', { body: 'Fixes the outage.' })
    const event = releaseEvent({ sha, tag: 'v2.0.1', id })
    const built = await app.release({ event, inputs: PLATFORMS })
    expectSuccess(built)
    const { digest } = built.outputs
    const promoted = await app.release({
      action: 'promote',
      event,
      inputs: {
        from: digest ?? '',
        to: 'staging',
        manifests: 'deploy/{channel}/*.yaml',
        commit: 'pull-request',
      },
    })
    expectSuccess(promoted)
    expect(await digestsByTag(app.image)).toEqual(
      allOn(digest, tagsIn('2.0.1 2.0 2 git-<sha> staging', sha)),
    )
    expect(digestBySkopeo(`${app.image}:staging`)).toBe(digest)
    expect(promoted.outputs).toMatchObject({
      digest,
      changed: 'true',
      version: '2.0.1',
      'previous-digest': '',
      'manifests-changed': 'deploy/staging/app.yaml',
    })
    const pinned = manifestOf(app.image).replace(':2.0.0', `:2.0.1@${digest}`)
    expect(readFileSync(join(app.folder, 'deploy/staging/app.yaml'), 'utf8')).toBe(pinned)
    expect(stage.repository.git.filesOf('image-release/staging')).toEqual({
      'deploy/staging/app.yaml': pinned,
      'other.txt': 'x',
    })
    expect(promoted.outputs['pull-request-url']).toMatch(/^https?:.*\/pull\/\d+$/)
    const [deployment] = stage.repository.deployments.filter(
      ({ payload }) => (payload as { image: string }).image === app.image,
    )
    expect(deployment).toMatchObject({ environment: 'staging', sha, payload: { digest } })
    expect(deployment?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'success'])
    const body = stage.repository.releases.find((release) => release.id === id)?.body ?? ''
    expect(body).toMatch(/^Fixes the outage\./)
    expect(body).toMatch(/\n- In `staging` since \S+, promoted by \[this run\]/)
    expect(promoted.summary).toContain(String(digest))
  })
})

test.concurrent('on the command line, and back again', async () => {
  const app = stage.app()
  const place = { cwd: app.folder, environment: stage.commandLine }
  const cli = async (...args: string[]) => {
    const result = await runCli([...args, '--images', app.image], place)
    expect(result).toMatchObject({ code: 0 })
    return result.stdout.trim()
  }
  await cli('release', '--version', '2.0.0')
  app.commit({ 'fix.txt': 'fixed' })
  await cli('release', '--version', '2.0.1')
  const before = await digestsByTag(app.image)
  await cli('promote', '--from', '2.0.0', '--to', 'staging')
  expect(await cli('promote', '--from', 'v2.0.1', '--to', 'staging')).toBe(
    `${app.image}@${before['2.0.1']}`,
  )
  expect((await digestsByTag(app.image))['staging']).toBe(before['2.0.1'])
  expect(await cli('rollback', '--channel', 'staging')).toBe(`${app.image}@${before['2.0.0']}`)
  expect(await digestsByTag(app.image)).toEqual({ ...before, staging: before['2.0.0'] })
})

test.concurrent('a missing permission is named before anything has moved', async () => {
  const app = stage.app()
  stage.github.addToken('token-that-reads', ['contents: read', 'deployments: read'])
  const built = await app.release({ event: dispatchEvent({ sha: app.sha, branch: 'x' }) })
  const result = await app.release({
    action: 'promote',
    event: dispatchEvent({ sha: app.sha }),
    inputs: { from: built.outputs['digest'] ?? '', to: 'dev', 'github-token': 'token-that-reads' },
  })
  expect(result.code).toBe(1)
  expect(result.log).toContain('Give the job "deployments: write".')
  expect(Object.keys(await digestsByTag(app.image))).not.toContain('dev')
})

describe('in the local image store', () => {
  const name = `image-release-promote-${process.pid}`
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
  const idOf = (tag: string) => docker('image', 'inspect', `${name}:${tag}`, '--format', '{{.Id}}')
  afterAll(() => {
    const tags = docker('image', 'ls', name, '--format', '{{.Repository}}:{{.Tag}}').split('\n')
    docker('image', 'rm', '--force', ...tags)
  })

  test('a digest comes into staging by docker tag, and nothing is built or pushed', async () => {
    const app = stage.app()
    docker('buildx', 'build', '--load', '--quiet', '--tag', `${name}:2.0.1`, app.folder)
    const digest = idOf('2.0.1')
    const result = await app.release({
      action: 'promote',
      event: dispatchEvent({ sha: app.sha }),
      inputs: { images: name, store: 'docker', from: digest, to: 'staging' },
    })
    expectSuccess(result)
    expect(idOf('staging')).toBe(digest)
    expect(result.outputs).toMatchObject({ digest, changed: 'true', version: '2.0.1' })
    const again = await app.release({
      action: 'promote',
      event: dispatchEvent({ sha: app.sha }),
      inputs: { images: name, store: 'docker', from: 'v2.0.1', to: 'staging' },
    })
    expect(again.outputs['changed']).toBe('false')
  })
})
