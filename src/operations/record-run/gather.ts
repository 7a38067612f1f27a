// The facts of a run that inputs cannot say: the commit of the work tree, the hashes of what was
// read and written, the platform of this machine.
import { ReleaseError } from '../../errors.ts'
import { formatPlatform, parsePlatform } from '../../oci/platform.ts'
import type { World } from '../operation.ts'
import { askGit } from '../world.ts'
import { hashPath } from './hash-path.ts'
import type { NamedValue } from './inputs.ts'
import type { Artifact, Dataset, RunRecord } from './run-record.ts'

/** `ours`: paths that are written by us or hashed by themselves, and make no work tree dirty. */
export async function readSource(
  { exec, event, log }: World,
  ours: readonly string[],
): Promise<RunRecord['source']> {
  const repository = event.repository.url
  const revision = (await askGit({ exec }, ['rev-parse', '--verify', 'HEAD']))?.trim()
  if (revision) {
    // Git ends with an error over what lies outside its work tree.
    const inside = ours.filter((path) => !/^(?:\/|\.\.(?:\/|$))/.test(path))
    const others = inside.map((path) => `:(exclude,literal)${path}`)
    const changes = await askGit({ exec }, ['status', '--porcelain', '--', '.', ...others])
    return { repository, revision, ...(changes === undefined ? {} : { dirty: changes !== '' }) }
  }
  if (event.revision) {
    log.notice("No Git work tree can be read here: the commit is the event's, changes are unknown")
    return { repository, revision: event.revision }
  }
  throw new ReleaseError('input', 'Cannot record the run: there is no commit', {
    hint: 'Run it in a Git work tree, or in a workflow.',
  })
}

/** Throws `input` naming every path that is not there. */
export async function readDatasets(
  world: World,
  lines: readonly NamedValue[],
): Promise<readonly Dataset[]> {
  const datasets: Dataset[] = []
  const missing: string[] = []
  for (const { name, value } of lines) {
    const [, uri, sha256] = /^(.+)#sha256:([a-f0-9]{64})$/.exec(value) ?? []
    const hash = uri ? undefined : await hashPath(world.files, value)
    if (uri && sha256) datasets.push({ name, uri, sha256 })
    else if (hash) datasets.push({ name, path: value, sha256: hash })
    else if (isPath(value)) missing.push(`datasets: ${name}: there is no ${value}`)
    else {
      world.log.notice(`Dataset ${name} is recorded as ${value}, which nothing can verify`)
      datasets.push({ name, version: value, unverifiable: true })
    }
  }
  refuseMissing(missing)
  return datasets
}

/** A version may look like much, but not like this. */
function isPath(value: string): boolean {
  return value.includes('/') && !value.includes('://')
}

/** Throws `input` naming every path that is not there. */
export async function readArtifacts(
  { files }: World,
  lines: readonly NamedValue[],
): Promise<readonly Artifact[]> {
  const artifacts: Artifact[] = []
  const missing: string[] = []
  for (const { name, value: path } of lines) {
    const sha256 = await hashPath(files, path)
    if (sha256) artifacts.push({ name, path, sha256 })
    else missing.push(`artifacts: ${name}: there is no ${path}`)
  }
  refuseMissing(missing)
  return artifacts
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return
  throw new ReleaseError('input', missing.join('\n'), {
    hint: 'Paths are looked for in the workspace.',
  })
}

const RUNNER_ARCHITECTURES: Readonly<Record<string, string>> = {
  X64: 'amd64',
  X86: '386',
  ARM64: 'arm64',
  ARM: 'arm',
}

/** What Docker runs here unless told otherwise. */
export async function readMachine({ environment, exec }: World): Promise<string> {
  const known = RUNNER_ARCHITECTURES[environment['RUNNER_ARCH'] ?? '']
  const architecture = known ?? (await exec({ file: 'uname', args: ['-m'] })).stdout.trim()
  return formatPlatform(parsePlatform(`linux/${architecture}`))
}

/** The platform that ran: the wanted one or, where nobody named it, the only one there is. */
export function choosePlatform(facts: {
  readonly platforms: readonly string[]
  readonly wanted: string
  readonly isNamed: boolean
}): string {
  const { platforms, wanted, isNamed } = facts
  const [only, ...more] = platforms
  if (platforms.includes(wanted)) return wanted
  if (!isNamed && only !== undefined && more.length === 0) return only
  throw new ReleaseError(
    'input',
    `platform: the image is for ${platforms.join(', ') || 'no platform'}, not for ${wanted}`,
    { hint: 'Name the platform that ran.' },
  )
}
