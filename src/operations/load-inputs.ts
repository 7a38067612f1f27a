// An operation's inputs from everywhere they can come: the workflow or command line, then the
// defaults file of the workspace or, without a checkout, of the default branch.
import { isReleaseError, ReleaseError } from '../errors.ts'
import { statusOf } from '../github/client.ts'
import { fullName, repositoryCall } from '../github/repository-call.ts'
import { DEFAULTS_PATH, readDefaults } from '../inputs/defaults-file.ts'
import type { Fields, Values } from '../inputs/field.ts'
import { readInputs } from '../inputs/read-inputs.ts'
import type { Operation, World } from './operation.ts'
import { connectGitHub, workspaceOf } from './world.ts'

type Given = (name: string) => string | undefined

/** Throws `input` naming every mistake in either place. Says in the log which file was read. */
export async function loadInputs<F extends Fields>(request: Loading<F>): Promise<Values<F>> {
  const { operation, given, world } = request
  for (const name of Object.keys(operation.inputs)) maskAddresses(given(name) ?? '', world)
  const values = readInputs(operation.inputs, { given, ...(await loadDefaults(request)) })
  for (const [name, field] of Object.entries(operation.inputs))
    for (const line of field.notices?.(values[name]) ?? []) world.log.notice(line)
  return values
}

/** Long enough to be a token, which may stand where a user's name does. */
const MIN_TOKEN_CHARACTERS = 16

/** The password in an address is a secret that nobody named as one. */
function maskAddresses(text: string, { log }: World): void {
  for (const [, user = '', password = ''] of text.matchAll(/:\/\/([^\s/:@]*)(?::([^\s/@]*))?@/g)) {
    log.mask(password)
    if (user.length >= MIN_TOKEN_CHARACTERS) log.mask(user)
  }
}

interface Loading<F extends Fields> {
  readonly operation: Operation<F>
  /** Every operation, since the defaults file may speak of any. */
  readonly operations: readonly Operation[]
  readonly given: Given
  readonly world: World
}

async function loadDefaults<F extends Fields>(request: Loading<F>) {
  const { operation, operations, given, world } = request
  const file = await findDefaults(given, world)
  const section = given('section') || undefined
  if (!file) {
    if (section)
      throw new ReleaseError('input', `section: there is no ${DEFAULTS_PATH}`, {
        hint: 'Write that file with `sections:`, or leave `section` out.',
      })
    return {}
  }
  world.log.info(`Defaults from ${file.source}`)
  maskAddresses(file.yaml, world)
  const defaults = readDefaults({
    yaml: file.yaml,
    path: DEFAULTS_PATH,
    action: operation.name,
    section,
    actions: Object.fromEntries(operations.map(({ name, inputs }) => [name, inputs])),
  })
  return { defaults, defaultsSource: DEFAULTS_PATH }
}

interface DefaultsFile {
  readonly yaml: string
  readonly source: string
}

async function findDefaults(given: Given, world: World): Promise<DefaultsFile | undefined> {
  const workspace = workspaceOf(world)
  const bytes = await world.files.read(`${workspace}/${DEFAULTS_PATH}`)
  if (bytes) return { yaml: new TextDecoder().decode(bytes), source: DEFAULTS_PATH }
  const token = given('github-token')
  const isEmptyWorkspace = (await world.files.list(workspace)).length === 0
  return token && isEmptyWorkspace ? await fetchDefaults(token, world) : undefined
}

/**
 * From the default branch; a repository without the file, or out of the token's reach, has none.
 */
async function fetchDefaults(token: string, world: World): Promise<DefaultsFile | undefined> {
  const { repository } = world.event
  const name = fullName(repository)
  try {
    const { data } = await connectGitHub(world, token).call({
      ...repositoryCall(repository, 'GET /contents/{path}', {
        path: DEFAULTS_PATH,
        headers: { accept: 'application/vnd.github.raw+json' },
      }),
      doing: `read ${DEFAULTS_PATH} of ${name}`,
      permission: 'contents: read',
      // Whoever has checked the repository out need not wait for it.
      tries: 2,
    })
    if (typeof data !== 'string') return undefined
    return { yaml: data, source: `${DEFAULTS_PATH} of ${name}'s default branch` }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    if (!isReleaseError(error, 'permission')) throw withWayOut(error)
    world.log.info(`Defaults not looked for: the token may not read ${name}`)
    return undefined
  }
}

function withWayOut(error: unknown): unknown {
  if (!isReleaseError(error, 'github')) return error
  return new ReleaseError('github', error.message, {
    hint: 'Check the repository out before this step, or run the job again.',
    cause: error,
  })
}
