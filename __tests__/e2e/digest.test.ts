// One digest: built once, under every tag, and the same on every further run.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { removeImages } from '../../scripts/stage/registry.js'
import { digestBySkopeo, digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { startFaultyRegistry } from './harness-proxy.ts'
import { errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

/** Where everything that is built fails. */
const noBuilds = () => ({ PATH: stage.dockerPath('exit 99') })

describe('one digest', () => {
  test.concurrent('one buildx process pushes one tag; the others are put once; all are read back', async () => {
    const app = stage.app()
    const proxy = await startFaultyRegistry(`http://${stage.host}`, () => undefined)
    const path = `acme/one-${app.sha}`
    const calls = join(app.folder, 'calls')
    const PATH = stage.dockerPath(`echo "$*" >>${calls}\nPATH=\${PATH#*:}; exec docker "$@"`)
    try {
      const result = await app.release({
        event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
        inputs: { images: `${proxy.host}/${path}`, platforms: 'linux/amd64,linux/arm64' },
        environment: { PATH },
      })
      expectSuccess(result)
      const [call = '', ...more] = readFileSync(calls, 'utf8').trim().split('\n')
      expect(more).toEqual([])
      const tags = tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)
      expect(call.match(/--tag=\S+/g)).toEqual([`--tag=${proxy.host}/${path}:1.4.2`])
      const place = `/v2/${path}/manifests/`
      const puts = proxy.requests.filter((line) => /^PUT .*\/manifests\/[^:]+$/.test(line))
      expect([...puts].sort()).toEqual(tags.map((tag) => `PUT ${place}${tag}`).sort())
      for (const tag of tags) {
        const last = proxy.requests.findLast((line) => line.endsWith(place + tag))
        expect(last).toMatch(/^HEAD /)
        expect(digestBySkopeo(`${stage.host}/${path}:${tag}`)).toBe(result.outputs['digest'])
      }
    } finally {
      await Promise.all([proxy.stop(), removeImages(proxy.host)])
    }
  })

  test.concurrent('several images get the same one', async () => {
    const app = stage.app()
    const images = [app.image, `${app.image}-mirror`]
    const result = await app.release({
      event: pushEvent({ sha: app.sha }),
      inputs: { images: images.join('\n') },
    })
    expectSuccess(result)
    const { digest, name, images: pinned, tags } = result.outputs
    const names = tagsIn('dev git-<sha>', app.sha)
    expect(name).toBe(app.image)
    expect(pinned?.split('\n')).toEqual(images.map((image) => `${image}@${digest}`))
    expect(tags?.split('\n')).toEqual(
      images.flatMap((image) => names.map((tag) => `${image}:${tag}`)),
    )
    for (const image of images) expect(await digestsByTag(image)).toEqual(allOn(digest, names))
  })

  test.concurrent('all outputs and the summary tell it', async () => {
    const app = stage.app()
    const { outputs, summary } = await app.release({
      event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
      inputs: { floating: 'false' },
    })
    const { digest = '', json = '', labels, notes, platforms = '', ...others } = outputs
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(others).toMatchObject({
      name: app.image,
      image: `${app.image}@${digest}`,
      images: `${app.image}@${digest}`,
      tags: `${app.image}:1.4.2\n${app.image}:git-${app.sha.slice(0, 7)}`,
      'tag-names': `1.4.2\ngit-${app.sha.slice(0, 7)}`,
      version: '1.4.2',
      built: 'true',
      pushed: 'true',
      'held-back': '',
      'tags-failed': '',
      'subject-name': app.image,
      'subject-digest': digest,
    })
    expect(labels?.split('\n')).toContain(`org.opencontainers.image.revision=${app.sha}`)
    expect(notes).toContain(`docker pull ${app.image}@${digest}`)
    expect(Object.keys(JSON.parse(platforms))).toEqual(['linux/amd64'])
    const { json: _, ...all } = outputs
    expect(JSON.parse(json)).toEqual(all)
    expect(summary.indexOf(digest)).toBeGreaterThan(0)
    expect(summary.indexOf(digest)).toBeLessThan(summary.indexOf('`1.4.2`'))
    expect(summary).toContain(`docker pull ${app.image}@${digest}`)
  })
})

describe('build once', () => {
  test.concurrent('a release ships the image that main built, without Docker', async () => {
    const app = stage.app()
    const built = await app.release({ event: pushEvent({ sha: app.sha }) })
    const result = await app.release({
      event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
      environment: noBuilds(),
    })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ built: 'false', digest: built.outputs['digest'] })
    const tags = tagsIn('dev 1.4.2 1.4 1 git-<sha>', app.sha)
    expect(await digestsByTag(app.image)).toEqual(allOn(built.outputs['digest'], tags))
  })

  test.concurrent('a re-run changes nothing', async () => {
    const app = stage.app()
    const release = stage.repository.addRelease('v3.0.0', { body: 'What is new' })
    const event = releaseEvent({ sha: app.sha, tag: 'v3.0.0', id: release.id })
    const first = await app.release({ event })
    const [state, note] = [await digestsByTag(app.image), release.body]
    const again = {
      environment: { ...event.environment, GITHUB_RUN_ATTEMPT: '2' },
      payload: event.payload,
    }
    const second = await app.release({ event: again, environment: noBuilds() })
    expectSuccess(second)
    expect(second.outputs).toEqual({
      ...first.outputs,
      built: 'false',
      json: expect.any(String),
    })
    expect([await digestsByTag(app.image), release.body]).toEqual([state, note])
    expect(
      stage.github.calls.filter((call) => call === `PATCH /repos/acme/app/releases/${release.id}`),
    ).toHaveLength(1)
  })

  test.concurrent('other inputs make another image; the commit keeps its first', async () => {
    const app = stage.app()
    const first = await app.release({ event: pushEvent({ sha: app.sha }) })
    const result = await app.release({
      event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }),
      inputs: { 'build-args': 'GREETING=hi' },
    })
    expectSuccess(result)
    expect(result.log).toMatch(/built with other build-args/)
    const commit = `git-${app.sha.slice(0, 7)}`
    expect(result.outputs).toMatchObject({
      built: 'true',
      'held-back': `${commit}: it names this commit's first image, ${first.outputs['digest']}`,
    })
    expect(await digestsByTag(app.image)).toEqual({
      ...allOn(first.outputs['digest'], ['dev', commit]),
      ...allOn(result.outputs['digest'], ['1.4.2', '1.4', '1']),
    })
  })

  test.concurrent("a pull request's image is never released", async () => {
    const app = stage.app()
    const preview = await app.release({ event: pullRequestEvent({ sha: app.sha }) })
    const result = await app.release({ event: tagPushEvent({ sha: app.sha, tag: 'v1.4.2' }) })
    expectSuccess(result)
    expect(result.outputs['built']).toBe('true')
    expect(await digestsByTag(app.image)).toEqual({
      ...allOn(preview.outputs['digest'], tagsIn('pr-7 pr-7-<sha>', app.sha)),
      ...allOn(result.outputs['digest'], tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)),
    })
  })

  test.concurrent('labels that decide about reuse cannot be given', async () => {
    const app = stage.app()
    const inputs = { labels: 'image-release.inputs=mine' }
    const result = await app.release({ event: pushEvent({ sha: app.sha }), inputs })
    expect(errorsOf(result)).toEqual([expect.stringContaining('image-release.inputs')])
    expect(await digestsByTag(app.image)).toEqual({})
  })

  test.concurrent('build: always makes another, and the commit keeps its first', async () => {
    const app = stage.app()
    const event = pushEvent({ sha: app.sha })
    const first = await app.release({ event })
    const second = await app.release({ event, inputs: { build: 'always' } })
    expectSuccess(second)
    expect(second.outputs['built']).toBe('true')
    expect(await digestsByTag(app.image)).toEqual({
      ...allOn(first.outputs['digest'], tagsIn('git-<sha>', app.sha)),
      ...allOn(second.outputs['digest'], ['dev']),
    })
  })

  test.concurrent('build: never fails where there is none', async () => {
    const app = stage.app()
    const inputs = { build: 'never' }
    const result = await app.release({ event: pushEvent({ sha: app.sha }), inputs })
    expect(errorsOf(result)).toEqual([expect.stringMatching(/^build is never, .*\n.*once/)])
  })

  test.concurrent('digest: this image, and no other', async () => {
    const app = stage.app()
    const { outputs } = await app.release({ event: pushEvent({ sha: app.sha }) })
    const sha = app.commit({ 'app.txt': 'next' })
    const result = await app.release({
      event: tagPushEvent({ sha, tag: 'v1.4.2' }),
      inputs: { digest: outputs['digest'] ?? '' },
      environment: noBuilds(),
    })
    expectSuccess(result)
    expect(await digestsByTag(app.image)).toMatchObject(
      allOn(outputs['digest'], ['1.4.2', '1.4', '1']),
    )
  })
})
