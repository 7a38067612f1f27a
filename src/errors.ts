// The one error class of the project and the closed list of its codes. A message says what we were
// doing, to which thing, and what came back; the hint says the next act.

/** Every code an error of ours can carry, with when it is thrown. */
export const ERROR_CODES = {
  input: 'an input, a flag or the defaults file is wrong; nothing was done',
  usage: 'the command line names no known action or flag; nothing was done',
  event: 'the event cannot be released from, or its payload contradicts the inputs',
  'invalid-reference': 'an image name, tag or digest breaks the grammar of references',
  'invalid-manifest': 'the registry served something that is no image manifest or index',
  'digest-mismatch': 'bytes do not have the digest they were asked for by',
  'too-large': 'an answer is larger than the cap for its kind',
  registry: 'the registry answered with an error, or not at all',
  denied: 'the registry refused the credentials, or the permission they carry',
  credentials: 'credentials could not be read: a broken Docker config or a failing helper',
  parts: 'parts to be joined are missing, or are not what they claim to be',
  'tag-conflict': 'a tag that must not move belongs to another image',
  overtaken: 'another run has moved a tag right after this one had put it on its digest',
  gate: 'the digest may not come into the channel, by the order of channels or the ledger',
  'tags-failed': 'some tags could not be put on the digest; the message names both kinds',
  docker: 'Docker, buildx or the engine behind it is missing or cannot do what is asked',
  build: 'buildx ended without success',
  push: 'the image was built but could not be pushed',
  github: "GitHub's API answered with an error, or not at all",
  'no-room': 'a text on GitHub would grow longer than GitHub takes',
  permission: "the token may not do what was asked of GitHub's API",
  policy: 'files mention images in a way that the rules forbid; every place is told',
  drift: 'ledger, notes, registry and files disagree, and the run was to fail then',
  cancelled: 'the run was told to stop',
  internal: 'a fault of ours',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** A failure a person can act on. `hint` is the next act, one sentence; `cause` the error below. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, more: { hint?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = more.hint
  }
}

/** Whether a caught value is our error of one of these codes (of any code when none is named). */
export function isReleaseError(value: unknown, ...codes: ErrorCode[]): value is ReleaseError {
  return value instanceof ReleaseError && (codes.length === 0 || codes.includes(value.code))
}

/** The message of anything that was thrown, for a sentence that goes on "…: <message>". */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The code of a system error (`ENOENT`, `ECONNRESET`); undefined on anything else. */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || thrown instanceof ReleaseError)
    return undefined
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
