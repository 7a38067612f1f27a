// What a promotion leaves in files, release notes and the summary.
import { describe, expect, test } from '@jest/globals'
import { replaceBlock } from '../../src/notes/marked-block.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import type { Digest } from '../../src/oci/digest.ts'
import { breakBefore } from '../fakes/registry-wire.ts'
import { channelStage } from './channel-stage.ts'
import { IMAGE } from './stage.ts'

const deployment = (reference: string) => `# app\nimage: ${reference} # kept\n`
const read = (stage: ReturnType<typeof channelStage>, path: string) =>
  new TextDecoder().decode(stage.files.contents.get(`./${path}`))

describe('manifests', () => {
  const files = {
    './deploy/staging/app.yaml': deployment(`${IMAGE}:2.0.0`),
    './deploy/prod/app.yaml': deployment(`${IMAGE}:2.0.0`),
    './deploy/other.yaml': deployment('nginx:1.27'),
  }
  const manifests = 'deploy/{channel}/*.yaml'

  test('of the channel are pinned, byte for byte but for the reference', async () => {
    const stage = channelStage({ files })
    const digest = stage.image(['2.0.1'])
    const { outputs, error } = await stage.promote('2.0.1', 'staging', { manifests })
    expect(error).toBeUndefined()
    expect(read(stage, 'deploy/staging/app.yaml')).toBe(deployment(`${IMAGE}:2.0.1@${digest}`))
    expect(read(stage, 'deploy/prod/app.yaml')).toBe(files['./deploy/prod/app.yaml'])
    expect(outputs['manifests-changed']).toBe('deploy/staging/app.yaml')
  })

  test('are pinned by the re-run where the first run ended before', async () => {
    const stage = channelStage({ files })
    const digest = stage.image(['2.0.1'])
    await stage.promote('2.0.1', 'staging')
    const { outputs } = await stage.promote('2.0.1', 'staging', { manifests })
    expect(outputs).toMatchObject({
      changed: 'false',
      'manifests-changed': 'deploy/staging/app.yaml',
    })
    expect(read(stage, 'deploy/staging/app.yaml')).toContain(digest)
  })

  test('several images in one file are all pinned', async () => {
    const web = 'localhost:5000/acme/web'
    const both = `a: {image: ${IMAGE}:1.0.0}\nb: {image: ${web}:1.0.0}\n`
    const stage = channelStage({ files: { './both.yaml': both } })
    const digest = stage.image(['2.0.1'])
    const other = stage.registry.addImage('acme/web', { content: 'web', tags: ['2.0.1'] }).digest
    const images = `${IMAGE}\n${web}`
    const { error } = await stage.promote('2.0.1', 'dev', { manifests: 'both.yaml', images })
    expect(error).toBeUndefined()
    expect(read(stage, 'both.yaml')).toBe(
      `a: {image: ${IMAGE}:2.0.1@${digest}}\nb: {image: ${web}:2.0.1@${other}}\n`,
    )
  })

  // how, the branch that has the change, pull requests
  test.each([
    ['push', 'main', 0],
    ['pull-request', 'image-release/staging', 1],
  ])('are handed over by %s', async (commit, branch, pulls) => {
    const permissions = ['deployments: write', 'contents: write', 'pull-requests: write']
    const stage = channelStage({ files, permissions })
    const digest = stage.image(['2.0.1'])
    const path = 'deploy/staging/app.yaml'
    stage.repository.git.commit('main', { [path]: files[`./${path}`], 'newer.txt': 'by someone' })
    const { outputs, error } = await stage.promote('2.0.1', 'staging', { manifests, commit })
    expect(error).toBeUndefined()
    expect(stage.repository.git.filesOf(branch)).toEqual({
      [path]: deployment(`${IMAGE}:2.0.1@${digest}`),
      'newer.txt': 'by someone',
    })
    expect(outputs['commit-sha']).toBe(stage.repository.git.branches.get(branch))
    expect(stage.repository.git.pullRequests).toHaveLength(pulls)
    expect(outputs['pull-request-url'] === undefined).toBe(pulls === 0)
  })

  test('that may not be committed leave the tag moved, the files pinned and a diff', async () => {
    const stage = channelStage({ files, permissions: ['deployments: write', 'contents: read'] })
    const digest = stage.image(['2.0.1'])
    const path = 'deploy/staging/app.yaml'
    stage.repository.git.commit('main', { [path]: files[`./${path}`] })
    const { error } = await stage.promote('2.0.1', 'staging', { manifests, commit: 'push' })
    expect(error).toMatchObject({
      code: 'permission',
      hint: expect.stringContaining('"contents: write"'),
    })
    expect(stage.tags()['staging']).toBe(digest)
    expect(stage.log.lines.join('\n')).toContain(`+image: ${IMAGE}:2.0.1@${digest} # kept`)
  })

  // name, glob, what is said
  test.each([
    ['a glob without a file', 'none/*.yaml', /none\/\*\.yaml matches no file/],
    ['a glob without the image', 'deploy/other.yaml', /deploy\/other\.yaml has no reference to/],
  ])('%s fails before anything moves', async (_, glob, message) => {
    const stage = channelStage({ files })
    stage.image(['2.0.1'])
    const { error } = await stage.promote('2.0.1', 'staging', {
      manifests: `${manifests}\n${glob}`,
    })
    expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(message) })
    expect(stage.writes()).toEqual([])
    expect(read(stage, 'deploy/staging/app.yaml')).toBe(files['./deploy/staging/app.yaml'])
  })
})

describe('release notes', () => {
  const noted = (stage: ReturnType<typeof channelStage>, digest: Digest) => {
    const record = {
      schema: 1,
      image: IMAGE,
      version: '2.0.1',
      digest,
      tags: ['2.0.1'],
      platforms: {},
      revision: 'a'.repeat(40),
      builtAt: '2026-01-01T00:00:00Z',
      run: 'https://github.com/acme/app/actions/runs/1',
    } as const
    const body = replaceBlock('New things.\n', IMAGE, renderReleaseBlock(record))
    return stage.repository.addRelease('v2.0.1', { body })
  }

  test('of the version get a line, and nothing else changes', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.1'])
    const release = noted(stage, digest)
    const before = release.body
    await stage.promote('2.0.1', 'staging')
    const line = /- In `staging` since \S+, promoted by .*\n\n?/
    expect(release.body).toMatch(line)
    expect(release.body?.replace(line, '')).toBe(before)
  })

  test('get the line of a run that could not go on to them, by the next one', async () => {
    const stage = channelStage()
    const release = noted(stage, stage.image(['2.0.1']))
    stage.hub.faults.push({ call: 'POST /repos/acme/app/deployments/', status: 403, skip: 1 })
    expect((await stage.promote('2.0.1', 'staging')).error).toBeDefined()
    expect(release.body).not.toContain('In `staging`')
    for (const _ of [1, 2]) await stage.promote('2.0.1', 'staging')
    expect(release.body?.match(/- In `staging` since/g)).toHaveLength(1)
  })

  test('that tell of another digest are left alone', async () => {
    const stage = channelStage()
    const release = noted(stage, `sha256:${'9'.repeat(64)}`)
    const before = release.body
    stage.image(['2.0.1'])
    await stage.promote('2.0.1', 'staging')
    expect(release.body).toBe(before)
  })

  test('that may not be written never fail the promotion', async () => {
    const stage = channelStage({ permissions: ['deployments: write', 'contents: read'] })
    const digest = stage.image(['2.0.1'])
    noted(stage, digest)
    const { error } = await stage.promote('2.0.1', 'staging')
    expect(error).toBeUndefined()
    expect(stage.log.lines.join('\n')).toContain('notice: No line about staging')
    expect(stage.tags()['staging']).toBe(digest)
  })
})

describe('the picture', () => {
  async function two() {
    const stage = channelStage()
    for (const version of ['1.0.0', '2.0.0']) {
      stage.image([version])
      await stage.promote(version, 'staging')
    }
    await stage.promote('1.0.0', 'prod')
    return stage
  }

  test('shows the channels around, by version, and what moves', async () => {
    const stage = await two()
    const promoted = await stage.promote('staging', 'prod')
    expect(promoted.summary).toContain('c0["staging<br/>2.0.0"]')
    expect(promoted.summary).toContain('c1["prod<br/>1.0.0 → 2.0.0"]')
    const back = await stage.rollback('prod')
    expect(back.summary).toContain('c1["prod<br/>2.0.0 → 1.0.0"]')
  })

  test('of a failure shows what is there', async () => {
    const stage = await two()
    stage.registry.inject(breakBefore('ECONNREFUSED'), ({ method }) => method === 'PUT', 100)
    const { summary } = await stage.promote('staging', 'prod')
    expect(summary).toContain('c1["prod<br/>1.0.0"]')
  })
})
