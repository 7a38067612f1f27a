// The stage of record-run: an image acme/train, a work tree as Git tells of it, and an MLflow that
// answers as it is told.
import { dispatchEvent } from '../../scripts/stage/events.js'
import { digestOf } from '../../src/oci/digest.ts'
import { recordRun } from '../../src/operations/record-run.ts'
import type { Http } from '../../src/ports.ts'
import { routeHosts } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles } from '../fakes/world.ts'
import { type Given, openStage } from './stage.ts'

/** What Git says the work tree is at. */
export const SHA = 'a'.repeat(40)
/** The event's commit. */
export const EVENT_SHA = 'b'.repeat(40)
export const TRAIN = 'localhost:5000/acme/train'

interface Setting {
  readonly platforms?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** What Git says is changed; undefined: no work tree. Default: nothing is. */
  readonly status?: string | undefined
  readonly environment?: Readonly<Record<string, string>>
}

export const sha256 = (text: string) =>
  digestOf(new TextEncoder().encode(text)).slice('sha256:'.length)

export function recordRunStage(setting: Setting = {}) {
  const { platforms = ['linux/amd64', 'linux/arm64'], environment = {} } = setting
  const status = 'status' in setting ? setting.status : ''
  const { perform, registry, log } = openStage({ permissions: [] })
  const image = registry.addImage('acme/train', { tags: ['1.0'], platforms })
  const { http: mlflow, posts, answers } = fakeMlflow()
  const files = new MemoryFiles(setting.files)
  const exec = fakeExec(({ file, args }) => {
    if (file === 'uname') return { stdout: 'x86_64\n' }
    if (file !== 'git' || status === undefined) return { code: 128 }
    return { stdout: args[0] === 'status' ? status : `${SHA}\n` }
  })
  const http = routeHosts({ 'localhost:5000': registry, 'mlflow.test': { http: mlflow } })

  const run = async (given: Given = {}) => {
    const ran = await perform(recordRun, {
      event: dispatchEvent({ sha: EVENT_SHA }),
      given: { image: `${TRAIN}:1.0`, ...given },
      environment,
      world: { http, files, exec },
    })
    const { json } = ran.outputs
    return { ...ran, record: json ? JSON.parse(json) : undefined }
  }
  return { image, posts, answers, log, files, exec, run }
}

/** `posts` is what it got, `answers` what it answers next; else 200. */
function fakeMlflow() {
  const posts: { url: string; headers: object; body: Record<string, string> }[] = []
  const answers: (number | 'broken')[] = []
  const http: Http = async ({ url, headers, body }) => {
    posts.push({ url, headers, body: JSON.parse(new TextDecoder().decode(body as Uint8Array)) })
    const status = answers.shift() ?? 200
    if (status === 'broken') throw Object.assign(new Error('hang up'), { code: 'ECONNRESET' })
    return { status, headers: {}, body: emptyBody() }
  }
  return { http, posts, answers }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
