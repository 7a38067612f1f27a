// The world as it is: every port on the real thing, and the event from the runner's variables.
import { setMaxListeners } from 'node:events'
import { ReleaseError } from '../errors.ts'
import type { WorkflowEvent } from '../event/event.ts'
import { parseEvent } from '../event/parse-event.ts'
import type { World } from '../operations/operation.ts'
import type { Environment, Files, GitHubRequest, Log } from '../ports.ts'
import { clock } from './clock.ts'
import { exec } from './exec.ts'
import { createHttp, missedProxy } from './http.ts'
import { matchText } from './match-text.ts'

export interface Outside {
  readonly environment: Environment
  readonly event: WorkflowEvent
  readonly isCommandLine: boolean
  readonly files: Files
  readonly log: Log
  readonly signal: AbortSignal
  readonly output: World['output']
  readonly summary: World['summary']
}

export function createWorld(outside: Outside): World {
  const missed = missedProxy(outside.environment)
  if (missed) outside.log.warning(missed)
  const http = createHttp({ environment: outside.environment })
  return { ...outside, http, exec, clock, match: matchText, github: requestAs }
}

/** Aborted by SIGINT or SIGTERM with a `cancelled` error; a second signal ends the process. */
export function listenForStop(): AbortSignal {
  const controller = new AbortController()
  // Every request that waits listens; node would take eleven at once for a leak, and say so in the
  // log.
  setMaxListeners(0, controller.signal)
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () =>
      controller.abort(new ReleaseError('cancelled', `The run was stopped by ${name}`)),
    )
  return controller.signal
}

/** The runner's event; an unreadable payload is an error, a missing one is not. */
export async function readEvent(environment: Environment, files: Files): Promise<WorkflowEvent> {
  const path = environment['GITHUB_EVENT_PATH']
  const bytes = path ? await files.read(path) : undefined
  return parseEvent({ environment, payload: bytes && parsePayload(bytes, path) })
}

function parsePayload(bytes: Uint8Array, path: string | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ReleaseError('event', `Cannot read the event payload ${path}: it is no JSON`, {
      cause,
    })
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Loaded at the first call: most of what it brings is not needed by most runs. */
function requestAs(token: string): GitHubRequest {
  const octokit = once(async () => {
    const { getOctokit } = await import('@actions/github')
    return getOctokit(token, { log: { debug() {}, info() {}, warn() {}, error() {} } })
  })
  return async (route, parameters) => {
    const { request } = await octokit()
    const { status, data, headers } = await request(route, { ...parameters })
    return { status, data, headers }
  }
}
