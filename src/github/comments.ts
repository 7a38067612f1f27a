// The one comment of ours on a pull request: the oldest that has our marker and was written by the
// token's own login. Everyone can write the marker, and two jobs may both have found no comment.
import { isComment, MAX_COMMENT_CHARACTERS, renderComment } from '../notes/comment.ts'
import { replaceBlock } from '../notes/marked-block.ts'
import type { GitHubResponse } from '../ports.ts'
import { type Answer, asAnswer, numberOf, textOf } from './answer.ts'
import { type GitHubCall, type GitHubClient, type RepositoryName, statusOf } from './client.ts'
import { readLogin } from './login.ts'
import { listPages } from './pages.ts'
import { type Recording, type RecordOutcome, recordInText } from './recorder.ts'
import { fullName, repositoryCall } from './repository-call.ts'

interface Comment {
  readonly id: number
  readonly url: string
  readonly body: string
}

export interface CommentPlace {
  readonly github: GitHubClient
  readonly repository: RepositoryName
  /** The pull request's number. */
  readonly issue: number
}

export interface CommentRecording extends CommentPlace, Recording {}

/** The text of our comment; undefined when there is none. */
export async function readComment(place: CommentPlace): Promise<string | undefined> {
  return (await findOldest(place, await readLogin(place.github)))?.body
}

/** Makes the comment where there is none. Throws `permission` without "pull-requests: write". */
export async function recordInComment(
  recording: CommentRecording,
): Promise<{ readonly outcome: RecordOutcome; readonly url: string; readonly body: string }> {
  const login = await readLogin(recording.github)
  try {
    return await record(recording, login)
  } catch (error) {
    // Another job took back a comment that was not the oldest.
    if (statusOf(error) === 404) return record(recording, login)
    throw error
  }
}

async function record(recording: CommentRecording, login: string) {
  const found = await findOldest(recording, login)
  if (found) return update(recording, found.id)
  const made = await create(recording)
  const oldest = (await findOldest(recording, login)) ?? made
  if (oldest.id === made.id) return { outcome: 'written' as const, url: made.url, body: made.body }
  await call(recording, `DELETE comments/${made.id}`)
  return update(recording, oldest.id)
}

async function update(recording: CommentRecording, id: number) {
  const { outcome, url, body } = await recordInText(recording, {
    name: `comment ${id} of ${nameOf(recording)}`,
    maxCharacters: MAX_COMMENT_CHARACTERS,
    isEditedByPeople: false,
    read: async () => parseComment((await call(recording, `GET comments/${id}`)).data),
    write: async (text) => {
      await call(recording, `PATCH comments/${id}`, { body: text })
    },
  })
  return { outcome, url, body }
}

async function create(recording: CommentRecording): Promise<Comment> {
  const body = replaceBlock(renderComment(), recording.key, recording.block)
  const { data } = await call(recording, `POST ${recording.issue}/comments`, { body })
  return parseComment(data)
}

async function findOldest(place: CommentPlace, login: string): Promise<Comment | undefined> {
  const until = (comment: Answer) => isOurs(comment, login)
  const listed = await listPages(place.github, callOf(place, `GET ${place.issue}/comments`), {
    until,
  })
  const ours = listed.find(until)
  return ours && parseComment(ours)
}

function isOurs({ body, user }: Answer, login: string): boolean {
  return asAnswer(user)['login'] === login && typeof body === 'string' && isComment(body)
}

function parseComment(data: unknown): Comment {
  const answer = asAnswer(data)
  return {
    id: numberOf(answer, 'id'),
    url: textOf(answer, 'html_url'),
    body: textOf(answer, 'body'),
  }
}

function call(
  place: CommentPlace,
  line: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<GitHubResponse> {
  const wanted = callOf(place, line)
  return place.github.call({ ...wanted, parameters: { ...wanted.parameters, ...parameters } })
}

/** `line`: the method, and the path below the repository's issues. */
function callOf(place: CommentPlace, line: string): GitHubCall {
  const verb = line.startsWith('GET ') ? 'read comments of' : 'comment on'
  return {
    ...repositoryCall(place.repository, line.replace(' ', ' /issues/')),
    doing: `${verb} ${nameOf(place)}`,
    permission: 'pull-requests: write',
    // The recorder looks before it writes again.
    ...(line.startsWith('PATCH ') ? { tries: 1 } : {}),
  }
}

function nameOf({ repository, issue }: CommentPlace): string {
  return `${fullName(repository)}#${issue}`
}
