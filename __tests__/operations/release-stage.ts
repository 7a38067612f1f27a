// The stage of the operations that ship images: a `docker` that pushes what it is asked to build,
// and a place to come in between any two calls that reach outside.
import type { StagedEvent } from '../../scripts/stage/events.js'
import type { Fields } from '../../src/inputs/field.ts'
import { merge } from '../../src/operations/merge.ts'
import type { Operation, World } from '../../src/operations/operation.ts'
import { release } from '../../src/operations/release.ts'
import type { Exit } from '../../src/ports.ts'
import { fakeExec, MemoryFiles } from '../fakes/world.ts'
import { PushingDocker } from './pushing-docker.ts'
import { type Given, IMAGE, openStage, PATH, TOKEN } from './stage.ts'

/** Commits as 40 hex digits: `commit('a')` is `aaaa…`. */
export const commit = (digit: string) => digit.repeat(40)

/** `around` gets every call that reaches outside, by its name, and makes it. */
export function releaseStage({
  permissions = ['contents: write'],
  attestations = false,
  pushesAtOnce = false,
  around = (_: string, act: () => Promise<unknown>) => act(),
} = {}) {
  const { perform: performOn, ...stage } = openStage({ permissions })
  const { registry, hub } = stage
  const files = new MemoryFiles({ './Dockerfile': 'FROM scratch\n' })
  const docker = new PushingDocker({ registry, files, attestations, pushesAtOnce })

  const through = async <T>(call: string, act: () => Promise<T>): Promise<T> => {
    let result: { readonly value: T } | undefined
    await around(call, async () => {
      result = { value: await act() }
    })
    if (!result) throw new Error(`${call} was not made`)
    return result.value
  }
  const exec = fakeExec((command) => through(command.file, () => docker.answer(command)))
  const world: Partial<World> = {
    http: (request) =>
      through(`${request.method} ${new URL(request.url).pathname}`, () => registry.http(request)),
    exec,
    files,
    github: (token) => (route, parameters) =>
      through(route, () => hub.request(token)(route, parameters)),
  }

  const perform = <F extends Fields>(operation: Operation<F>, event: StagedEvent, given: Given) => {
    const inputs = { images: IMAGE, platforms: 'linux/amd64,linux/arm64', ...given }
    return performOn(operation, { event, given: { 'github-token': TOKEN, ...inputs }, world })
  }

  return {
    ...stage,
    exec,
    perform,
    run: (event: StagedEvent, given: Given = {}) => perform(release, event, given),
    merge: (event: StagedEvent, given: Given = {}) => perform(merge, event, given),
    builds: () => docker.builds,
    tags: () => registry.tags(PATH),
    duringBuild: (act: () => unknown) => {
      docker.duringBuild = act
    },
    duringPush: (act: () => unknown) => {
      docker.duringPush = act
    },
    failBuilds: (exit: Partial<Exit>) => {
      docker.failure = exit
    },
  }
}

export type ReleaseStage = ReturnType<typeof releaseStage>
