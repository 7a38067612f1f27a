// What every operation's stage stands on: a registry and a GitHub in memory that both know
// acme/app, on one clock, and a run of an operation on them whose outputs are kept also when it
// fails.
import { setMaxListeners } from 'node:events'
import type { StagedEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import type { Fields } from '../../src/inputs/field.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { LedgerRecord } from '../../src/ledger/record.ts'
import type { Operation, World } from '../../src/operations/operation.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub, type Latency } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import type { FakeRegistryOptions } from '../fakes/registry-options.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
export const TOKEN = 'token-of-the-run'

/** Inputs as a workflow writes them. */
export type Given = Readonly<Record<string, string>>

export interface Setting {
  /** Of the run's token. */
  readonly permissions: readonly string[]
  readonly clock?: VirtualClock
  readonly registry?: FakeRegistryOptions
  /** GitHub's. */
  readonly latency?: Latency
}

interface Run {
  readonly event: StagedEvent
  readonly given: Given
  /** Variables beside those of the event. */
  readonly environment?: Readonly<Record<string, string>>
  /** What the operation gets instead of the stage's own. */
  readonly world?: Partial<World>
}

interface Ran {
  readonly outputs: Record<string, string>
  readonly summary: string
  /** What it threw; undefined where it ended well. */
  readonly error: unknown
}

/** Without files, and no command but fails. */
export function openStage({ permissions, clock = new VirtualClock(), ...setting }: Setting) {
  const registry = fakeRegistry({ clock, ...setting.registry })
  const hub = new FakeGitHub({ clock, latency: setting.latency ?? {} })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles()
  const exec = fakeExec(() => ({ code: 1 }))

  const perform = async <F extends Fields>(operation: Operation<F>, run: Run): Promise<Ran> => {
    const { outputs, summaries, ...told } = listen()
    const environment = { HOME: '/home', ...run.event.environment, ...run.environment }
    const { signal } = new AbortController()
    // The clock keeps a listener for every wait.
    setMaxListeners(0, signal)
    const world: World = {
      http: registry.http,
      exec,
      files,
      clock,
      log,
      environment,
      event: parseEvent({ environment, payload: run.event.payload }),
      isCommandLine: false,
      signal,
      match: matchText,
      github: (token) => hub.request(token),
      ...told,
      ...run.world,
    }
    const error = await readAndRun(operation, run.given, world).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { outputs, summary: summaries.join('\n'), error }
  }

  return {
    clock,
    registry,
    hub,
    repository,
    log,
    perform,
    /** Requests that change something, of registry and GitHub. */
    writes: () => [
      ...registry.lines().filter((line) => !/^(?:GET|HEAD) /.test(line)),
      ...hub.calls.filter((line) => !/^GET |^POST \/graphql/.test(line)),
    ],
    /** All requests so far. */
    forget: () => {
      registry.forget()
      hub.calls.length = 0
    },
  }
}

/** Keeps what an operation sets and writes. */
function listen() {
  const outputs: Record<string, string> = {}
  const summaries: string[] = []
  const output: World['output'] = (name, value) => {
    outputs[name] = value
  }
  const summary: World['summary'] = async (markdown) => {
    summaries.push(markdown)
  }
  return { outputs, summaries, output, summary }
}

async function readAndRun<F extends Fields>(operation: Operation<F>, given: Given, world: World) {
  const values = readInputs(operation.inputs, { given: (name) => given[name] })
  await operation.run(values, world)
}

/** What the ledger has of a move. */
export function ledgerRecord(
  named: Partial<LedgerRecord> & Pick<LedgerRecord, 'channel' | 'digest'>,
): LedgerRecord {
  return { schema: 1, image: IMAGE, operation: 'promote', forced: false, run: '', ...named }
}

/** Files of a work tree, by their paths in it, and the Git that lists them. */
export function workTree(contents: Readonly<Record<string, string>>) {
  const files = new MemoryFiles(
    Object.fromEntries(Object.entries(contents).map(([path, text]) => [`./${path}`, text])),
  )
  const exec = fakeExec(({ file }) =>
    file === 'git' ? { stdout: Object.keys(contents).join('\0') } : { code: 1 },
  )
  return { files, exec }
}

/** A file's text; of one that is not there, nothing. */
export function textAt(files: MemoryFiles, path: string): string {
  return new TextDecoder().decode(files.contents.get(path))
}
