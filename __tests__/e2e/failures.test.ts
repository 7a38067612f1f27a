// What goes wrong, told in one error with the next act, and how far the run came by then.
import { describe, expect, test } from '@jest/globals'
import { pushEvent, releaseEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { removeImages } from '../../scripts/stage/registry.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { type Fault, startFaultyRegistry } from './harness-proxy.ts'
import { EMPTY_PATH, errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

type Inputs = Readonly<Record<string, string>>

describe('inputs', () => {
  // name, inputs, files, the error
  test.concurrent.each<[string, Inputs, Record<string, string>, RegExp]>([
    [
      'an invalid image name',
      { images: 'ghcr.io/acme/-app' },
      {},
      /^images: .*ghcr\.io\/acme\/-app/,
    ],
    [
      'an unknown key in the defaults file',
      {},
      { '.github/image-release.yml': 'channels: [dev]\nplatfroms: linux/amd64\n' },
      /^\.github\/image-release\.yml, line 2: unknown key "platfroms"\nIts keys are images, /,
    ],
    [
      'a key in the wrong place of the defaults file',
      {},
      { '.github/image-release.yml': 'sbom: true\nrelease:\n  push: true\n' },
      /line 1: unknown key "sbom"; put it under "release:"\n.*line 3: "push" may stand in a workflow only/,
    ],
    [
      'all mistakes together',
      { push: 'perhaps', platforms: 'linux amd64', digest: '' },
      {},
      /digest: given but empty.*\n.*push: "perhaps" is none of auto, true, false\n.*platforms: /s,
    ],
    ['latest', { tags: 'type=raw,value=latest' }, {}, /latest.*\n.*allow-latest: true/],
    [
      'another version than the git tag',
      { version: '1.4.3' },
      {},
      /version says 1\.4\.3, but the git tag is v1\.4\.2\n/,
    ],
    [
      'no version in the version-file',
      { 'version-file': 'version.json' },
      { 'version.json': '{}' },
      /^version-file: version\.json holds no version\n.*`version` field/,
    ],
    ['no such section', { section: 'web' }, {}, /^section: there is no .*\nWrite that file/],
    ['an empty context', { context: 'nowhere' }, {}, /no folder "nowhere"\n.*actions\/checkout/],
    [
      'a secret that came out empty',
      { secrets: 'TOKEN=' },
      {},
      /secret TOKEN is empty\nWrite one NAME=value/,
    ],
  ])('%s', async (_, inputs, files, message) => {
    const app = stage.app(files)
    const event = tagPushEvent({ sha: app.sha, tag: 'v1.4.2' })
    const environment = { PATH: EMPTY_PATH }
    const result = await app.release({ event, inputs, environment })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([expect.stringMatching(message)])
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

describe('Docker', () => {
  const captured = (name: string) =>
    new URL(`../buildx/captured/${name}.txt`, import.meta.url).pathname
  const says = (name: string, code: number) => ({
    PATH: stage.dockerPath(`cat ${captured(name)} >&2; exit ${code}`),
  })

  // name, environment, the error
  test.concurrent.each<[string, () => Record<string, string>, RegExp]>([
    ['is missing', () => ({ PATH: EMPTY_PATH }), /^Cannot start docker: .*\nInstall Docker/],
    [
      'has no engine',
      () => ({ DOCKER_HOST: 'unix:///nowhere.sock' }),
      /Docker daemon|docker API.*\nStart Docker Engine/s,
    ],
    [
      'has no buildx',
      () => says('noplugin', 125),
      /^Cannot build .*\n.*Docker Buildx is missing\. Add docker\/setup-buildx-action before this step\.$/s,
    ],
    [
      'cannot build several platforms',
      () => says('classic-multi', 1),
      /Multi-platform build is not supported for the docker driver.*\n.*docker\/setup-buildx-action/s,
    ],
    [
      'fails without a word',
      () => ({ PATH: stage.dockerPath('exit 1') }),
      /^Cannot build .*: buildx ended with exit code 1 and said nothing about it\n/,
    ],
    [
      'is killed',
      () => ({ PATH: stage.dockerPath('kill -9 $$') }),
      /^Cannot build .*: buildx was ended by SIGKILL/,
    ],
    [
      'pushes nothing and calls it success',
      () => ({ PATH: stage.dockerPath('exit 0') }),
      /did not say which digest it pushed/,
    ],
  ])('%s', async (_, environment, message) => {
    const app = stage.app()
    const event = tagPushEvent({ sha: app.sha, tag: 'v1.4.2' })
    const inputs = { platforms: 'linux/amd64,linux/arm64' }
    const result = await app.release({ event, inputs, environment: environment() })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([expect.stringMatching(message)])
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

describe('the build', () => {
  const COPY_ABSENT = { Dockerfile: 'FROM scratch\nCOPY absent.txt /\n' }

  test.concurrent("fails: buildx's own last lines, nothing tagged, nothing recorded", async () => {
    const app = stage.app(COPY_ABSENT)
    // A version that no other test here releases, which would write these notes.
    const release = stage.repository.addRelease('v2.5.0', { body: 'What is new' })
    const event = releaseEvent({ sha: app.sha, tag: 'v2.5.0', id: release.id })
    const result = await app.release({ event })
    expect(result.code).toBe(1)
    const [error = '', ...more] = errorsOf(result)
    expect(more).toEqual([])
    expect(error).toMatch(/^Cannot build .*\/acme\/app-.*: .*"\/absent\.txt": not found\n/)
    expect(error).toContain('>>> COPY absent.txt /')
    expect(result.outputs['digest']).toBeUndefined()
    expect(result.outputs['pushed']).not.toBe('true')
    expect(result.summary).toContain('Failed to release')
    expect(await digestsByTag(app.image)).toEqual({})
    expect(release.body).toBe('What is new')
  })

  // name, inputs, the error
  test.concurrent.each<[string, Inputs, RegExp]>([
    [
      'names a target that is not there',
      { target: 'absent' },
      /target stage "absent" could not be found.*\nName a stage/s,
    ],
    [
      'names a builder that is not there',
      { builder: 'absent' },
      /no builder "absent" found\n.*setup-buildx-action/,
    ],
    [
      'names a Dockerfile that is not there',
      { file: 'absent' },
      /open absent: no such file.*\nAdd actions\/checkout/s,
    ],
    [
      'names a scanner that is not there',
      { sbom: 'generator=localhost:9/scanner' },
      /localhost:9\/scanner/,
    ],
    ['asks for an entitlement there is not', { allow: 'no.such' }, /no\.such/],
  ])('%s', async (_, inputs, message) => {
    const app = stage.app()
    const result = await app.release({ event: pushEvent({ sha: app.sha }), inputs })
    expect(result.code).toBe(1)
    expect(errorsOf(result)).toEqual([expect.stringMatching(message)])
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

test.concurrent('a refused tag: what moved, what did not, and a re-run that finishes', async () => {
  const app = stage.app()
  const release = stage.repository.addRelease('v2.4.2', { body: '' })
  const event = releaseEvent({ sha: app.sha, tag: 'v2.4.2', id: release.id })
  const body = '{"errors": [{"code": "DENIED", "message": "not today"}]}'
  const faults: Fault[] = [{ status: 403, headers: { 'content-type': 'application/json' }, body }]
  const proxy = await startFaultyRegistry(`http://${stage.host}`, (line) =>
    /^PUT .*\/manifests\/2$/.test(line) ? faults.shift() : undefined,
  )
  const images = app.image.replace(stage.host, proxy.host)
  const refused = `${images}:2`
  const moved = tagsIn('2.4.2 2.4 git-<sha>', app.sha)
  const done = moved.map((tag) => `${images}:${tag}`)
  try {
    const failed = await app.release({ event, inputs: { images } })
    const { digest } = failed.outputs
    expect(failed.code).toBe(1)
    expect(errorsOf(failed)).toHaveLength(1)
    const [error] = errorsOf(failed)
    expect(error).toContain(`Cannot put every tag on ${digest}: on it are ${done.join(', ')};`)
    expect(error).toContain(`not on it are ${refused} (Cannot move tag 2 of ${images}: `)
    expect(error).toMatch(/403 DENIED.*\nRun the job again/)
    const told = { pushed: 'true', tags: done.join('\n'), 'tags-failed': refused }
    expect(failed.outputs).toMatchObject(told)
    expect(await digestsByTag(app.image)).toEqual(allOn(digest, moved))
    expect(release.body).toBe('')

    const finished = await app.release({ event, inputs: { images } })
    expectSuccess(finished)
    expect(finished.outputs).toMatchObject({ digest, built: 'false', 'tags-failed': '' })
    expect(await digestsByTag(app.image)).toEqual(allOn(digest, [...moved, '2']))
    expect(release.body).toContain(digest)
  } finally {
    await Promise.all([proxy.stop(), removeImages(proxy.host)])
  }
})

test.concurrent('a summary that cannot be written fails nothing', async () => {
  const app = stage.app()
  const environment = { GITHUB_STEP_SUMMARY: '/nowhere/summary' }
  const event = tagPushEvent({ sha: app.sha, tag: 'v1.4.2' })
  const result = await app.release({ event, environment })
  expectSuccess(result)
  expect(result.log).toContain('::warning::No step summary: ')
  expect(await digestsByTag(app.image)).toMatchObject({ '1.4.2': result.outputs['digest'] })
})
