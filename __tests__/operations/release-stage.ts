// A world for the operations that ship images: a registry and a GitHub in memory, and a `docker`
// that pushes what it is asked to build.
import type { StagedEvent } from '../../scripts/stage/events.js'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import { merge } from '../../src/operations/merge.ts'
import type { Operation, World } from '../../src/operations/operation.ts'
import { release } from '../../src/operations/release.ts'
import type { Command, Exit } from '../../src/ports.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
const TOKEN = 'token-of-the-run'

/** Commits as 40 hex digits: `commit('a')` is `aaaa…`. */
export const commit = (digit: string) => digit.repeat(40)

export function releaseStage({
  permissions = ['contents: write'],
  attestations = false,
  pushesAtOnce = false,
  around = (_: string, act: () => Promise<unknown>) => act(),
} = {}) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock })
  const hub = new FakeGitHub({ clock })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles({ './Dockerfile': 'FROM scratch\n' })
  let builds = 0
  let failure: Partial<Exit> | undefined
  let meanwhile: () => unknown = () => {}
  let betweenLayersAndTag: () => unknown = () => {}

  const docker = async (command: Command): Promise<Partial<Exit>> => {
    const { file, args } = command
    if (file !== 'docker') return { code: 1 }
    if (failure) return failure
    builds += 1
    const content = `build ${builds}`
    await meanwhile()
    const valuesOf = (flag: string) =>
      args.filter((arg) => arg.startsWith(`${flag}=`)).map((arg) => arg.slice(flag.length + 1))
    if (!args.includes('--push')) return {}
    const labels = Object.fromEntries(valuesOf('--label').map((label) => label.split(/=(.*)/s)))
    const platforms = valuesOf('--platform').flatMap((list) => list.split(','))
    const tags = valuesOf('--tag').map((tag) => tag.slice(IMAGE.length + 1))
    const image = { labels, platforms, content, attestations }
    const made = registry.addImage(PATH, image)
    const say = (line: string) => command.onOutput?.(new TextEncoder().encode(line), 'stderr')
    // What the run does about it has its time then; a small image is there before it has looked.
    const turns = async () => {
      for (let turn = 0; turn < 500; turn += 1) await Promise.resolve()
    }
    say(`#9 exporting manifest list ${made.digest} done\n#9 pushing layers\n`)
    if (pushesAtOnce) registry.addImage(PATH, { ...image, tags })
    await turns()
    await betweenLayersAndTag()
    say(`#9 pushing manifest for ${IMAGE}:${tags[0]}@${made.digest}\n`)
    await turns()
    if (command.signal?.aborted) return { code: 130 }
    say('#9 DONE 0.1s\n')
    registry.addImage(PATH, { ...image, tags })
    const metadata = JSON.stringify({ 'containerimage.digest': made.digest })
    await files.write(valuesOf('--metadata-file')[0] ?? '', metadata)
    return {}
  }
  /** Every call that reaches outside goes through here, so that a test can come in between. */
  const through = async <T>(call: string, act: () => Promise<T>): Promise<T> => {
    let result: { readonly value: T } | undefined
    await around(call, async () => {
      result = { value: await act() }
    })
    if (!result) throw new Error(`${call} was not made`)
    return result.value
  }
  const exec = fakeExec((command) => through(command.file, () => docker(command)))

  /** One run; outputs are kept also when it rejects. */
  const runOperation = async (
    operation: Operation,
    staged: StagedEvent,
    given: Readonly<Record<string, string>> = {},
  ) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const world: World = {
      http: (request) =>
        through(`${request.method} ${new URL(request.url).pathname}`, () => registry.http(request)),
      exec,
      files,
      clock,
      log,
      environment: { ...staged.environment, HOME: '/home' },
      event: eventOf(staged),
      isCommandLine: false,
      signal: new AbortController().signal,
      match: matchText,
      github: (token) => (route, parameters) =>
        through(route, () => hub.request(token)(route, parameters)),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const inputs = { images: IMAGE, platforms: 'linux/amd64,linux/arm64', ...given }
    const all: Record<string, string> = { 'github-token': TOKEN, ...inputs }
    const values = readInputs(operation.inputs, { given: (name) => all[name] })
    const error = await operation.run(values, world).then(
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
    exec,
    perform: runOperation,
    run: (staged: StagedEvent, given?: Readonly<Record<string, string>>) =>
      runOperation(release, staged, given),
    merge: (staged: StagedEvent, given?: Readonly<Record<string, string>>) =>
      runOperation(merge, staged, given),
    builds: () => builds,
    tags: () => registry.tags(PATH),
    duringBuild: (act: () => unknown) => {
      meanwhile = act
    },
    /** After the layers of a push are there, and before its tag is. */
    duringPush: (act: () => unknown) => {
      betweenLayersAndTag = act
    },
    failBuilds: (exit: Partial<Exit> | undefined) => {
      failure = exit
    },
  }
}

function eventOf({ environment, payload }: StagedEvent): WorkflowEvent {
  return parseEvent({ environment, payload })
}
