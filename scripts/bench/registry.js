// Our registry client, in process, beside registry tools as whole processes.
import { randomBytes } from 'node:crypto'
import { compile } from '../compile.js'
import { alternate, measure, timed } from '../stage/measure.js'
import { startRegistry } from '../stage/registry.js'
import { createSampleApp } from '../stage/sample-app.js'
import { openLink } from './link.js'
import { onStage, pushImage, third } from './release.js'
import { show, whereInstalled } from './table.js'

const PLATFORM_MEBIBYTES = 50
const SKOPEO = ['skopeo', 'copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false']

/** Retags to 1, 4 and 20 tags at 0 and 50 ms a round trip. */
export async function benchRetag(rounds) {
  const ours = await loadClient()
  await onStage(async ({ app, host }) => {
    pushImage(app.folder, `${host}/bench/app:source`)
    for (const roundTrip of [0, 50]) {
      const link = await openLink(host, roundTrip)
      for (const count of [1, 4, 20]) {
        const job = `retag, ${count} tag${count > 1 ? 's' : ''}, ${roundTrip} ms a round trip`
        const image = `${link.host}/bench/app`
        const names = (side, round) =>
          Array.from({ length: count }, (_, tag) => `${side}-${roundTrip}-${count}-${round}-${tag}`)
        const sides = {
          ...whereInstalled(job, retagPeers({ image, names, count })),
          'ours, N+1 requests': (round) => ours.retag(image, names('ours', round)),
          'ours, verified': (round) => ours.move(image, names('move', round)),
        }
        const often = count > 4 || roundTrip > 0 ? third(rounds) : rounds
        show(job, await alternate(sides, often), 'oras tag')
      }
      link.close()
    }
  })
}

/**
 * oras and imagetools take all tags at once, crane and skopeo one a process, which tells nothing of
 * many.
 */
function retagPeers({ image, names, count }) {
  const source = `${image}:source`
  const all = (...command) => measure(['bash', '-ec', command.join(' ')])
  const each = (side, command) => (round) => all(...names(side, round).map(command))
  const oneByOne = {
    'crane tag': ['crane', each('crane', (tag) => `crane tag --insecure ${source} ${tag};`)],
    'skopeo copy': [
      'skopeo',
      each(
        'skopeo',
        (tag) => `${SKOPEO.join(' ')} -q docker://${source} docker://${image}:${tag};`,
      ),
    ],
  }
  return {
    'oras tag': ['oras', (round) => all('oras tag --plain-http', source, ...names('oras', round))],
    ...(count > 4 ? {} : oneByOne),
    'docker buildx imagetools create': [
      'docker',
      (round) =>
        all(
          'docker buildx imagetools create --progress quiet',
          ...names('imagetools', round).map((tag) => `-t ${image}:${tag}`),
          source,
        ),
    ],
  }
}

/** Copies a two-platform image of 100 MB within a registry and to another one. */
export async function benchCopy(rounds) {
  const ours = await loadClient()
  const [one, other] = [await startRegistry(), await startRegistry()]
  const app = createSampleApp()
  const big = {
    'amd64.bin': randomBytes(PLATFORM_MEBIBYTES << 20),
    'arm64.bin': randomBytes(PLATFORM_MEBIBYTES << 20),
  }
  app.commit({ ...big, Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH.bin /data\n' })
  const source = `${one.host}/bench/big`
  pushImage(app.folder, `${source}:source`)
  try {
    for (const [where, host] of [
      ['same registry', one.host],
      ['another registry', other.host],
    ]) {
      const job = `copy of 100 MB, ${where}`
      const to = (side, round) => `${host}/${side}/${round}`
      const from = `${source}:source`
      const peers = {
        'crane copy': [
          'crane',
          (round) => measure(['crane', 'copy', '--insecure', from, `${to('crane', round)}:copy`]),
        ],
        'skopeo copy': [
          'skopeo',
          (round) =>
            measure([...SKOPEO, `docker://${from}`, `docker://${to('skopeo', round)}:copy`]),
        ],
      }
      const sides = {
        ...whereInstalled(job, peers),
        ours: (round) => ours.copy(source, to('ours', round)),
      }
      show(job, await alternate(sides, third(rounds)), 'crane copy')
    }
  } finally {
    app.remove()
    await Promise.all([one.stop(), other.stop()])
  }
}

/** The client as the operations use it, from the compiled sources; each call is one measurement. */
async function loadClient() {
  compile()
  const [{ createRegistryClient }, { copyImage }, { parseRepository }, { createHttp }, { clock }] =
    await Promise.all([
      import('../../build/registry/client.js'),
      import('../../build/registry/copy.js'),
      import('../../build/oci/reference.js'),
      import('../../build/shell/http.js'),
      import('../../build/shell/clock.js'),
    ])
  const silent = {
    info() {},
    notice() {},
    warning() {},
    debug() {},
    mask() {},
    hide: (text) => text,
  }
  const newClient = () =>
    createRegistryClient({
      http: createHttp({ environment: {} }),
      clock,
      log: silent,
      credentials: async () => undefined,
      insecureRegistries: [],
    })
  return {
    async retag(image, tags) {
      const repository = parseRepository(image)
      return timed(async () => {
        const client = newClient()
        const source = await client.get({ ...repository, tag: 'source' })
        await Promise.all(tags.map((tag) => client.put(repository, tag, source)))
      })
    },
    /** As the operations do it: each tag read before and after. */
    async move(image, tags) {
      const repository = parseRepository(image)
      return timed(async () => {
        const client = newClient()
        const source = await client.get({ ...repository, tag: 'source' })
        await Promise.all(tags.map((tag) => client.point({ repository, tag, manifest: source })))
      })
    },
    async copy(from, to) {
      const [source, destination] = [parseRepository(from), parseRepository(to)]
      return timed(async () => {
        const client = newClient()
        const raw = await client.get({ ...source, tag: 'source' })
        const ends = {
          from: { client, repository: source },
          to: { client, repository: destination },
        }
        const manifest = await copyImage({ ...ends, digest: raw.digest })
        await client.point({ repository: destination, tag: 'copy', manifest })
      })
    },
  }
}
