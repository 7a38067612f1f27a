// Releases at the same time against one registry, on a virtual clock: every run takes its steps at
// times of its own, lists show the past, and a run may be killed between any two steps.
import { listed, pointed, startMoving } from '../../src/tags/moving.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import type { ResolvedTag } from '../../src/tags/tag-set.ts'
import { requestOf, tagPush } from './requests.ts'

/** Lists show the registry as it was up to so long ago. */
const LAG = 100

/** A step takes no longer, so that a list may miss several. */
const STEP = 20

const RULES = ['{{version}}', '{{major}}.{{minor}}', '{{major}}', '{{channel}}']

export interface Release {
  readonly version: string
  /** Killed after so many steps; undefined: runs to its end. */
  readonly killedAfter: number | undefined
}

interface Held {
  readonly version: string
  readonly since: number
  readonly writer: Release
}

/** A registry whose tags hold versions in place of digests. */
export class Race {
  readonly tags = new Map<string, Held>()
  /** Most lists one run needed. */
  lists = 0
  private now = 0
  private seed: number
  private readonly wait: number

  /** `wait`: how long runs wait before they look again. */
  constructor(seed: number, wait = LAG) {
    this.seed = seed
    this.wait = wait
  }

  /** Runs all of them to their ends, interleaved by the seed. */
  run(releases: readonly Release[]): void {
    const runs = releases.map((release) => {
      return { release, at: this.now + this.upTo(LAG), steps: 0, left: this.release(release) }
    })
    while (runs.length > 0) {
      const next = runs.reduce((first, run) => (run.at < first.at ? run : first))
      this.now = next.at
      const { done, value } = next.left.next()
      next.at += value ?? 0
      next.steps += 1
      if (done || next.steps === next.release.killedAfter) runs.splice(runs.indexOf(next), 1)
    }
  }

  /** Yields how long each step takes. */
  private *release(release: Release): Generator<number, void> {
    const tags = tagsOf(release.version)
    for (const tag of tags.filter(({ role }) => role === 'version')) {
      this.put(tag.name, release.version, release)
      yield this.upTo(STEP)
    }
    let moving = startMoving(tags)
    while (moving.step.kind !== 'done') {
      if (moving.step.kind === 'list') {
        if (moving.step.settled) yield this.wait
        const published = this.list()
        yield this.upTo(STEP)
        moving = listed(moving, published, this.tagsAt(release.version))
        this.lists = Math.max(this.lists, moving.lists)
      } else {
        for (const { tag, to } of moving.step.targets) {
          const version = to === undefined ? release.version : this.tags.get(to)?.version
          yield this.upTo(STEP)
          if (version !== undefined) this.put(tag.name, version, release)
        }
        moving = pointed(moving)
      }
      yield this.upTo(STEP)
    }
  }

  private put(name: string, version: string, writer: Release): void {
    this.tags.set(name, { version, since: this.tags.get(name)?.since ?? this.now, writer })
  }

  private list(): string[] {
    const seen = this.now - this.upTo(LAG)
    return [...this.tags].filter(([, { since }]) => since <= seen).map(([name]) => name)
  }

  private tagsAt(version: string): Set<string> {
    const own = [...this.tags].filter(([, held]) => held.version === version)
    return new Set(own.map(([name]) => name))
  }

  /** 0 up to the limit, repeatable from the seed. */
  private upTo(limit: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0
    return (this.seed / 2 ** 32) * limit
  }
}

const known = new Map<string, readonly ResolvedTag[]>()

/** The tags of a release; what it would be called is the same in every race. */
export function tagsOf(version: string): readonly ResolvedTag[] {
  const rules = RULES.map((pattern) => `type=semver,pattern=${pattern}`).join('\n')
  const event = tagPush(`v${version}`)
  const request = requestOf({ event, rules, flavor: 'latest=auto', allowLatest: true })
  const tags = known.get(version) ?? resolveTags(request).tags
  known.set(version, tags)
  return tags
}
