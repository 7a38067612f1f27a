// Tags on a run at MLflow (mlflow.org, "REST API", `runs/set-tag` of 2.0). It serves the record, so
// nothing that goes wrong here fails the job.
import { messageOf, ReleaseError } from '../../errors.ts'
import { encodeBase64 } from '../../oci/base64.ts'
import type { HttpRequest } from '../../ports.ts'
import type { World } from '../operation.ts'
import type { Dataset, RunRecord } from './run-record.ts'

const TRIES = 4
const FIRST_WAIT_MS = 1_000
const TIMEOUT_MS = 10_000

/** Names of ours, and those that MLflow itself shows. */
export function tagsOf({ image, source, datasets }: RunRecord, pinned: string) {
  const dirty = source.dirty === undefined ? {} : { 'image-release.dirty': String(source.dirty) }
  const data = datasets.map((dataset) => [
    `image-release.dataset.${dataset.name}`,
    versionOf(dataset),
  ])
  return {
    'image-release.image': pinned,
    'image-release.digest': image.digest,
    'image-release.platform': image.platform,
    'image-release.revision': source.revision,
    ...dirty,
    ...Object.fromEntries(data),
    'mlflow.docker.image.uri': pinned,
    'mlflow.source.git.commit': source.revision,
  }
}

function versionOf(dataset: Dataset): string {
  return 'version' in dataset ? dataset.version : `sha256:${dataset.sha256}`
}

/** Never rejects: what could not be set is a warning. */
export async function tagRun(
  tags: Readonly<Record<string, string>>,
  { uri, runId }: { readonly uri: string; readonly runId: string | undefined },
  world: World,
): Promise<void> {
  const { log } = world
  try {
    if (!runId) throw new ReleaseError('input', 'run-id is empty')
    const server = readServer(uri, world)
    for (const [key, value] of Object.entries(tags))
      await setTag(server, { run_id: runId, run_uuid: runId, key, value }, world)
    log.info(`Tagged run ${runId} at MLflow`)
  } catch (error) {
    log.warning(`The run is not tagged at MLflow: ${messageOf(error)}`)
  }
}

interface Server {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** With MLflow's own variables for the login, or one in the address. */
function readServer(uri: string, { environment, log }: World): Server {
  if (!URL.canParse(uri) || !/^https?:$/.test(new URL(uri).protocol))
    throw new ReleaseError('input', 'metrics-uri is no http or https address')
  const url = new URL(uri)
  const token = environment['MLFLOW_TRACKING_TOKEN']
  const user = decodeURIComponent(url.username) || environment['MLFLOW_TRACKING_USERNAME']
  const password = decodeURIComponent(url.password) || environment['MLFLOW_TRACKING_PASSWORD']
  const basic = encodeBase64(`${user ?? ''}:${password ?? ''}`)
  for (const secret of [token, password, user && basic]) if (secret) log.mask(secret)
  const authorization = user ? `Basic ${basic}` : token ? `Bearer ${token}` : undefined
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}/api/2.0/mlflow/runs/set-tag`,
    headers: {
      'content-type': 'application/json',
      ...(authorization ? { authorization } : {}),
    },
  }
}

async function setTag({ url, headers }: Server, tag: object, world: World): Promise<void> {
  const { clock, signal } = world
  const body = new TextEncoder().encode(JSON.stringify(tag))
  for (let tried = 1; ; tried++) {
    const outcome = await send({ method: 'POST', url, headers, body }, world)
    if (outcome === 'done') return
    if (tried === TRIES || outcome.isFinal)
      throw new ReleaseError('registry', `${new URL(url).host} ${outcome.why}`)
    await clock.sleep(FIRST_WAIT_MS * 2 ** (tried - 1), signal)
  }
}

interface Refusal {
  readonly why: string
  readonly isFinal: boolean
}

async function send(request: HttpRequest, { http, signal }: World): Promise<'done' | Refusal> {
  try {
    const { status, body } = await http({ ...request, signal, timeoutMs: TIMEOUT_MS })
    // Leaving early closes the connection.
    for await (const _ of body) break
    if (status >= 200 && status < 300) return 'done'
    return { why: `answered ${status}`, isFinal: status < 500 && status !== 429 }
  } catch (error) {
    return { why: `did not answer: ${messageOf(error)}`, isFinal: signal.aborted }
  }
}
