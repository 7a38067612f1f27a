// What the build inputs make of the image: its content, labels, platforms and attestations.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { pushEvent, tagPushEvent } from '../../scripts/stage/events.js'
import { digestsByTag, labelsBySkopeo, manifestBySkopeo } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { expectSuccess, openStage, tagsIn } from './stage.ts'

const stage = openStage()

/** The one that is used anyway, see scripts/setup. */
const BUILDER = process.env['BUILDX_BUILDER'] || 'default'

const main = (sha: string) => pushEvent({ sha })
const tag = (sha: string) => tagPushEvent({ sha, tag: 'v1.4.2' })

describe('the image', () => {
  const STAGES =
    'FROM scratch AS small\nARG A=0\nCOPY one.txt /\nLABEL a=$A\nFROM scratch AS last\nLABEL last=1\n'

  test.concurrent('context, file, target, build-args and labels', async () => {
    const app = stage.app({ 'service/one.txt': 'one', 'service/small.Dockerfile': STAGES })
    const inputs = {
      context: 'service',
      file: 'service/small.Dockerfile',
      target: 'small',
      'build-args': 'A=1, 2',
      labels: 'team=images\norg.opencontainers.image.title=Small\n-org.opencontainers.image.url',
    }
    const result = await app.release({ event: main(app.sha), inputs })
    expectSuccess(result)
    const labels = labelsBySkopeo(`${app.image}:dev`)
    expect(labels).toMatchObject({
      a: '1, 2',
      team: 'images',
      'org.opencontainers.image.title': 'Small',
    })
    expect(Object.keys(labels)).not.toContain('last')
    expect(Object.keys(labels)).not.toContain('org.opencontainers.image.url')
  })

  test.concurrent('says where it is from, in labels and on the index', async () => {
    const app = stage.app()
    const inputs = { platforms: 'linux/amd64,linux/arm64', annotations: 'team=images' }
    const environment = { SOURCE_DATE_EPOCH: '1700000000' }
    const result = await app.release({ event: tag(app.sha), inputs, environment })
    expectSuccess(result)
    const about = {
      'org.opencontainers.image.title': 'app',
      'org.opencontainers.image.description': 'A sample application',
      'org.opencontainers.image.url': 'https://github.com/acme/app',
      'org.opencontainers.image.source': 'https://github.com/acme/app',
      'org.opencontainers.image.version': '1.4.2',
      'org.opencontainers.image.created': '2023-11-14T22:13:20.000Z',
      'org.opencontainers.image.revision': app.sha,
      'org.opencontainers.image.licenses': 'Apache-2.0',
    }
    expect(labelsBySkopeo(`${app.image}:1.4.2`)).toMatchObject(about)
    const index = manifestBySkopeo(`${app.image}:1.4.2`)
    expect(index.annotations).toEqual({ ...about, team: 'images' })
    expect(JSON.parse(result.outputs['platforms'] ?? '')).toEqual(platformsOf(index))
  })

  // name, inputs, platforms of the index; attestations have unknown ones
  test.concurrent.each<[string, Record<string, string>, string[]]>([
    ['provenance: false', { provenance: 'false' }, ['linux/amd64', 'linux/arm64']],
    [
      'provenance: mode=max, sbom: false',
      { provenance: 'mode=max', sbom: 'false' },
      ['linux/amd64', 'linux/arm64', 'unknown/unknown', 'unknown/unknown'],
    ],
  ])('%s', async (_, inputs, platforms) => {
    const app = stage.app()
    const both = { platforms: 'linux/arm64\nlinux/amd64', builder: BUILDER, ...inputs }
    const result = await app.release({ event: main(app.sha), inputs: both })
    expectSuccess(result)
    const index: Index = manifestBySkopeo(`${app.image}:dev`)
    expect(index.manifests.map(platformOf).sort()).toEqual(platforms)
    expect(Object.keys(JSON.parse(result.outputs['platforms'] ?? ''))).toEqual([
      'linux/amd64',
      'linux/arm64',
    ])
  })

  test.concurrent('a single plain manifest is tagged as it is', async () => {
    const app = stage.app()
    const result = await app.release({ event: main(app.sha), inputs: { provenance: 'false' } })
    expectSuccess(result)
    const { digest } = result.outputs
    expect(manifestBySkopeo(`${app.image}:dev`).config).toBeDefined()
    expect(await digestsByTag(app.image)).toEqual(allOn(digest, tagsIn('dev git-<sha>', app.sha)))
    expect(Object.values(JSON.parse(result.outputs['platforms'] ?? ''))).toEqual([digest])
  })

  test.concurrent('cache-to and cache-from', async () => {
    const app = stage.app()
    const ref = `${app.image}-cache:layers`
    const first = { 'cache-to': `type=registry,ref=${ref}` }
    expectSuccess(await app.release({ event: main(app.sha), inputs: first }))
    expect(Object.keys(await digestsByTag(`${app.image}-cache`))).toEqual(['layers'])
    const second = { 'cache-from': ref, build: 'always' }
    const result = await app.release({ event: main(app.sha), inputs: second })
    expectSuccess(result)
    expect(result.log).toContain(`importing cache manifest from ${ref}`)
  })
})

describe('push: false', () => {
  test.concurrent('builds, and leaves nothing anywhere', async () => {
    const app = stage.app()
    const result = await app.release({ event: main(app.sha), inputs: { push: 'false' } })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ built: 'true', pushed: 'false' })
    expect(result.commands).toContainEqual({ name: 'notice', text: 'Not pushed: push is false' })
    expect(await digestsByTag(app.image)).toEqual({})
    expect(imagesInDocker(app.image)).toEqual([])
  })

  test.concurrent('with load: in the local image store under all tags', async () => {
    const app = stage.app()
    const inputs = { push: 'false', load: 'true' }
    const result = await app.release({ event: tag(app.sha), inputs })
    expectSuccess(result)
    const names = imagesInDocker(app.image)
    const tags = tagsIn('1.4.2 1.4 1 git-<sha>', app.sha)
    expect(names.sort()).toEqual(tags.map((name) => `${app.image}:${name}`).sort())
    expect(await digestsByTag(app.image)).toEqual({})
  })
})

function imagesInDocker(image: string): string[] {
  const args = ['image', 'ls', image, '--format', '{{.Repository}}:{{.Tag}}']
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean)
}

interface Index {
  readonly manifests: readonly Entry[]
}

interface Entry {
  readonly digest: string
  readonly platform: { readonly os: string; readonly architecture: string }
}

const platformOf = ({ platform: { os, architecture } }: Entry) => `${os}/${architecture}`

/** Platform to digest, attestations left out. */
function platformsOf({ manifests }: Index): Record<string, string> {
  const images = manifests.filter(({ platform }) => platform.os !== 'unknown')
  return Object.fromEntries(images.map((entry) => [platformOf(entry), entry.digest]))
}
