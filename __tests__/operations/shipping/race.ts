// Releases at the same time against one registry, on a virtual clock: what release and merge do
// with tags, from the plan to the last look. Every call takes effect at a moment of its own, lists
// show the past, and a run may be killed between any two moments.
import { ReleaseError } from '../../../src/errors.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { OCI_INDEX, type RawManifest } from '../../../src/oci/manifest.ts'
import { formatRepository, parseRepository, type Repository } from '../../../src/oci/reference.ts'
import type { TagClient } from '../../../src/operations/shipping/move-floating.ts'
import { planTags } from '../../../src/operations/shipping/plan.ts'
import { pointTags } from '../../../src/operations/shipping/point-tags.ts'
import { resolveTags } from '../../../src/tags/resolve.ts'
import type { TagSet } from '../../../src/tags/tag-set.ts'
import { VirtualClock } from '../../fakes/world.ts'
import { requestOf, tagPush } from '../../tags/requests.ts'

/**
 * Lists show the registry as it was up to so long ago: as long as runs wait before they look again.
 */
const LAG_MS = 2_000

/** A call may take so long before its effect, and after it. */
const CALL_MS = 400

/** How long a tag is awaited, and in how many looks. */
const CONFIRM_MS = 60_000
const CONFIRM_LOOKS = 12

export const RULES = ['{{version}}', '{{major}}.{{minor}}', '{{major}}', '{{channel}}']

export interface Release {
  readonly version: string
  /** Killed before or after the effect of a call, as its moments are counted; undefined: not. */
  readonly killedAt: number | undefined
}

interface Held {
  readonly digest: string
  readonly since: number
  readonly writer: Release
}

interface Setting {
  readonly seed: number
  /** Default: a hosted registry, where a run waits before it looks again. */
  readonly host?: string
  readonly lag?: number
  /** Default: a slow registry, where several calls fall into the time of one. */
  readonly call?: number
}

export class Race {
  readonly tags = new Map<string, Held>()
  /** Most lists one run needed. */
  lists = 0
  /** Some are killed. */
  private isDeadly = false
  private readonly clock: VirtualClock
  private readonly repository: Repository
  private readonly lag: number
  private readonly callMs: number

  constructor({ seed, host = 'ghcr.io', lag = LAG_MS, call = CALL_MS }: Setting) {
    this.clock = new VirtualClock({ seed })
    this.repository = parseRepository(`${host}/acme/app`)
    this.lag = lag
    this.callMs = call
  }

  /** Runs all of them to their ends. `isReused`: an earlier attempt made the image. */
  async run(releases: readonly Release[], { isReused = false } = {}): Promise<void> {
    this.isDeadly = releases.some(({ killedAt }) => killedAt !== undefined)
    await Promise.all(releases.map((release) => this.release(release, isReused)))
  }

  /** Which version each tag is on. */
  versionAt(tag: string): string | undefined {
    const digest = this.tags.get(tag)?.digest
    return digest && VERSIONS.get(digest)
  }

  private release(release: Release, isReused: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const client = this.clientOf(release, resolve)
      this.ship(release.version, client, isReused).then(resolve, reject)
    })
  }

  private async ship(version: string, client: TagClient, isReused: boolean): Promise<void> {
    const { clock, repository } = this
    await this.upTo(LAG_MS)
    const raw = imageOf(version)
    const tagSet = tagSetOf(version)
    const published = await client.listTags(repository)
    const image = { ...NOTHING_HELD, repository, published }
    const situation = { event: EVENT, tagSet, images: [image], fingerprint: '' }
    const plan = planTags(
      { ...situation, notPushed: undefined },
      { kind: 'reuse', digest: raw.digest, why: '' },
      { overwrite: false, 'move-back': false },
    )
    const { failed, warnings } = await pointTags(plan, {
      client,
      clock,
      isReused,
      signal: new AbortController().signal,
      manifests: new Map([[formatRepository(repository), raw]]),
      moveTag: async (_, move) => void (await move()),
    })
    if (failed.length + warnings.length > 0) throw new Error(JSON.stringify([failed, warnings]))
  }

  /** `die` is called at the moment the run is killed; none of its calls comes back after that. */
  private clientOf(release: Release, die: () => void): TagClient {
    const { killedAt = Number.POSITIVE_INFINITY } = release
    let moments = 0
    let lists = 0
    const pass = async () => {
      await this.upTo(this.callMs)
      moments += 1
      if (moments === killedAt) die()
      if (moments >= killedAt) await new Promise(() => {})
    }
    const call = async <T>(act: () => T): Promise<T> => {
      await pass()
      const value = act()
      await pass()
      return value
    }
    const at = (tag = '') => {
      const version = this.versionAt(tag)
      return version === undefined ? undefined : imageOf(version)
    }
    return {
      head: ({ tag }) => call(() => at(tag)),
      get: ({ tag }) => call(() => at(tag)),
      listTags: () => {
        lists += 1
        this.lists = Math.max(this.lists, lists)
        return call(() => this.list())
      },
      point: async ({ tag, manifest: { digest } }) => {
        const before = await call(() => at(tag)?.digest)
        await call(() => {
          const since = this.tags.get(tag)?.since ?? this.clock.now()
          this.tags.set(tag, { digest, since, writer: release })
        })
        const after = await call(() => at(tag)?.digest)
        if (after === digest || after === before) return 'moved'
        throw new ReleaseError('overtaken', `${tag} is on ${after}`)
      },
      confirm: async ({ tag = '' }, { digest }) => {
        for (let looks = 0; looks < CONFIRM_LOOKS; looks += 1) {
          if ((await call(() => at(tag)?.digest)) === digest) return
          await this.clock.sleep(CONFIRM_MS / CONFIRM_LOOKS)
        }
        // Whoever should bring it back was killed.
        if (!this.isDeadly) throw new ReleaseError('tag-conflict', `${tag} does not come back`)
      },
    }
  }

  private list(): string[] {
    const seen = this.clock.now() - this.clock.random() * this.lag
    return [...this.tags].filter(([, { since }]) => since <= seen).map(([name]) => name)
  }

  private upTo(milliseconds: number): Promise<void> {
    return this.clock.sleep(this.clock.random() * milliseconds)
  }
}

/** Which one it is bears on no tag here. */
const EVENT = tagPush('v1.0.0')

const NOTHING_HELD = {
  owners: new Map(),
  followed: new Map(),
  newer: new Map(),
  recorded: new Map(),
} as const

const VERSIONS = new Map<string, string>()

function imageOf(version: string): RawManifest {
  const bytes = new TextEncoder().encode(version)
  const digest = digestOf(bytes)
  VERSIONS.set(digest, version)
  return { mediaType: OCI_INDEX, digest, size: bytes.length, bytes }
}

const known = new Map<string, TagSet>()

/** The tags of a release; what it would be called is the same in every race. */
export function tagSetOf(version: string): TagSet {
  const rules = RULES.map((pattern) => `type=semver,pattern=${pattern}`).join('\n')
  const event = tagPush(`v${version}`)
  const request = requestOf({ event, rules, flavor: 'latest=auto', allowLatest: true })
  const tagSet = known.get(version) ?? resolveTags(request)
  known.set(version, tagSet)
  return tagSet
}
