// Errors of the registry client: what we were doing, to which thing, what came back, what to do
// next.
import { type ErrorCode, isReleaseError, messageOf, ReleaseError, systemCode } from '../errors.ts'
import type { Repository } from '../oci/reference.ts'
import type { HttpRequest } from '../ports.ts'
import type { RegistryAnswer } from './answer.ts'

/** What a call is about, for messages; any RegistryCall is one. */
export interface Subject {
  /** After "Cannot": `read tag 1.4 of ghcr.io/acme/app`. */
  readonly what: string
  readonly method: HttpRequest['method']
  readonly repository: Repository
  readonly needs: 'pull' | 'push' | 'delete'
}

const CREDENTIAL_HINT =
  'Log in with docker/login-action before this step, or give registry-username and registry-password.'

const REPORT = 'Report this to whoever runs the registry.'

/** An answer that is no success, as an error: `denied` for 401 and 403, else `registry`. */
export function refusal(
  subject: Subject,
  answer: RefusedAnswer,
  who = 'the registry',
): ReleaseError {
  const { status } = answer
  const kind: ErrorCode = status === 401 || status === 403 ? 'denied' : 'registry'
  return new ReleaseError(kind, `Cannot ${subject.what}: ${wordsOf(subject, answer, who)}`, {
    hint: hintFor(subject, answer),
  })
}

type RefusedAnswer = RegistryAnswer & { readonly attempts?: number; readonly askedMs?: number }

/** `the registry answered 400 TAG_INVALID to PUT (its own words)`. */
export function wordsOf(
  { method }: Pick<Subject, 'method'>,
  { status, errors, attempts = 1 }: RefusedAnswer,
  who = 'the registry',
): string {
  const code = tidy(errors.find((entry) => entry.code !== '')?.code ?? '')
  const words = tidy(errors.map(({ message }) => message).find(Boolean) ?? '')
  const times = attempts > 1 ? `, ${attempts} times` : ''
  const answered = `${who} answered ${status}${code ? ` ${code}` : ''} to ${method}${times}`
  return words ? `${answered} (${words})` : answered
}

/** A request that got no usable answer, as an error; ours keep their code, hint and words. */
export function unreachable(subject: Subject, thrown: unknown, attempts = 1): ReleaseError {
  if (isReleaseError(thrown)) {
    if (thrown.message.startsWith('Cannot ')) return thrown
    const { hint = REPORT, message } = thrown
    return new ReleaseError(thrown.code, `Cannot ${subject.what}: ${message}`, {
      hint,
      cause: thrown,
    })
  }
  const times = attempts > 1 ? `, ${attempts} times` : ''
  const message = `Cannot ${subject.what}: ${subject.method} failed with ${tidy(messageOf(thrown))}`
  return new ReleaseError('registry', message + times, {
    hint: connectionHint(systemCode(thrown) ?? '', subject.repository.registry),
    cause: thrown,
  })
}

/** A success whose content breaks the protocol, as an error. */
export function brokenAnswer({ what }: Subject, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError('registry', `Cannot ${what}: ${why}`, {
    hint: REPORT,
    cause,
  })
}

/** Foreign text on one line, without control and direction characters, cut to 200 characters. */
function tidy(text: string): string {
  const line = text
    .slice(0, 1000)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

function hintFor(
  { repository: { registry }, needs }: Subject,
  { status, askedMs = 0 }: { readonly status: number; readonly askedMs?: number },
): string {
  if (askedMs > 1000)
    return `The registry asks to wait ${Math.ceil(askedMs / 1000)} s; run this again then.`
  if (status === 401 || status === 403) {
    const verb = needs === 'pull' ? 'pull from' : needs === 'push' ? 'push to' : 'delete from'
    return registry === 'ghcr.io'
      ? `Give the job "packages: ${needs === 'pull' ? 'read' : 'write'}", and this repository access to the package. ${CREDENTIAL_HINT}`
      : `Check that the account may ${verb} this repository. ${CREDENTIAL_HINT}`
  }
  if (status === 404) return 'Check the name of the image.'
  if (status === 429) return 'Wait before running this again, or run fewer jobs at once.'
  if (status >= 500) return `Run this again; if it stays so, look at the state of ${registry}.`
  return 'The registry does not take this request; its own words say why.'
}

function connectionHint(code: string, registry: string): string {
  if (/CERT|SSL|TLS|UNABLE_TO|EPROTO/.test(code))
    return `Set NODE_EXTRA_CA_CERTS to the certificate authority of ${registry}; list it in insecure-registries only if it speaks plain http.`
  if (code === 'ENOTFOUND') return `Check the name ${registry}.`
  return `Check that ${registry} can be reached from this runner, then run this again.`
}
