// A `docker` that pushes what it is asked to build, and says so in the words of buildx. A test may
// come in between.
import type { Command, Exit } from '../../src/ports.ts'
import type { FakeRegistry } from '../fakes/registry.ts'
import type { FakeImage } from '../fakes/registry-images.ts'
import type { MemoryFiles } from '../fakes/world.ts'
import { IMAGE, PATH } from './stage.ts'

interface Setting {
  readonly registry: FakeRegistry
  /** Where the metadata file goes. */
  readonly files: MemoryFiles
  readonly attestations: boolean
  /** The tag is there before the run has looked at what the push says. */
  readonly pushesAtOnce: boolean
}

type Act = () => unknown
const nothing: Act = () => {}

export class PushingDocker {
  builds = 0
  /** What every build ends with; undefined: well. */
  failure: Partial<Exit> | undefined
  /** Done once, during the next build. */
  duringBuild: Act = nothing
  /** Done once, after the layers of the next push are there and before its tag is. */
  duringPush: Act = nothing
  private readonly setting: Setting

  constructor(setting: Setting) {
    this.setting = setting
  }

  async answer(command: Command): Promise<Partial<Exit>> {
    if (command.file !== 'docker') return { code: 1 }
    if (this.failure) return this.failure
    this.builds += 1
    const content = `build ${this.builds}`
    await this.take('duringBuild')
    return command.args.includes('--push') ? this.push(command, content) : {}
  }

  private async push({ args, onOutput, signal }: Command, content: string): Promise<Partial<Exit>> {
    const { registry, files, attestations, pushesAtOnce } = this.setting
    const { tags, metadataFile, ...image } = readArguments(args)
    const untagged = { ...image, content, attestations }
    const { digest } = registry.addImage(PATH, untagged)
    const say = (text: string) => onOutput?.(new TextEncoder().encode(text), 'stderr')
    say(`#9 exporting manifest list ${digest} done\n#9 pushing layers\n`)
    if (pushesAtOnce) registry.addImage(PATH, { ...untagged, tags })
    await turns()
    await this.take('duringPush')
    say(`#9 pushing manifest for ${IMAGE}:${tags[0]}@${digest}\n`)
    await turns()
    if (signal?.aborted) return { code: 130 }
    say('#9 DONE 0.1s\n')
    registry.addImage(PATH, { ...untagged, tags })
    await files.write(metadataFile, JSON.stringify({ 'containerimage.digest': digest }))
    return {}
  }

  private take(moment: 'duringBuild' | 'duringPush'): unknown {
    const act = this[moment]
    this[moment] = nothing
    return act()
  }
}

function readArguments(args: readonly string[]) {
  const valuesOf = (flag: string) =>
    args.filter((arg) => arg.startsWith(`${flag}=`)).map((arg) => arg.slice(flag.length + 1))
  return {
    labels: Object.fromEntries(valuesOf('--label').map((label) => label.split(/=(.*)/s))),
    platforms: valuesOf('--platform').flatMap((list) => list.split(',')),
    tags: valuesOf('--tag').map((tag) => tag.slice(IMAGE.length + 1)),
    metadataFile: valuesOf('--metadata-file')[0] ?? '',
  } satisfies FakeImage & { metadataFile: string }
}

/** What the run does about what was said has its time then. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await Promise.resolve()
}
