// The runner's list of what a job made, for what attests or files it later (actions/runner#4527). A
// line it does not take fails the step, though the image is pushed: a second digest of one name, as
// two variants have, or more than 500 names in a job.
import type { ImageRecord } from '../../notes/record.ts'
import type { World } from '../operation.ts'

const MAX_ARTIFACTS = 500

/**
 * One line an image in the file that GITHUB_ARTIFACTS names; what the runner would refuse is told.
 */
export async function listArtifacts(
  records: readonly Pick<ImageRecord, 'image' | 'digest'>[],
  { environment, files, log }: Pick<World, 'environment' | 'files' | 'log'>,
): Promise<void> {
  const path = environment['GITHUB_ARTIFACTS']
  if (!path) return
  const known = environment['GITHUB_ARTIFACTS_LIST']
  const listed = parseList(known ? await files.read(known) : undefined)
  const lines: string[] = []
  for (const { image, digest } of records) {
    const before = listed.get(image)
    if (before === digest) continue
    if (before === undefined && listed.size < MAX_ARTIFACTS) {
      listed.set(image, digest)
      lines.push(`oci://${image}@${digest}\n`)
    } else {
      const why = before === undefined ? `${MAX_ARTIFACTS} are` : `${image}@${before} is`
      log.info(`${image}@${digest} is not in the job's list of artifacts: ${why} there already`)
    }
  }
  if (lines.length > 0) await files.append(path, lines.join(''))
}

/** Name to digest, of earlier steps; empty for what cannot be read. */
function parseList(bytes: Uint8Array | undefined): Map<string, string> {
  try {
    const list: { subjects?: { name: string; digest: string }[] } = JSON.parse(
      new TextDecoder().decode(bytes),
    )
    return new Map(list.subjects?.map(({ name, digest }) => [name, digest]))
  } catch {
    return new Map() // a list of another kind; the runner judges what we add
  }
}
