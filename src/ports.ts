// The outside world as types. The shell implements them, clients and operations take them, and
// tests hand in their own. Imports nothing.

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  /** Names in lower case. Nothing is added but `host` and the body's length or chunking. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
  /**
   * The longest wait for a whole header once all is sent, and the longest silence between two
   * chunks of the body; after it the call or the body rejects with code `ETIMEDOUT`. Default: no
   * limit. The port counts, not the caller: no timer of a `Clock` is ever raced against a socket.
   */
  readonly timeoutMs?: number
  /**
   * Refuse, after name resolution, to connect to a loopback, private or link-local address: the
   * call rejects with code `EPRIVATE`.
   */
  readonly publicOnly?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; several headers of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** To be read to its end or left early (`break`), which closes the connection. */
  readonly body: AsyncIterable<Uint8Array>
  /** The address that answered is loopback, private or link-local. Default: unknown. */
  readonly privatePeer?: boolean
}

/**
 * One exchange as it is on the wire: no redirect followed, no encoding undone, no retry, no
 * credentials of its own. Rejects with an Error that carries `code` (`ECONNRESET`, …) when no
 * complete header came back.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** The child's whole environment. Default: this process's own. */
  readonly environment?: Environment
  readonly cwd?: string
  readonly stdin?: string
  /** Given: output is passed on as it comes and not kept. */
  readonly onOutput?: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void
  /** The child is ended and the call rejects with code `ETIMEDOUT`. Default: no limit. */
  readonly timeoutMs?: number
  /**
   * Kept output beyond this ends the child; the call rejects with code `ENOBUFS`. Default 1 MiB.
   */
  readonly maxOutputBytes?: number
  readonly signal?: AbortSignal
}

export interface Exit {
  /** null: ended by `signal`. */
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a child without a shell. Rejects with code `ENOENT` when there is no such program. */
export type Exec = (command: Command) => Promise<Exit>

export interface Files {
  /** undefined: there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>
  /**
   * Whole or not at all: written beside the place and renamed into it. Makes missing folders. The
   * mode is set as it is; without one, 0644 less the umask.
   */
  write(path: string, content: Uint8Array | string, mode?: number): Promise<void>
  /** Piece by piece, for files of any size; throws where there is none. */
  stream(path: string): AsyncIterable<Uint8Array>
  /** Adds to the end of a file, which is made where there is none. */
  append(path: string, text: string): Promise<void>
  /** The absolute path behind all links; undefined where it leads nowhere. */
  realPath(path: string): Promise<string | undefined>
  /** What stands at the path, links not followed. */
  kind(path: string): Promise<'file' | 'folder' | 'link' | 'other' | undefined>
  /** Permission bits of a file; undefined when there is none. */
  mode(path: string): Promise<number | undefined>
  /** Names in a folder, sorted; empty when there is none. */
  list(folder: string): Promise<readonly string[]>
  /** A symbolic link at `path`. */
  link(target: string, path: string): Promise<void>
  /** A new private folder (0700), removed at the end of the process if not before. */
  temporaryFolder(): Promise<string>
  remove(path: string): Promise<void>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after that many milliseconds, or rejects with the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** From 0 up to 1, for the jitter of waits. */
  random(): number
}

/** A place in a file of the workspace; lines count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly endLine?: number
  readonly column?: number
}

export interface Log {
  info(text: string): void
  /** With a place it is an annotation there; so is a warning. */
  notice(text: string, place?: Place): void
  warning(text: string, place?: Place): void
  /** An annotation at the place; what follows from it, the caller decides. */
  error(text: string, place: Place): void
  /** Shown only where the runner's debug log is on. */
  debug(text: string): void
  /** From now on this text is replaced by stars wherever we or the runner print. */
  mask(secret: string): void
  /** The text with stars for all that is masked: for foreign text, before it is cut or escaped. */
  hide(text: string): string
  group<T>(title: string, body: () => Promise<T>): Promise<T>
  /** Passes foreign output on as it comes, so that nothing in it can act as a workflow command. */
  foreign<T>(body: (write: (chunk: Uint8Array) => void) => Promise<T>): Promise<T>
}

/** Environment variables as values; the names are the outside's own. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface GitHubResponse {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Octokit's `request`: a route such as `GET /repos/{owner}/{repo}` and its parameters. Rejects with
 * an Error that carries `status` when the answer is no success.
 */
export type GitHubRequest = (
  route: string,
  parameters?: Readonly<Record<string, unknown>>,
) => Promise<GitHubResponse>
