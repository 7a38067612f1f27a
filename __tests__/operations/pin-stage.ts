// A world for the pin operation: files and a registry in memory, git that lists the files, and a
// GitHub that holds them.
import type { StagedEvent } from '../../scripts/stage/events.js'
import { pushEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { World } from '../../src/operations/operation.ts'
import { pin } from '../../src/operations/pin.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
const TOKEN = 'token-of-the-run'

export function pinStage(
  contents: Readonly<Record<string, string>>,
  { permissions = ['contents: write', 'pull-requests: write'] } = {},
) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock })
  const hub = new FakeGitHub({ clock })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles(
    Object.fromEntries(Object.entries(contents).map(([path, text]) => [`./${path}`, text])),
  )
  const exec = fakeExec(({ file }) =>
    file === 'git' ? { stdout: Object.keys(contents).join('\0') } : { code: 1 },
  )

  /** One run; outputs are kept also when it rejects. */
  const run = async (
    given: Readonly<Record<string, string>> = {},
    staged: StagedEvent = pushEvent({ sha: 'a'.repeat(40) }),
  ) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const world: World = {
      http: registry.http,
      exec,
      files,
      clock,
      log,
      environment: { HOME: '/home' },
      event: parseEvent(staged),
      signal: new AbortController().signal,
      match: matchText,
      github: (token) => hub.request(token),
      output: (name, value) => {
        outputs[name] = value
      },
      isCommandLine: false,
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const all: Record<string, string> = {
      'github-token': TOKEN,
      digest: 'none',
      images: IMAGE,
      ...given,
    }
    const values = readInputs(pin.inputs, { given: (name) => all[name] })
    const error = await pin.run(values, world).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { outputs, summary: summaries.join('\n'), error }
  }

  const read = (path: string) => new TextDecoder().decode(files.contents.get(`./${path}`))
  return { registry, hub, repository, log, files, exec, run, read }
}
