// Build and push with what buildx lacks: an end to a push that hangs, and further runs when the
// registry or the engine refused for the moment. buildx gives up at once on 429 and 403, waits 7 s
// on 5xx and for ever on silence (moby/buildkit#4320, docker/buildx#3630). A further run finds
// every layer built, and on the registry those that had arrived.
import { isReleaseError, ReleaseError } from '../errors.ts'
import type { Digest } from '../oci/digest.ts'
import type { BuildRequest } from './args.ts'
import { type BuildPorts, type BuildResult, build } from './build.ts'
import { knownFailure } from './known-failures.ts'
import type { PushListener } from './output.ts'

const MAX_RETRY_AFTER_MS = 120_000

export interface PushLimits {
  /** How long one push may take; counts from when buildx begins to push. */
  readonly pushTimeoutMinutes: number
  /**
   * Called when buildx begins to push, and again as it comes to the tag; where it rejects, the push
   * ends, and with that reason.
   */
  readonly beforePush?: (image: Digest | undefined) => Promise<void>
}

/** As `build`; runs again, at most three times, while what made it fail may pass. */
export async function buildAndPush(
  request: BuildRequest,
  ports: BuildPorts,
  limits: PushLimits,
): Promise<BuildResult> {
  for (let run = 1; ; run += 1) {
    try {
      return await boundedBuild(run === 1 ? request : onWarmCache(request), ports, limits)
    } catch (error) {
      const wait = waitBeforeRerun(error, run, ports.clock.random())
      if (wait === undefined || !isReleaseError(error)) throw error
      const [headline] = error.message.split('\n')
      const again = error.code === 'push' ? 'Pushing' : 'Building'
      ports.log.warning(`${headline}\n${again} again in ${Math.ceil(wait / 1000)} s.`)
      await ports.clock.sleep(wait, ports.signal)
    }
  }
}

/**
 * Milliseconds to wait before the next run, or undefined when the failure will not pass or there
 * were runs enough. 3, 9, 27 s and up to a quarter more, or what the registry asked for.
 */
export function waitBeforeRerun(error: unknown, run: number, random: number): number | undefined {
  if (!isReleaseError(error, 'push', 'build')) return undefined
  const during = error.code === 'push' ? 'push' : 'build'
  if (run >= (knownFailure(error.message, during)?.runs ?? 1)) return undefined
  const backOff = 1000 * 3 ** run * (1 + random / 4)
  return Math.max(backOff, Math.min(retryAfter(error.message), MAX_RETRY_AFTER_MS))
}

/** Only the push is on the clock, neither the build before it nor a cache export after it. */
async function boundedBuild(
  request: BuildRequest,
  ports: BuildPorts,
  { pushTimeoutMinutes, beforePush }: PushLimits,
): Promise<BuildResult> {
  const late = new AbortController()
  let over = new AbortController()
  const onPush: PushListener = (moment, image) => {
    if (moment !== 'done') beforePush?.(image).catch((reason: unknown) => late.abort(reason))
    if (moment === 'writing') return
    over.abort()
    if (moment === 'done') return
    over = new AbortController()
    ports.clock.sleep(pushTimeoutMinutes * 60_000, over.signal).then(
      () => late.abort(timeout(request, pushTimeoutMinutes)),
      () => {}, // The push ended in time.
    )
  }
  const signal = AbortSignal.any([late.signal, ...(ports.signal ? [ports.signal] : [])])
  try {
    return await build(request, { ...ports, signal }, onPush)
  } finally {
    over.abort()
  }
}

function timeout({ tags = [] }: BuildRequest, minutes: number): ReleaseError {
  const message = `Cannot push ${tags[0] ?? 'the image'}: not done after ${minutes} minutes`
  const hint = knownFailure(message, 'push')?.hint
  return new ReleaseError('push', message, hint === undefined ? {} : { hint })
}

/** What the first run was told to build or pull afresh is fresh now. */
function onWarmCache(request: BuildRequest): BuildRequest {
  return { ...request, 'no-cache': false, 'no-cache-filters': [], pull: false }
}

/** Registries say it in the text of a 429, as ghcr.io does: `retry-after: 515.0µs`. 0: not said. */
function retryAfter(text: string): number {
  const [, amount, unit = 's'] = /retry[- ]after:? *(\d+(?:\.\d+)?) *(µs|ms|s|m)?/i.exec(text) ?? []
  const factors: Readonly<Record<string, number>> = { µs: 0.001, ms: 1, s: 1000, m: 60_000 }
  return Number(amount ?? 0) * (factors[unit] ?? 1000)
}
