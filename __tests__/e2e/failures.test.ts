// What goes wrong, told in one error with the next act, and how far the run came by then.
import { describe, expect, jest, test } from '@jest/globals'
import { pushEvent, releaseEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { openFront } from './front.ts'
import { allOn, EMPTY_PATH, errorsOf, expectSuccess, openStage, tagsIn } from './stage.ts'

jest.setTimeout(60_000)
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
      /^\.github\/image-release\.yml, line 2: unknown key "platfroms"/,
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
      /version-file: version\.json holds no version/,
    ],
    ['no such section', { section: 'web' }, {}, /section/],
    ['an empty context', { context: 'nowhere' }, {}, /no folder "nowhere"\n.*actions\/checkout/],
    ['a secret that came out empty', { secrets: 'TOKEN=' }, {}, /secrets/],
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
    const { id } = stage.repository.addRelease('v1.4.2', { body: 'What is new' })
    const event = releaseEvent({ sha: app.sha, tag: 'v1.4.2', id })
    const result = await app.release({ event })
    expect(result.code).toBe(1)
    const [error = '', ...more] = errorsOf(result)
    expect(more).toEqual([])
    expect(error).toMatch(/^Cannot build .*:1\.4\.2: .*"\/absent\.txt": not found\n/)
    expect(error).toContain('>>> COPY absent.txt /')
    expect(result.outputs['digest']).toBeUndefined()
    expect(result.outputs['pushed']).not.toBe('true')
    expect(result.summary).toContain('Failed to release')
    expect(await digestsByTag(app.image)).toEqual({})
    expect(stage.repository.releases.find((release) => release.id === id)?.body).toBe('What is new')
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
  const { id } = stage.repository.addRelease('v2.4.2', { body: '' })
  const event = releaseEvent({ sha: app.sha, tag: 'v2.4.2', id })
  const front = await openFront(stage.host)
  const image = app.image.replace(stage.host, front.host)
  const [version, minor, major, commit] = tagsIn('2.4.2 2.4 2 git-<sha>', app.sha)
  try {
    front.refused.add(String(major))
    const failed = await app.release({ event, inputs: { images: image } })
    const { digest } = failed.outputs
    expect(failed.code).toBe(1)
    const done = [version, minor, commit].map((tag) => `${image}:${tag}`)
    const [error = '', ...more] = errorsOf(failed)
    expect(more).toEqual([])
    expect(error).toContain(`Cannot put every tag on ${digest}: on it are ${done.join(', ')};`)
    expect(error).toContain(`not on it are ${image}:${major} (Cannot move tag`)
    expect(error).toMatch(/403 DENIED.*\nRun the job again/)
    expect(failed.outputs).toMatchObject({
      pushed: 'true',
      tags: done.join('\n'),
      'tags-failed': `${image}:${major}`,
    })
    expect(await digestsByTag(app.image)).toEqual(
      allOn(digest, [version, minor, commit].map(String)),
    )
    expect(stage.repository.releases.find((release) => release.id === id)?.body).toBe('')

    const finished = await app.release({ event, inputs: { images: image } })
    expectSuccess(finished)
    expect(finished.outputs).toMatchObject({ digest, built: 'false', 'tags-failed': '' })
    expect(await digestsByTag(app.image)).toEqual(
      allOn(digest, [version, minor, major, commit].map(String)),
    )
    expect(stage.repository.releases.find((release) => release.id === id)?.body).toContain(digest)
  } finally {
    await front.close()
  }
})
