// A world for the release operation: a registry and a GitHub in memory, and a `docker` that pushes
// what it is asked to build.

import type { StagedEvent } from '../../scripts/stage/events.js'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { World } from '../../src/operations/operation.ts'
import { release } from '../../src/operations/release.ts'
import type { Command, Exit } from '../../src/ports.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
export const TOKEN = 'token-of-the-run'

/** Commits as 40 hex digits: `commit('a')` is `aaaa…`. */
export const commit = (digit: string) => digit.repeat(40)

export function releaseStage({ permissions = ['contents: write'] } = {}) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock })
  const hub = new FakeGitHub({ clock })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles({ './Dockerfile': 'FROM scratch\n' })
  let builds = 0
  let failure: Partial<Exit> | undefined
  let meanwhile = () => {}

  const docker = async ({ file, args }: Command): Promise<Partial<Exit>> => {
    if (file !== 'docker') return { code: 1 }
    if (failure) return failure
    builds += 1
    meanwhile()
    const valuesOf = (flag: string) =>
      args.filter((arg) => arg.startsWith(`${flag}=`)).map((arg) => arg.slice(flag.length + 1))
    if (!args.includes('--push')) return {}
    const labels = Object.fromEntries(valuesOf('--label').map((label) => label.split(/=(.*)/s)))
    const platforms = valuesOf('--platform').flatMap((list) => list.split(','))
    const tags = valuesOf('--tag').map((tag) => tag.slice(IMAGE.length + 1))
    const content = `build ${builds}`
    const made = registry.addImage(PATH, { tags, labels, platforms, content })
    const metadata = JSON.stringify({ 'containerimage.digest': made.digest })
    await files.write(valuesOf('--metadata-file')[0] ?? '', metadata)
    return {}
  }
  const exec = fakeExec(docker)

  /** One run; outputs are kept also when it rejects. */
  const run = async (staged: StagedEvent, given: Readonly<Record<string, string>> = {}) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const world: World = {
      http: registry.http,
      exec,
      files,
      clock,
      log,
      environment: { ...staged.environment, HOME: '/home' },
      event: eventOf(staged),
      isCommandLine: false,
      signal: new AbortController().signal,
      match: matchText,
      github: (token) => hub.request(token),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const inputs = { images: IMAGE, platforms: 'linux/amd64,linux/arm64', ...given }
    const all = { 'github-token': TOKEN, digest: 'none', ...inputs }
    const values = readInputs(release.inputs, { given: (name) => all[name as keyof typeof all] })
    const error = await release.run(values, world).then(
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
    run,
    builds: () => builds,
    tags: () => registry.tags(PATH),
    duringBuild: (act: () => void) => {
      meanwhile = act
    },
    failBuilds: (exit: Partial<Exit> | undefined) => {
      failure = exit
    },
  }
}

function eventOf({ environment, payload }: StagedEvent): WorkflowEvent {
  return parseEvent({ environment, payload })
}
