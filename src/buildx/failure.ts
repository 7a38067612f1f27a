// What went wrong, from how buildx ended and the last lines it printed.
import { type ErrorCode, messageOf, ReleaseError, systemCode } from '../errors.ts'
import type { Exit } from '../ports.ts'
import { knownFailure } from './known-failures.ts'

const SHOWN_LINES = 16
const SHOWN_CHARACTERS_PER_LINE = 600

/** What buildx puts before the reason, layer by layer. */
const PREFIXES =
  /^ERROR: (?:docker: )?(?:failed to build: )?(?:failed to solve: )?(?:failed to push [^ ]+: )?/

export interface Failure {
  readonly exit: Pick<Exit, 'code' | 'signal'>
  /** The end of what buildx printed. */
  readonly output: string
  /** The reference or context that was being built. */
  readonly subject: string
  /** Values that must not be shown. */
  readonly secrets: readonly string[]
}

/** The failure in buildx's own last lines and, where it is a known one, the next act. */
export function explainFailure({ exit, output, subject, secrets }: Failure): ReleaseError {
  if (exit.code === 130 || exit.signal === 'SIGINT' || exit.signal === 'SIGTERM')
    return new ReleaseError('cancelled', `Building ${subject} was stopped`)
  const lines = cleanLines(output, secrets)
  const shown = lines.filter((line) => !/^#\d+(?: |$)/.test(line)).slice(-SHOWN_LINES)
  const text = shown.join('\n')
  const pushing = /^ERROR: .*failed to push |^ > pushing .* with docker:$/m.test(text)
  const known = knownFailure(text, pushing ? 'push' : 'build')
  const code: ErrorCode = known?.code ?? (pushing ? 'push' : 'build')
  const what = `Cannot ${pushing ? 'push' : 'build'} ${subject}`
  const { headline, rest } = split(shown)
  const message = [`${what}: ${headline ?? ending(exit)}`, ...rest].join('\n')
  const hint = known?.hint ?? (headline === undefined ? OUT_OF_MEMORY : undefined)
  return new ReleaseError(code, message, hint === undefined ? {} : { hint })
}

/** The failure of a child that never ran. */
export function explainStart(error: unknown): ReleaseError {
  const missing = systemCode(error) === 'ENOENT'
  return new ReleaseError(
    'docker',
    `Cannot start docker: ${missing ? 'there is no such program on the PATH' : messageOf(error)}`,
    { hint: 'Install Docker Engine and Docker Buildx on the runner.', cause: error },
  )
}

const OUT_OF_MEMORY = 'A build that ends without a word was often out of memory.'

function ending({ code, signal }: Failure['exit']): string {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
  return `buildx ${how} and said nothing about it`
}

/** The last line marked as an error says what happened; without one, the first line does. */
function split(lines: readonly string[]): {
  headline: string | undefined
  rest: readonly string[]
} {
  const at = Math.max(
    lines.findLastIndex((line) => line.startsWith('ERROR: ')),
    0,
  )
  return {
    headline: lines[at]?.replace(PREFIXES, ''),
    rest: lines.filter((line, index) => index !== at && !/^-+$/.test(line)),
  }
}

/** Lines without colours, control characters and secrets; blank ones left out. */
function cleanLines(output: string, secrets: readonly string[]): readonly string[] {
  const hidden = secrets
    .flatMap((secret) => plainLines(secret))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort((a, b) => b.length - a.length)
  const hide = (line: string) =>
    hidden.reduce((text, secret) => text.replaceAll(secret, '***'), line)
  return plainLines(output)
    .map((line) => hide(line).slice(0, SHOWN_CHARACTERS_PER_LINE).trimEnd())
    .filter((line) => line !== '')
}

function plainLines(text: string): readonly string[] {
  const plain = text.replace(/\p{Cc}\[[0-?]*[ -/]*[@-~]/gu, '').replace(/\r\n?/g, '\n')
  return plain.split('\n').map((line) => line.replace(/[\p{Cc}\p{Cf}]/gu, ' '))
}
