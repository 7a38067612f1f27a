// Build secrets. Values go to buildx through files in a private folder, so that no command line,
// which every process of the machine can read, ever holds one.
import { ReleaseError } from '../errors.ts'
import type { Environment } from '../ports.ts'
import { formatFields } from './fields.ts'

type SecretInput = 'secrets' | 'secret-envs' | 'secret-files'

/** Where the value of the n-th entry of `secrets` is put for buildx to read. */
export function secretPath(folder: string, index: number): string {
  return `${folder}/secret-${index}`
}

/**
 * `NAME=rest`, taken apart at the first `=`. Throws `input`, without the text, unless both are
 * there.
 */
export function namedSecret(entry: string, input: SecretInput): readonly [string, string] {
  const at = entry.indexOf('=')
  if (at > 0 && at < entry.length - 1) return [entry.slice(0, at), entry.slice(at + 1)]
  const name = at > 0 ? `secret ${entry.slice(0, at)} is empty` : 'an entry has no NAME='
  throw new ReleaseError('input', `Input ${input}: ${name}`, {
    hint: 'Write one NAME=value per line, a value of several lines in quotes ("NAME=…"), and check that the expression behind it is not empty.',
  })
}

export function secretFlag(source: 'src' | 'env', name: string, place: string): string {
  return `--secret=${formatFields([`id=${name}`, `${source}=${place}`])}`
}

interface SecretInputs {
  readonly secrets?: readonly string[] | undefined
  readonly 'secret-envs'?: readonly string[] | undefined
}

/** The values of the input `secrets`, in its order. */
export function secretValues({ secrets = [] }: SecretInputs): readonly string[] {
  return secrets.map((entry) => namedSecret(entry, 'secrets')[1])
}

/** Every value that must not be shown, but for those in files. */
export function knownSecrets(inputs: SecretInputs, environment: Environment): readonly string[] {
  const variables = (inputs['secret-envs'] ?? []).map(
    (entry) => namedSecret(entry, 'secret-envs')[1],
  )
  return [...secretValues(inputs), ...variables.map((variable) => environment[variable] ?? '')]
}
