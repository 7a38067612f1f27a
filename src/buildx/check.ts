// What can be known to be wrong before buildx is started, all of it told together: above all a
// context that is not there, because the checkout was forgotten, and secrets that came out empty.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { Environment, Files } from '../ports.ts'
import { type BuildRequest, contextOf } from './args.ts'
import { checkOutputs } from './outputs.ts'
import { namedSecret } from './secrets.ts'

/** Contexts that buildx fetches itself. */
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i

const CHECKOUT = 'Add actions/checkout before this step, or name the folder to build in `context`.'

type Surroundings = { readonly files: Files; readonly environment: Environment }

/** Throws `input` with every mistake found. */
export async function checkRequest(request: BuildRequest, around: Surroundings): Promise<void> {
  const found = await Promise.all([
    mistakesIn(() => checkContext(contextOf(request), around.files)),
    mistakesIn(() => checkFolderOfFile(request, around.files)),
    mistakesIn(() => checkOutputs(request)),
    ...(request.secrets ?? []).map((entry) => mistakesIn(() => namedSecret(entry, 'secrets'))),
    ...(request['secret-envs'] ?? []).map((entry) =>
      mistakesIn(() => checkSecretEnv(entry, around.environment)),
    ),
    ...(request['secret-files'] ?? []).map((entry) =>
      mistakesIn(() => checkSecretFile(entry, around.files)),
    ),
  ])
  const mistakes = found.flat()
  const [first] = mistakes
  if (first === undefined) return
  const message = mistakes.map(({ message }) => message).join('\n')
  throw new ReleaseError('input', message, first.hint === undefined ? {} : { hint: first.hint })
}

async function mistakesIn(check: () => unknown): Promise<readonly ReleaseError[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (isReleaseError(error, 'input')) return [error]
    throw error
  }
}

async function checkContext(context: string, files: Files): Promise<void> {
  if (context === '-')
    throw mistake(
      'Input context: "-" would read the context from standard input, which is empty',
      'Name a folder or a URL in `context`.',
    )
  const kind = await files.kind(context)
  if (kind === undefined && !REMOTE.test(context))
    throw mistake(`Input context: there is no folder ${JSON.stringify(context)}`, CHECKOUT)
  if (kind === 'folder' && (await files.list(context)).length === 0)
    throw mistake(`Input context: the folder ${JSON.stringify(context)} is empty`, CHECKOUT)
}

/**
 * The file itself buildx looks for in more than one spelling; without its folder it says little.
 */
async function checkFolderOfFile(request: BuildRequest, files: Files): Promise<void> {
  const { file = '' } = request
  const [, folder = ''] = /^(.+)\/[^/]*$/.exec(file) ?? []
  if (folder === '' || REMOTE.test(file) || REMOTE.test(contextOf(request))) return
  if ((await files.kind(folder)) === undefined)
    throw mistake(
      `Input file: there is no folder ${JSON.stringify(folder)}`,
      'Add actions/checkout before this step; `file` is a path from the workspace.',
    )
}

function checkSecretEnv(entry: string, environment: Environment): void {
  const [name, variable] = namedSecret(entry, 'secret-envs')
  if (!environment[variable])
    throw mistake(
      `Input secret-envs: secret ${name} reads the variable ${variable}, which is not set or empty`,
      `Set ${variable} under \`env:\` of this step.`,
    )
}

async function checkSecretFile(entry: string, files: Files): Promise<void> {
  const [name, path] = namedSecret(entry, 'secret-files')
  const kind = await files.kind(path)
  if (kind === undefined || kind === 'folder')
    throw mistake(
      `Input secret-files: secret ${name} reads ${path}, which is ${kind ? 'a folder' : 'not there'}`,
      'Write NAME=path with the path of a file, from the workspace or absolute.',
    )
}

function mistake(message: string, hint: string): ReleaseError {
  return new ReleaseError('input', message, { hint })
}
