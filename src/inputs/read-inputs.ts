// Reading an operation's inputs: the workflow's text first, then the defaults file's, then the
// field's default. Every mistake is reported, one line each, in one error.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { DefaultValue } from './defaults-file.ts'
import type { Field, Fields, Values } from './field.ts'

export interface InputSources {
  /**
   * The text given for an input; undefined where it was not given. The runner gives '' for both.
   */
  readonly given: (name: string) => string | undefined
  readonly defaults?: ReadonlyMap<string, DefaultValue>
  /** Where the defaults came from, for the mistakes in them. */
  readonly defaultsSource?: string
}

/** Throws `input` with one line per mistake. */
export function readInputs<F extends Fields>(fields: F, sources: InputSources): Values<F> {
  const mistakes: string[] = []
  const values = Object.entries(fields).map(([name, field]) => {
    try {
      return [name, readField(name, field, sources)]
    } catch (error) {
      if (!isReleaseError(error, 'input', 'invalid-reference')) throw error
      mistakes.push(error.message)
      return [name, undefined]
    }
  })
  if (mistakes.length > 0) throw new ReleaseError('input', mistakes.join('\n'))
  return Object.fromEntries(values)
}

function readField<T>(name: string, field: Field<T>, sources: InputSources): T {
  const raw = sources.given(name)
  const given = field.verbatim ? raw : raw?.trim()
  if (given === '' && field.refuseEmpty)
    throw new ReleaseError(
      'input',
      `${name}: given but empty; leave the input out, or give a value`,
    )
  const fromFile = field.workflowOnly ? undefined : sources.defaults?.get(name)
  const text = given || (fromFile?.text ?? field.default ?? '')
  try {
    return field.parse(text)
  } catch (error) {
    if (!isReleaseError(error, 'input', 'invalid-reference')) throw error
    const place = !given && fromFile ? ` (${sources.defaultsSource}, line ${fromFile.line})` : ''
    const hint = error.hint ? `. ${error.hint}` : ''
    const lines = error.message.split('\n').map((line) => {
      // A line of the value is not one of the file.
      const isCounted = place !== '' && /^line \d+: /.test(line)
      return `${name}${place}${isCounted ? ', its ' : ': '}${line}`
    })
    throw new ReleaseError('input', lines.join('\n') + hint)
  }
}
