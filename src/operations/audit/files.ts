// Places in files that should have what a channel has.
import { ReleaseError } from '../../errors.ts'
import { type Channel, requireChannels } from '../../inputs/channel.ts'
import { formatRepository } from '../../oci/reference.ts'
import { listFiles } from '../../pinning/files.ts'
import { readScan } from '../../pinning/pin-files.ts'
import { sightingsOf } from '../../pinning/sighting.ts'
import type { World } from '../operation.ts'
import { workspaceOf } from '../world.ts'
import type { PinnedPlace } from './facts.ts'
import type { ManifestGlob } from './inputs.ts'

/** By the image's full name, in the order of channels and paths. */
export type Places = ReadonlyMap<string, readonly PinnedPlace[]>

/** Throws `input` for a line that finds no file, or that names no channel of ours. */
export async function findPlaces(
  manifests: readonly ManifestGlob[],
  channels: readonly Channel[],
  world: World,
): Promise<Places> {
  requireChannels(
    'manifests',
    manifests.flatMap(({ channel }) => channel ?? []),
    channels,
  )
  const places = new Map<string, PinnedPlace[]>()
  const idle = new Set(manifests)
  for (const { tag: channel } of channels)
    for (const manifest of manifests) {
      const glob = globOf(manifest, channel)
      if (glob === undefined) continue
      const paths = await pathsOf(glob, world)
      if (paths.length > 0) idle.delete(manifest)
      for (const path of paths)
        for (const { image, place } of await readPlaces(path, channel, world))
          places.set(image, [...(places.get(image) ?? []), place])
    }
  const [unused] = idle
  if (unused)
    throw new ReleaseError('input', `manifests: no file matches ${unused.glob}`, {
      hint: 'Globs are relative to the workspace; check the repository out before this step.',
    })
  return places
}

function globOf({ channel: own, glob }: ManifestGlob, channel: string): string | undefined {
  if (own !== undefined && own !== channel) return undefined
  return glob.replaceAll('{channel}', channel)
}

async function pathsOf(glob: string, world: World): Promise<readonly string[]> {
  const { paths, refused } = await listFiles({ root: workspaceOf(world), files: [glob] }, world)
  for (const { path, why } of refused) world.log.warning(`Not read: ${path}, as ${why}`)
  return paths
}

async function readPlaces(path: string, channel: string, world: World) {
  const scan = await readScan(path, { root: workspaceOf(world), files: world.files })
  if (scan.problem !== undefined) world.log.warning(`Not read: ${path}, as ${scan.problem}`)
  return sightingsOf(scan).flatMap(({ reference, line, column, text }) => {
    if (!reference) return []
    const { digest } = reference
    const place = { channel, file: path, line, column, reference: text, digest }
    return [{ image: formatRepository(reference), place }]
  })
}
