// Our registry client, in process, beside the best of the registry tools as whole processes.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { compile } from '../compile.js'
import { measure, median } from '../stage/measure.js'
import { startRegistry } from '../stage/registry.js'
import { createSampleApp } from '../stage/sample-app.js'
import { show } from './table.js'

const PLATFORM_MEBIBYTES = 50

/** Retags to 1, 4 and 20 tags at 0 and 50 ms a round trip. */
export async function benchRetag(rounds) {
  const ours = await loadClient()
  const registry = await startRegistry()
  const app = createSampleApp()
  app.commit()
  pushImage(app.folder, `${registry.host}/bench/app:source`)
  try {
    for (const roundTrip of [0, 50]) {
      const link = await openLink(registry.host, roundTrip)
      for (const count of [1, 4, 20]) {
        const names = (side, round) =>
          Array.from({ length: count }, (_, tag) => `${side}-${roundTrip}-${count}-${round}-${tag}`)
        const image = `${link.host}/bench/app`
        const sides = await alternateAsync(rounds, {
          'oras tag': async (round) =>
            measure(['oras', 'tag', '--plain-http', `${image}:source`, ...names('oras', round)])
              .wall,
          'ours, N+1 requests': (round) => ours.retag(image, names('ours', round)),
          'ours, verified': (round) => ours.move(image, names('move', round)),
        })
        show(`retag, ${count} tags, ${roundTrip} ms`, sides, 'oras tag')
      }
      link.close()
    }
  } finally {
    app.remove()
    await registry.stop()
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
    for (const [job, host] of [
      ['same registry', one.host],
      ['another registry', other.host],
    ]) {
      const to = (side, round) => `${host}/${side}/${round}`
      const sides = await alternateAsync(rounds, {
        'crane copy': async (round) =>
          measure(['crane', 'copy', '--insecure', `${source}:source`, `${to('crane', round)}:copy`])
            .wall,
        ours: (round) => ours.copy(source, to('ours', round)),
      })
      show(`copy 100 MB, ${job}`, sides, 'crane copy')
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
  const silent = { info() {}, notice() {}, warning() {}, debug() {}, mask() {} }
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
        await Promise.all(tags.map((tag) => client.point(repository, tag, source)))
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
        await client.point(destination, 'copy', await copyImage({ ...ends, digest: raw.digest }))
      })
    },
  }
}

async function timed(body) {
  const started = performance.now()
  await body()
  return performance.now() - started
}

async function alternateAsync(rounds, sides) {
  const walls = Object.fromEntries(Object.keys(sides).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1)
    for (const [name, run] of Object.entries(sides)) walls[name].push(await run(round))
  return Object.fromEntries(
    Object.entries(walls).map(([name, all]) => [name, { wall: median(all) }]),
  )
}

function pushImage(folder, reference) {
  const args = ['--platform', 'linux/amd64,linux/arm64', '--push', '-t', reference, '.']
  execFileSync('docker', ['buildx', 'build', ...args], { cwd: folder, stdio: 'ignore' })
}

async function openLink(host, roundTrip) {
  if (roundTrip === 0) return { host, close() {} }
  const script = new URL('../stage/slow-link.js', import.meta.url).pathname
  const link = spawn(process.execPath, [script, host.split(':')[1], String(roundTrip)])
  const [port] = await once(link.stdout, 'data')
  return { host: `localhost:${String(port).trim()}`, close: () => link.kill() }
}
