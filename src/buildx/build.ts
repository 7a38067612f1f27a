// One run of `docker buildx build`: secrets into private files, output passed on as it comes, the
// digest out of the metadata file.
import { ReleaseError } from '../errors.ts'
import { textAt } from '../event/payload.ts'
import { type Digest, isDigest } from '../oci/digest.ts'
import type { Clock, Environment, Exec, Exit, Files, Log } from '../ports.ts'
import { type BuildRequest, buildArguments, contextOf, dockerfileOf, metadataPath } from './args.ts'
import { checkRequest } from './check.ts'
import { explainFailure, explainStart } from './failure.ts'
import { type CheckFinding, findingsOf } from './findings.ts'
import { BuildOutput, type PushListener } from './output.ts'
import { knownSecrets, namedSecret, secretPath, secretValues } from './secrets.ts'

export interface BuildPorts {
  readonly exec: Exec
  readonly files: Files
  readonly log: Log
  readonly clock: Clock
  readonly environment: Environment
  readonly signal?: AbortSignal
}

export interface BuildResult {
  /** Of the index, or of the manifest where there is no index. Always there after a push. */
  readonly digest: Digest | undefined
  readonly milliseconds: number
  /** What buildx's checks found in the Dockerfile. */
  readonly findings: readonly CheckFinding[]
}

/**
 * Throws `input` before anything is started, `docker`, `build`, `push`, or what the signal was
 * aborted with. A `call` that finds something in the Dockerfile is no failure here: the findings
 * say it. `onPush` is told how far buildx is with its push.
 */
export async function build(
  request: BuildRequest,
  ports: BuildPorts,
  onPush: PushListener = () => {},
): Promise<BuildResult> {
  await checkRequest(request, ports)
  const folder = await ports.files.temporaryFolder()
  try {
    const started = ports.clock.now()
    await maskSecrets(request, ports)
    await writeSecrets(request, folder, ports.files)
    const output = new BuildOutput(onPush)
    const exit = await runBuildx(buildArguments(request, folder), ports, output)
    const made = await readMetadata(request, folder, ports.files)
    const isCall = !!request.call && request.call !== 'build'
    if (exit.code !== 0 && !(isCall && made.findings.length > 0))
      throw explainFailure({
        exit,
        output: ports.log.hide(output.tail()),
        subject: request.tags?.[0] ?? contextOf(request),
        secrets: knownSecrets(request, ports.environment),
      })
    if (request.push && !isCall && made.digest === undefined)
      throw new ReleaseError('push', 'buildx ended well but did not say which digest it pushed', {
        hint: 'Update Docker Buildx, or report this if it is current.',
      })
    return { ...made, milliseconds: ports.clock.now() - started }
  } finally {
    await ports.files.remove(folder)
  }
}

/** A Dockerfile may print what it was given. */
async function maskSecrets(request: BuildRequest, { files, log, environment }: BuildPorts) {
  for (const secret of knownSecrets(request, environment)) log.mask(secret)
  for (const entry of request['secret-files'] ?? []) {
    const [, path] = namedSecret(entry, 'secret-files')
    log.mask(new TextDecoder().decode(await files.read(path)))
  }
}

async function writeSecrets(request: BuildRequest, folder: string, files: Files) {
  for (const [index, secret] of secretValues(request).entries())
    await files.write(secretPath(folder, index), secret, 0o600)
}

function runBuildx(
  args: readonly string[],
  { exec, log, environment, signal }: BuildPorts,
  output: BuildOutput,
): Promise<Exit> {
  return log.foreign(async (write) => {
    const onOutput = (chunk: Uint8Array) => {
      output.add(chunk)
      write(chunk)
    }
    try {
      const exit = await exec({
        file: 'docker',
        args,
        // The provenance of every platform would make the file megabytes long for nothing.
        environment: {
          ...withoutInputs(environment),
          BUILDX_METADATA_PROVENANCE: 'disabled',
          BUILDX_METADATA_WARNINGS: 'true',
          // Progress after 20 ms, at no cost to speak of; after 150, the default, `onPush` is late.
          TTY_DISPLAY_RATE: '20',
        },
        onOutput,
        ...(signal ? { signal } : {}),
      })
      signal?.throwIfAborted()
      return exit
    } catch (error) {
      throw signal?.aborted ? signal.reason : explainStart(error)
    }
  })
}

/** The action's own inputs, passwords among them, are no business of docker's. */
function withoutInputs(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('INPUT_')),
  )
}

/** The file is missing when buildx failed, and the digest when nothing became an image. */
async function readMetadata(request: BuildRequest, folder: string, files: Files) {
  const bytes = await files.read(metadataPath(folder))
  const metadata = bytes && parseMetadata(bytes)
  const digest = textAt(metadata, 'containerimage.digest')
  return {
    digest: digest !== undefined && isDigest(digest) ? digest : undefined,
    findings: findingsOf(metadata, dockerfileOf(request)),
  }
}

function parseMetadata(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ReleaseError('build', 'buildx left a metadata file that is no JSON', { cause })
  }
}
