// What the inputs and the defaults file make of the tags, seen in the registry; and the dry run.
import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import {
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { EMPTY_PATH, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

type Inputs = Readonly<Record<string, string>>
type Files = Readonly<Record<string, string>>
type EventOf = (sha: string) => StagedEvent

const main: EventOf = (sha) => pushEvent({ sha })
const tag: EventOf = (sha) => tagPushEvent({ sha, tag: 'v1.4.2' })
const VERSION_FILE: Files = { 'version.json': '{"version": "1.4.2"}' }

describe('tags', () => {
  // name, event, inputs, files, the tags in the registry
  test.concurrent.each<[string, EventOf, Inputs, Files, string]>([
    ['variant', tag, { variant: 'gpu' }, {}, '1.4.2-gpu 1.4-gpu 1-gpu git-<sha>-gpu'],
    ['variant on main', main, { variant: 'gpu' }, {}, 'dev-gpu git-<sha>-gpu'],
    ['channels', main, { channels: 'edge\nprod=production' }, {}, 'edge git-<sha>'],
    [
      'version',
      (sha) => dispatchEvent({ sha }),
      { version: 'v2.0.1' },
      {},
      '2.0.1 2.0 2 dev git-<sha>',
    ],
    [
      'version-file',
      main,
      { 'version-file': 'version.json' },
      VERSION_FILE,
      '1.4.2 1.4 1 dev git-<sha>',
    ],
    [
      'version-file on a pull request',
      (sha) => pullRequestEvent({ sha }),
      { 'version-file': 'version.json' },
      VERSION_FILE,
      'pr-7 pr-7-<sha>',
    ],
    ['floating: false', tag, { floating: 'false' }, {}, '1.4.2 git-<sha>'],
    [
      'allow-latest',
      tag,
      { 'allow-latest': 'true', flavor: 'latest=true', floating: 'true' },
      {},
      '1.4.2 1.4 1 git-<sha> latest',
    ],
    [
      'tags',
      main,
      { tags: 'type=raw,value=edge\ntype=ref,event=branch,suffix=-x' },
      {},
      'edge main-x',
    ],
  ])('%s', async (_, event, inputs, files, row) => {
    const app = stage.app(files)
    const result = await app.release({ event: event(app.sha), inputs })
    expectSuccess(result)
    const tags = tagsIn(row, app.sha)
    expect(result.outputs['tag-names']?.split('\n').sort()).toEqual([...tags].sort())
    expect(await digestsByTag(app.image)).toEqual(allOn(result.outputs['digest'], tags))
  })

  test.concurrent('a version of the version-file acts once', async () => {
    const app = stage.app(VERSION_FILE)
    const inputs = { 'version-file': 'version.json' }
    const first = await app.release({ event: main(app.sha), inputs })
    const sha = app.commit({ 'app.txt': 'more' })
    const second = await app.release({ event: main(sha), inputs })
    expectSuccess(second)
    expect(await digestsByTag(app.image)).toEqual({
      ...allOn(first.outputs['digest'], tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)),
      ...allOn(second.outputs['digest'], tagsIn('dev git-<sha>', sha)),
    })
    const text = expect.stringContaining('1.4.2 is published already')
    expect(second.commands).toContainEqual({ name: 'notice', text })
  })

  test.concurrent('zero inputs: the image of the repository, in lower case', async () => {
    const app = stage.app()
    const { environment, payload } = pullRequestEvent({ sha: app.sha, fork: 'mallory' })
    const named = { ...environment, GITHUB_REPOSITORY: 'Acme/App' }
    const result = await app.release({
      inputs: { images: '' },
      event: { environment: named, payload },
    })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ name: 'ghcr.io/acme/app', built: 'true' })
  })
})

describe('the defaults file', () => {
  const defaults = (image: string) => `
images: ${image}
channels: [edge, prod]
release:
  floating: false
sections:
  web:
    tag-prefix: web/
    variant: web
`

  // name, event, inputs, the tags
  test.concurrent.each<[string, EventOf, Inputs, string]>([
    ['names the image and the channels', main, {}, 'edge git-<sha>'],
    ['sets an input of release', tag, {}, '1.4.2 git-<sha>'],
    ['gives way to the workflow', tag, { floating: 'true' }, '1.4.2 1.4 1 git-<sha>'],
    [
      'has a section for an image',
      (sha) => tagPushEvent({ sha, tag: 'web/v2.0.0' }),
      { section: 'web' },
      '2.0.0-web git-<sha>-web',
    ],
  ])('%s', async (_, event, inputs, row) => {
    const app = stage.app()
    const sha = app.commit({ '.github/image-release.yml': defaults(app.image) })
    const result = await app.release({ event: event(sha), inputs: { images: '', ...inputs } })
    expectSuccess(result)
    const tags = tagsIn(row, sha)
    expect(await digestsByTag(app.image)).toEqual(allOn(result.outputs['digest'], tags))
  })
})

describe('dry-run', () => {
  test.concurrent('plans all, does nothing, and needs no Docker', async () => {
    const app = stage.app()
    const before = readdirSync(app.folder)
    const result = await app.release({
      event: tag(app.sha),
      inputs: { 'dry-run': 'true' },
      environment: { PATH: EMPTY_PATH },
    })
    expectSuccess(result)
    const tags = tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)
    const references = tags.map((name) => `${app.image}:${name}`)
    expect(result.outputs).toMatchObject({
      tags: references.join('\n'),
      pushed: 'false',
      built: 'false',
      version: '1.4.2',
    })
    const plan = JSON.parse(result.outputs['plan'] ?? '')
    expect(plan.source.kind).toBe('build')
    expect(plan.push).toEqual(references.slice(0, 1))
    expect(plan.tags.map(({ reference }: { reference: string }) => reference)).toEqual(references)
    expect(await digestsByTag(app.image)).toEqual({})
    expect(readdirSync(app.folder)).toEqual(before)
  })

  test.concurrent('knows the digest that would be reused', async () => {
    const app = stage.app()
    const built = await app.release({ event: main(app.sha) })
    const { outputs } = await app.release({ event: tag(app.sha), inputs: { 'dry-run': 'true' } })
    expect(outputs).toMatchObject({
      built: 'false',
      digest: built.outputs['digest'],
      image: built.outputs['image'],
    })
    expect(Object.keys(await digestsByTag(app.image)).sort()).toEqual(
      tagsIn('dev git-<sha>', app.sha),
    )
  })
})
