// The stage of promote and rollback.
import { dispatchEvent } from '../../scripts/stage/events.js'
import type { Fields } from '../../src/inputs/field.ts'
import type { Digest } from '../../src/oci/digest.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { promote } from '../../src/operations/promote.ts'
import { rollback } from '../../src/operations/rollback.ts'
import type { Http } from '../../src/ports.ts'
import type { FakeImage } from '../fakes/registry-images.ts'
import { MemoryFiles, VirtualClock } from '../fakes/world.ts'
import { type Given, IMAGE, openStage, PATH, type Setting, TOKEN } from './stage.ts'

export const RUN_SHA = 'e'.repeat(40)

interface ChannelSetting extends Partial<Omit<Setting, 'clock'>> {
  readonly files?: Readonly<Record<string, string>>
  /** What stands before the registry. */
  readonly http?: (own: Http) => Http
  /** Of the clock's chances. */
  readonly seed?: number
}

export function channelStage({
  permissions = ['deployments: write', 'contents: write'],
  files: contents = {},
  http = (own) => own,
  seed = 1,
  ...setting
}: ChannelSetting = {}) {
  const clock = new VirtualClock({ seed })
  const { perform, ...stage } = openStage({ permissions, clock, ...setting })
  const { registry, repository } = stage
  const files = new MemoryFiles(contents)
  const world = { http: http(registry.http), files }

  const run = <F extends Fields>(operation: Operation<F>, given: Given) => {
    const all = { images: IMAGE, 'github-token': TOKEN, ...given }
    return perform(operation, { event: dispatchEvent({ sha: RUN_SHA }), given: all, world })
  }

  return {
    ...stage,
    files,
    promote: (from: string, to: string, given: Given = {}) => run(promote, { from, to, ...given }),
    rollback: (channel: string, given: Given = {}) => run(rollback, { channel, ...given }),
    tags: () => registry.tags(PATH),
    /** An image under these tags, built from the commit `aaaa…` unless the labels say else. */
    image: (tags: readonly string[], image: FakeImage = {}): Digest => {
      const revision = 'org.opencontainers.image.revision'
      const annotations = { [revision]: 'a'.repeat(40), ...image.annotations }
      return registry.addImage(PATH, { content: tags.join(), tags, ...image, annotations }).digest
    },
    /** The states each deployment went through, oldest deployment first. */
    ledger: () =>
      repository.deployments.map(({ environment, payload, statuses }) => {
        const { digest, operation } = payload as { digest: string; operation: string }
        const states = statuses.map(({ state }) => state).join(' ')
        return { environment, operation, digest, states }
      }),
  }
}
