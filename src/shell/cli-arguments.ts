// The command line: `image-release <action> [--input value | --input=value | --flag]…`
// An input given several times is a list of its values. Nothing is a positional but the action.
import { ReleaseError } from '../errors.ts'
import { ownValue } from '../oci/json.ts'
import type { Operation } from '../operations/operation.ts'

export interface CliCall {
  readonly operation: Operation
  readonly given: ReadonlyMap<string, string>
  readonly json: boolean
}

/** Throws `usage`; undefined when only help is asked for. */
export function parseArguments(
  operations: readonly Operation[],
  args: readonly string[],
): CliCall | { readonly help: Operation | undefined } {
  const [name, ...rest] = args
  const operation = operations.find((candidate) => candidate.name === name)
  if (name === undefined || name === 'help' || isHelp(name)) return { help: undefined }
  if (!operation)
    throw usage(`There is no action ${JSON.stringify(name)}; there are ${namesOf(operations)}`)
  if (rest.some(isHelp)) return { help: operation }
  return { operation, ...parseFlags(operation, rest) }
}

function parseFlags(operation: Operation, args: readonly string[]) {
  const given = new Map<string, string>()
  let json = false
  for (let index = 0; index < args.length; index += 1) {
    const [, name = '', inline] =
      /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(args[index] ?? '') ?? []
    const field = ownValue(operation.inputs, name)
    if (name === 'json' && inline === undefined) {
      json = true
      continue
    }
    if (!field) throw usage(`${operation.name} has no input ${JSON.stringify(args[index])}`)
    const next = args[index + 1]
    const takesNext =
      inline === undefined && (field.kind !== 'flag' || next === 'true' || next === 'false')
    if (takesNext) index += 1
    const value = inline ?? (takesNext ? next : 'true')
    if (value === undefined) throw usage(`--${name} needs a value`)
    const before = given.get(name)
    given.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return { given, json }
}

/** What the command line understands; of one action, or of all. */
export function renderHelp(operations: readonly Operation[], operation?: Operation): string {
  if (!operation)
    return [
      'Usage: image-release <action> [--input value]… [--json]',
      '',
      ...operations.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`),
      '',
      'image-release <action> --help lists its inputs.',
    ].join('\n')
  const inputs = Object.entries(operation.inputs).filter(([, field]) => !field.secret)
  const width = Math.max(...inputs.map(([name]) => name.length)) + 4
  return [
    `Usage: image-release ${operation.name} [--input value]… [--json]`,
    operation.summary,
    '',
    ...inputs.map(([name, field]) => `  ${`--${name}`.padEnd(width)}${field.summary}`),
  ].join('\n')
}

const isHelp = (argument: string) => argument === '--help' || argument === '-h'

const namesOf = (operations: readonly Operation[]) => operations.map(({ name }) => name).join(', ')

function usage(message: string): ReleaseError {
  return new ReleaseError('usage', message, { hint: 'image-release --help lists what there is.' })
}
