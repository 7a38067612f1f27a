// The deployment files of a channel: pinned to what the channel has, and handed over.
import { ReleaseError } from '../../errors.ts'
import { formatReference, formatRepository } from '../../oci/reference.ts'
import { renderDiff } from '../../pinning/diff.ts'
import { listFiles } from '../../pinning/files.ts'
import type { Mention } from '../../pinning/mention.ts'
import {
  type FileChange,
  type PinPlan,
  planFile,
  readScan,
  writePins,
} from '../../pinning/pin-files.ts'
import { withVariant } from '../../tags/tag-name.ts'
import { type CommitInputs, commitFiles } from '../commit-files.ts'
import type { World } from '../operation.ts'
import { workspaceOf } from '../world.ts'
import type { Move } from './move.ts'
import type { ChannelReport } from './report.ts'

export interface ManifestInputs extends CommitInputs {
  readonly manifests: readonly string[]
  readonly variant: string | undefined
}

/** The files that speak of a move, in which every reference to its image gets its digest. */
export interface PinTask {
  readonly move: Move
  readonly paths: readonly string[]
  readonly variant: string | undefined
}

/**
 * Reads, and writes nothing. Throws `input` naming every glob that matches no file or no reference
 * to one of the images, every image that is in none, and every reference that cannot be pinned.
 */
export async function findManifests(
  moves: readonly Move[],
  { manifests, variant }: ManifestInputs,
  world: World,
): Promise<readonly PinTask[]> {
  if (manifests.length === 0) return []
  const wrong: string[] = []
  const tasks: PinTask[] = []
  for (const channel of new Set(moves.map((move) => move.channel.tag))) {
    const own = moves.filter((move) => move.channel.tag === channel)
    const paths = new Set<string>()
    for (const glob of manifests.map((text) => text.replaceAll('{channel}', channel))) {
      const found = await findFiles(glob, own, { variant, world })
      wrong.push(...found.wrong)
      for (const path of found.paths) paths.add(path)
    }
    tasks.push(...own.map((move) => ({ move, paths: [...paths], variant })))
  }
  if (wrong.length > 0) throw new ReleaseError('input', [...new Set(wrong)].join('\n'))
  return tasks
}

async function findFiles(
  glob: string,
  moves: readonly Move[],
  { variant, world }: { readonly variant: string | undefined; readonly world: World },
): Promise<{ readonly paths: readonly string[]; readonly wrong: readonly string[] }> {
  const { paths } = await listFiles({ root: workspaceOf(world), files: [glob] }, world)
  if (paths.length === 0) return { paths, wrong: [`manifests: ${glob} matches no file`] }
  const plans = await Promise.all(moves.map((move) => plan({ move, paths, variant }, world)))
  const refused = plans.flatMap(({ refusals }) => refusals)
  const isFound = plans.some(({ found }) => found.size > 0)
  const names = moves.map(({ target }) => formatRepository(target)).join(' or ')
  return {
    paths,
    wrong: [
      ...refused.map(({ path, line, why }) => `manifests: ${path}:${line}: ${why}`),
      ...(isFound ? [] : [`manifests: ${glob} has no reference to ${names}`]),
    ],
  }
}

/** Two images may stand in one file, so each is planned on what the one before left. */
export async function pinManifests(
  tasks: readonly PinTask[],
  inputs: ManifestInputs,
  { world, report }: { readonly world: World; readonly report: ChannelReport },
): Promise<void> {
  const changes: FileChange[] = []
  for (const task of tasks) {
    const planned = await plan(task, world)
    await writePins(planned.changes, { root: workspaceOf(world), files: world.files })
    changes.push(...planned.changes)
  }
  const merged = mergeChanges(changes)
  report.set('manifests-changed', merged.map(({ path }) => path).join('\n'))
  for (const { path } of merged) world.log.info(`Pinned ${path}`)
  const [first] = tasks
  if (!first || merged.length === 0 || inputs.commit === 'none') return
  try {
    await commit({ inputs, world, report }, first.move, merged)
  } catch (error) {
    world.log.info(`The change that could not be handed over:\n${renderDiff(merged)}`)
    throw error
  }
}

async function plan({ move, paths, variant }: PinTask, world: World): Promise<PinPlan> {
  const tag = move.version ? withVariant(move.version, variant) : move.tag
  const name = formatRepository(move.target)
  const suffix = withVariant('', variant)
  const choose = ({ reference }: Mention) =>
    reference &&
    formatRepository(reference) === name &&
    (reference.tag === undefined || reference.tag.endsWith(suffix))
      ? { digest: move.digest, tag }
      : undefined
  const place = { root: workspaceOf(world), files: world.files }
  const plans = await Promise.all(
    paths.map(async (path) => planFile(await readScan(path, place), choose)),
  )
  return {
    changes: plans.flatMap(({ changes }) => changes),
    refusals: plans.flatMap(({ refusals }) => refusals),
    found: new Map(plans.flatMap(({ found }) => [...found])),
  }
}

/** One change a file: what several images did to it, one after the other. */
function mergeChanges(changes: readonly FileChange[]): readonly FileChange[] {
  const merged = new Map<string, FileChange>()
  for (const change of changes) {
    const before = merged.get(change.path)
    if (!before) merged.set(change.path, change)
    else
      merged.set(change.path, {
        ...change,
        before: before.before,
        replaced: [...before.replaced, ...change.replaced],
        rewrite: (text) => {
          const first = before.rewrite(text)
          return change.rewrite(first ?? text) ?? first
        },
      })
  }
  return [...merged.values()]
}

async function commit(
  { inputs, world, report }: { inputs: ManifestInputs; world: World; report: ChannelReport },
  move: Move,
  files: readonly FileChange[],
): Promise<void> {
  const { channel, target, digest, version } = move
  const image = formatReference({ ...target, digest })
  const { pullRequest } = await commitFiles(inputs, world, {
    branch: `image-release/${channel.tag}`,
    title: `${channel.tag}: ${formatRepository(target)} ${version ?? digest}`,
    body: `\`${channel.tag}\` has \`${image}\` now.\n`,
    files,
    onCommit: (sha) => report.set('commit-sha', sha),
  })
  if (!pullRequest) return
  report.set('pull-request-url', pullRequest.url)
  report.link('Pull request', pullRequest.url)
}
