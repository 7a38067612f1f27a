// The facts a release is planned from: the event's tags, and what the registry holds under them.
import { ReleaseError } from '../../errors.ts'
import type { WorkflowEvent } from '../../event/event.ts'
import { readGivenVersion } from '../../inputs/given-version.ts'
import { defaultImage } from '../../inputs/images.ts'
import type { Repository } from '../../oci/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { readImageConfig } from '../../registry/image-config.ts'
import { isFloating } from '../../tags/floating.ts'
import { tagRequestOf } from '../../tags/request-of.ts'
import { resolveTags } from '../../tags/resolve.ts'
import type { ResolvedTag, TagSet } from '../../tags/tag-set.ts'
import type { World } from '../operation.ts'
import { fingerprint, INPUTS_LABEL, PULL_REQUEST_LABEL } from './build-identity.ts'
import type { ReleaseInputs } from './inputs.ts'
import { findNewerCommits } from './newer-commits.ts'
import { isFixed } from './plan.ts'
import { type ImageState, isReusable, type Situation, type TagOwner } from './situation.ts'

const GITHUB_URL = 'https://github.com'

/** What was found before any registry is asked. */
export interface Prepared {
  readonly repositories: readonly Repository[]
  readonly tagSet: TagSet
  readonly notPushed: string | undefined
  /** The tags without the version of `version` or `version-file`, for when it is published. */
  readonly withoutVersion: () => TagSet
}

/** Reads event, images and version file; asks nobody. Throws `input` or `event`. */
export async function prepare(inputs: ReleaseInputs, world: World): Promise<Prepared> {
  refuseForeignCode(world.event, inputs)
  const request = tagRequestOf(inputs, {
    event: world.event,
    now: world.clock.now(),
    match: world.match,
    shaLength: inputs['sha-length'],
  })
  const version = await readGivenVersion(inputs, world.files)
  return {
    repositories: chooseImages(inputs, world),
    tagSet: resolveTags({ ...request, ...version }),
    notPushed: whyNotPushed(world.event, inputs),
    withoutVersion: () => resolveTags(request),
  }
}

interface Asking {
  readonly world: World
  readonly client: RegistryClient
  readonly inputs: ReleaseInputs
}

/** Asks the registry about the tags that must not move and, for floating ones, about all. */
export async function gather(
  prepared: Prepared,
  inputs: ReleaseInputs,
  { world, client }: { world: World; client: RegistryClient },
): Promise<Situation> {
  const facts = {
    event: world.event,
    fingerprint: fingerprint(inputs, world.environment['RUNNER_ARCH'] ?? ''),
    notPushed: prepared.notPushed,
  }
  const situate = async (tagSet: TagSet): Promise<Situation> => ({
    ...facts,
    tagSet,
    images: await Promise.all(
      prepared.repositories.map((repository) =>
        prepared.notPushed
          ? { repository, published: [], owners: new Map(), newer: new Map() }
          : readState(repository, tagSet.tags, { world, client, inputs }),
      ),
    ),
  })
  const situation = await situate(prepared.tagSet)
  if (!isVersionTaken(situation)) return situation
  world.log.notice(
    `${situation.tagSet.version} is published already: this push gets its other tags`,
  )
  return situate(prepared.withoutVersion())
}

/** On a push to a branch a version acts only while it is unpublished, or published by this commit. */
function isVersionTaken(situation: Situation): boolean {
  const { event, tagSet, images } = situation
  if (event.name !== 'push' || event.branch === undefined || !tagSet.version) return false
  const names = tagSet.tags.filter(({ role }) => role === 'version').map(({ name }) => name)
  const owners = images.flatMap((image) => names.flatMap((name) => image.owners.get(name) ?? []))
  return owners.some((owner) => !isReusable(owner, situation))
}

async function readState(
  repository: Repository,
  tags: readonly ResolvedTag[],
  { world, client, inputs }: Asking,
): Promise<ImageState> {
  const ownersOf = async (chosen: readonly ResolvedTag[]) => {
    const entries = chosen.map(
      async ({ name }) => [name, await readOwner(client, repository, name)] as const,
    )
    const found = (await Promise.all(entries)).flatMap(([name, owner]) =>
      owner ? [[name, owner] as const] : [],
    )
    return new Map(found)
  }
  const follows = tags.filter(({ role }) => role === 'channel' || role === 'branch')
  const [published, owners, newer] = await Promise.all([
    tags.some(isFloating) ? client.listTags(repository) : [],
    ownersOf(tags.filter(isFixed)),
    ownersOf(follows).then((held) => findNewerCommits(held, inputs['github-token'], world)),
  ])
  return { repository, published, owners, newer }
}

async function readOwner(
  client: RegistryClient,
  repository: Repository,
  tag: string,
): Promise<TagOwner | undefined> {
  const raw = await client.get({ ...repository, tag })
  if (!raw) return undefined
  const labels = (await readImageConfig(client, repository, raw))?.labels ?? {}
  return {
    digest: raw.digest,
    revision: labels['org.opencontainers.image.revision'],
    inputs: labels[INPUTS_LABEL],
    isPullRequest: PULL_REQUEST_LABEL in labels,
  }
}

function refuseForeignCode({ name, workflowRun }: WorkflowEvent, inputs: ReleaseInputs): void {
  const isForeign = name === 'pull_request_target' || workflowRun?.fromFork
  if (!isForeign || inputs['allow-pull-request-target'] || inputs.push === 'false') return
  throw new ReleaseError(
    'event',
    `Will not push on ${name}: it has a token that may write while the code may be a stranger's`,
    {
      hint: 'Use pull_request, set push: false, or, if no foreign code is built, set allow-pull-request-target: true.',
    },
  )
}

function whyNotPushed(
  event: WorkflowEvent,
  { push, call }: Pick<ReleaseInputs, 'push' | 'call'>,
): string | undefined {
  if (call && call !== 'build') return `call is ${call}`
  if (push === 'false') return 'push is false'
  if (push === 'true') return undefined
  if (event.pullRequest?.fromFork) return "a fork's pull request has a token that cannot write"
  if (event.actor === 'dependabot[bot]') return "Dependabot's runs have a token that cannot write"
  return undefined
}

function chooseImages({ images }: ReleaseInputs, { event, log }: World): readonly Repository[] {
  for (const name of images?.lowered ?? [])
    log.notice(`Image names are lower case: ${name} is used as ${name.toLowerCase()}`)
  if (images) return images.repositories
  const { owner, name, url } = event.repository
  if (owner && name && url.startsWith(`${GITHUB_URL}/`)) return [defaultImage(owner, name)]
  throw new ReleaseError('input', 'images: an image name is needed', {
    hint: 'Only on github.com the default ghcr.io/<owner>/<repository> is known.',
  })
}
