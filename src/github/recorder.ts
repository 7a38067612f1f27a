// Puts a block into a text that other jobs and people may be writing at the same time.
//
// Protocol: read, put the block in, write; then look again until the text has stood still, with all
// we ever saw in it, for a quiet time longer than a read and a write take. Whoever read the text
// before that time began has written by its end; whoever read it later has our block in its hands.
// So nothing is lost between jobs that do the same, as long as no read and write of theirs take
// longer than our quiet time: twice our slowest pair, and one to two seconds. A person's edit
// follows no protocol, so a further read is under way beside every write: what came between the
// read that a write was made from and its effect may show there, and is put back. Alone a recording
// is three reads, one write and one wait.
//
// Not covered: what somebody else writes after the last read, by any job, that takes effect before
// a write, and before that write does. With reads of 60-300 ms and writes of 60-400 ms that span is
// about 0.1 s for one job; of 20 that begin at once, some 0.6 s of the first 3 s. Nor a person who
// saves, after we have gone, a form opened before we wrote; nor what a person takes back, or out,
// while we look, which returns.
import { isReleaseError, messageOf, ReleaseError } from '../errors.ts'
import { MAX_BODY_CHARACTERS, replaceBlock, shortenBody } from '../notes/marked-block.ts'
import { type GitHubClient, MAX_TRIES, type RepositoryName, retryDelay } from './client.ts'
import { getRelease, updateReleaseBody } from './releases.ts'
import { fullName } from './repository-call.ts'
import { Sightings } from './sightings.ts'

const MIN_QUIET_MS = 1_000
const MAX_QUIET_MS = 2_000

/** The random part of a wait grows with every write that had to be done again. */
const FIRST_JITTER_MS = 500
const MAX_JITTER_MS = 8_000

const GIVE_UP_AFTER_MS = 300_000

/** A text on GitHub that is read and written whole. */
export interface SharedText<T extends { readonly body: string }> {
  /** For messages: `release 7 of acme/app`. */
  readonly name: string
  readonly maxCharacters: number
  /** Then one more read is made beside a write, to see an edit that it is about to undo. */
  readonly isEditedByPeople: boolean
  read(): Promise<T>
  /** Sends the body once, whatever comes back; `last` is what was read before. */
  write(body: string, last: T): Promise<void>
}

export interface Recording {
  readonly github: GitHubClient
  readonly key: string
  /** The block's content, without markers. */
  readonly block: string
}

/** `unchanged`: the block was there already, nothing was sent. */
export type RecordOutcome = 'written' | 'unchanged'

/**
 * With the text as last read. Throws `no-room`, and `github` when it does not come to rest in five
 * minutes.
 */
export async function recordInText<T extends { readonly body: string }>(
  { github, key, block }: Recording,
  text: SharedText<T>,
): Promise<T & { readonly outcome: RecordOutcome }> {
  const { clock } = github
  let readAt = clock.now()
  let last = await text.read()
  if (replaceBlock(last.body, key, block) === last.body) return { ...last, outcome: 'unchanged' }
  const sightings = new Sightings(last.body, key, block)
  const end = clock.now() + GIVE_UP_AFTER_MS
  let stood: string | undefined
  let slowest = 0
  for (let sent = 0, failed = 0; ; ) {
    const { body } = last
    const wanted = shortenBody(sightings.restore(body), key, text.maxCharacters)
    if (wanted === body && wanted === stood) return { ...last, outcome: 'written' }
    if (clock.now() > end) throw restless(key, text.name)
    if (wanted === body) failed = 0
    else {
      sent += 1
      const look = text.isEditedByPeople ? seeMeanwhile(text, sightings) : undefined
      failed = (await send(github, failed, () => text.write(wanted, last))) ? 0 : failed + 1
      await look
    }
    stood = failed === 0 ? wanted : undefined
    slowest = Math.max(slowest, clock.now() - readAt)
    await clock.sleep(quiet(slowest) + clock.random() * jitter(sent))
    readAt = clock.now()
    last = await text.read()
  }
}

/** Never rejects: a look that fails has seen nothing, and the next read tells what is wrong. */
function seeMeanwhile(
  text: SharedText<{ readonly body: string }>,
  sightings: Sightings,
): Promise<void> {
  return text.read().then(
    ({ body }) => sightings.see(body),
    () => {},
  )
}

/** Others' reads and writes may be slower than ours. */
function quiet(slowest: number): number {
  return Math.min(MAX_QUIET_MS, Math.max(MIN_QUIET_MS, 2 * slowest))
}

function jitter(sent: number): number {
  return Math.min(MAX_JITTER_MS, FIRST_JITTER_MS * 2 ** Math.max(0, sent - 1))
}

/**
 * false: it failed in a way that may pass, and has been waited for; what holds, a look will say.
 */
async function send(
  github: GitHubClient,
  failed: number,
  write: () => Promise<void>,
): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    const passing = isReleaseError(error, 'github') && failed + 1 < MAX_TRIES
    const delay = passing ? retryDelay(error, failed + 1, github.clock) : undefined
    if (delay === undefined) throw error
    github.log.info(`${messageOf(error)}; trying again in ${Math.ceil(delay / 1000)} s`)
    await github.clock.sleep(delay)
    return false
  }
}

function restless(key: string, name: string): ReleaseError {
  return new ReleaseError('github', `Cannot record ${key} in ${name}: others keep changing it`, {
    hint: 'Let fewer jobs record at the same time, or run this one again.',
  })
}

/**
 * Throws `permission` without "contents: write", `no-room`, `github` when there is no such release.
 */
export async function recordInRelease({
  repository,
  releaseId,
  ...recording
}: Recording & {
  readonly repository: RepositoryName
  readonly releaseId: number
}): Promise<{ readonly outcome: RecordOutcome; readonly url: string; readonly body: string }> {
  const { github, key } = recording
  const name = `release ${releaseId} of ${fullName(repository)}`
  const { outcome, url, body } = await recordInText(recording, {
    name,
    maxCharacters: MAX_BODY_CHARACTERS,
    isEditedByPeople: true,
    read: async () => {
      const release = await getRelease(github, repository, releaseId)
      if (release) return release
      throw new ReleaseError('github', `Cannot record ${key}: there is no ${name}`, {
        hint: 'Check that the release was not deleted meanwhile.',
      })
    },
    write: (text, release) => updateReleaseBody({ github, repository, release, body: text }),
  })
  return { outcome, url, body }
}
