// The built action on a registry with hundreds of previews and releases that share layers, platform
// images and whole digests.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { pullRequestEvent } from '../../scripts/stage/events.js'
import { TOKEN } from '../../scripts/stage/github.js'
import type { ActionResult } from '../../scripts/stage/runner.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { digestOf } from '../../src/oci/digest.ts'
import type { RawManifest } from '../../src/oci/manifest.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { type App, expectSuccess, openStage } from './stage.ts'

const stage = openStage()
const closed = (number: number) =>
  pullRequestEvent({ sha: 'a'.repeat(40), number, action: 'closed' })

const PATH = 'acme/app'

/** Every third release is a preview's digest too, every third has a preview's platform images. */
function fillRegistry({ previews, releases: count }: { previews: number; releases: number }) {
  const registry = fakeRegistry()
  const image = (n: number, kind: string) => ({
    content: `layer ${n % 20}`,
    labels: { n: String(n), kind },
  })
  const releases = Array.from({ length: count }, (_, n) => {
    const tags = [`1.${n}.0`, ...(n % 3 === 0 ? [`pr-${n}`] : [])]
    return registry.addImage(PATH, { ...image(n, 'release'), tags })
  })
  for (let n = 0; n < previews; n++) {
    const shared = n % 3 === 1 && n < count
    registry.addImage(PATH, {
      // Most have one platform only: distribution takes its time for every manifest it deletes.
      ...(n < 2 * count ? {} : { platforms: ['linux/amd64'], index: false }),
      ...image(n, shared ? 'release' : 'preview'),
      tags: [...(n % 3 === 0 && n < count ? [] : [`pr-${n}`]), `pr-${n}-abcdef0`],
      ...(shared ? { annotations: { preview: String(n) } } : {}),
    })
  }
  return { registry, releases }
}

type Filled = ReturnType<typeof fillRegistry>

/** Everything the fake registry holds, put into the real one: blobs first, parts before indexes. */
async function upload({ registry }: Filled, image: string): Promise<void> {
  const address = addressOf(image)
  const { blobs, manifests, tags } = registry.repository(PATH)
  const put = async (url: string, body: Uint8Array, type: string) => {
    const headers = { 'content-type': type }
    const { status } = await fetch(url, { method: 'PUT', body: Buffer.from(body), headers })
    expect(status).toBe(201)
  }
  await eachOf(blobs, async ([digest, bytes]) => {
    const { headers } = await fetch(`${address}/blobs/uploads/`, { method: 'POST' })
    const to = headers.get('location')
    await put(`${to}&digest=${digest}`, bytes, 'application/octet-stream')
  })
  const isTagged = new Set<string>([...tags.values()].map(({ digest }) => digest))
  const parts = [...manifests].filter(([digest]) => !isTagged.has(digest))
  await eachOf(parts, ([digest, { bytes, mediaType }]) =>
    put(`${address}/manifests/${digest}`, bytes, mediaType),
  )
  await eachOf(tags, async ([tag, { digest }]) => {
    const { bytes, mediaType } = manifests.get(digest) as RawManifest
    await put(`${address}/manifests/${tag}`, bytes, mediaType)
  })
}

/** Eight at once. */
async function eachOf<T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items].values()
  const work = async () => {
    for (const item of queue) await act(item)
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

/** Index, platform images, configs and layers, each hashed. */
async function pull(image: string, { digest, mediaType }: RawManifest): Promise<void> {
  const address = addressOf(image)
  const read = async (path: string, wanted: string, accept = '*/*') => {
    const answer = await fetch(`${address}/${path}/${wanted}`, { headers: { accept } })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect({ status: answer.status, digest: digestOf(bytes) }).toEqual({
      status: 200,
      digest: wanted,
    })
    return bytes
  }
  const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))
  for (const part of json(await read('manifests', digest, mediaType)).manifests) {
    const manifest = json(await read('manifests', part.digest, part.mediaType))
    for (const blob of [manifest.config, ...manifest.layers]) await read('blobs', blob.digest)
  }
}

function addressOf(image: string): string {
  const [host, ...path] = image.split('/')
  return `http://${host}/v2/${path.join('/')}`
}

/** The tags of a registry that was filled, but for those that go. */
function tagsLeft({ registry }: Filled, keep: (tag: string) => boolean) {
  return Object.fromEntries(Object.entries(registry.tags(PATH)).filter(([tag]) => keep(tag)))
}

beforeAll(() => {
  const permissions = ['packages: write', 'deployments: read', 'pull-requests: write']
  stage.github.addToken(TOKEN, permissions)
})

test('a closed pull request loses its previews, and the comment says so', async () => {
  const filled = fillRegistry({ previews: 40, releases: 5 })
  const app = stage.app()
  await upload(filled, app.image)
  const result = await app.release({ action: 'cleanup', event: closed(3) })
  expectSuccess(result)
  expect(result.outputs['deleted']?.split('\n').sort()).toEqual([
    `${app.image}:pr-3`,
    `${app.image}:pr-3-abcdef0`,
  ])
  expect(result.outputs['kept']).toBe(`${app.image}:pr-3: 1.3.0 needs it`)
  expect(await digestsByTag(app.image)).toEqual(tagsLeft(filled, (tag) => !/^pr-3(-|$)/.test(tag)))
  const comments = stage.repository.comments.filter(({ issue }) => issue === 3)
  expect(comments.map(({ body }) => body)).toEqual([
    expect.stringContaining('The preview was deleted'),
  ])
})

describe('of 300 previews and 50 releases all previews go', () => {
  const filled = fillRegistry({ previews: 300, releases: 50 })
  let app: App
  let result: ActionResult
  beforeAll(async () => {
    app = stage.app()
    await upload(filled, app.image)
    const inputs = { tags: 'pr-*', comment: 'false' }
    result = await app.release({ action: 'cleanup', event: closed(5), inputs })
  })

  test('every release pulls by digest, and what was deleted does not', async () => {
    expectSuccess(result)
    expect(await digestsByTag(app.image)).toEqual(tagsLeft(filled, (tag) => tag.startsWith('1.')))
    for (const release of filled.releases) await pull(app.image, release)
    const { manifests } = JSON.parse(result.outputs['json'] ?? '').images[0]
    expect(manifests.length).toBeGreaterThan(300)
    const gone = await fetch(`${addressOf(app.image)}/manifests/${manifests[0]}`)
    expect(gone.status).toBe(404)
  })

  test('skopeo copies a release with all it has', () => {
    const release = filled.releases[4]
    const folder = mkdtempSync(join(tmpdir(), 'cleanup-'))
    try {
      const flags = ['-q', '--all', '--src-tls-verify=false']
      const from = `docker://${app.image}@${release?.digest}`
      execFileSync('skopeo', ['copy', ...flags, from, `dir:${folder}`])
      expect(digestOf(readFileSync(join(folder, 'manifest.json')))).toBe(release?.digest)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
