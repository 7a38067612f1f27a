// What an operation is: one value from which come its action.yml, the tables of its README, its CLI
// command and its entry in dist/. `run` gathers facts, plans in a pure function, and applies.
import type { WorkflowEvent } from '../event/event.ts'
import type { Fields, Values } from '../inputs/field.ts'
import type { Clock, Environment, Exec, Files, GitHubRequest, Http, Log } from '../ports.ts'
import type { MatchText } from '../tags/request.ts'

/** A permission of the workflow's token, and what it is needed for. */
interface Permission {
  /** As written under `permissions:`, such as `packages: write`. */
  readonly scope: string
  readonly why: string
}

/** All an operation may know and touch. The shell makes it; tests make their own. */
export interface World {
  readonly http: Http
  readonly exec: Exec
  readonly files: Files
  readonly clock: Clock
  readonly log: Log
  readonly environment: Environment
  readonly event: WorkflowEvent
  /** Started by a person or script, not by a runner. */
  readonly isCommandLine: boolean
  /** Aborted when the run is told to stop. */
  readonly signal: AbortSignal
  /** Runs a user's regular expression, and stops it when it does not end. */
  readonly match: MatchText
  /** GitHub's API in the name of this token. */
  readonly github: (token: string) => GitHubRequest
  /** Sets an output at once: what is true stays true when the step fails later. */
  readonly output: (name: string, value: string) => void
  /** Adds Markdown to the step's summary. */
  readonly summary: (markdown: string) => Promise<void>
}

export interface Operation<F extends Fields = Fields> {
  /** The sub-action's folder and CLI command; `release` is the root action. */
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly inputs: F
  readonly outputs: Readonly<Record<string, string>>
  readonly permissions: readonly Permission[]
  /**
   * What the CLI prints where nobody asks for JSON: one output alone, or these by name. Default:
   * all.
   */
  readonly printed?: string | readonly string[]
  /** Throws a ReleaseError; whatever was reached by then is in the outputs. */
  run(inputs: Values<F>, world: World): Promise<void>
}

/** Keeps the types of the inputs from their fields to `run`. */
export function defineOperation<const F extends Fields>(operation: Operation<F>): Operation<F> {
  return operation
}
