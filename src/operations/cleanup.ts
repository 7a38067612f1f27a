// Deletes the preview tags of a pull request, and of their images what nothing that is kept
// reaches.
import { ReleaseError } from '../errors.ts'
import { findPackage, isOnPackages, listVersions } from '../github/packages.ts'
import { chooseImages } from '../inputs/images.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import { accessOf, connectRegistry } from '../registry/connect.ts'
import { deleteFromRegistry, deleteVersions } from './cleanup/apply.ts'
import { recordCleanup } from './cleanup/comment.ts'
import { readTags, readVersions } from './cleanup/holdings.ts'
import { CLEANUP_INPUTS, CLEANUP_OUTPUTS, type CleanupInputs } from './cleanup/inputs.ts'
import { type Held, readHeld } from './cleanup/ledger.ts'
import {
  matchesAny,
  PULL_REQUEST,
  pullRequestPatterns,
  refuseProtected,
} from './cleanup/patterns.ts'
import { planCleanup } from './cleanup/plan.ts'
import { type ImageCleanup, reportCleanup } from './cleanup/report.ts'
import { defineOperation, type World } from './operation.ts'
import { connectGitHub } from './world.ts'

/** Reading a whole repository is many small requests; registries allow hundreds a second. */
const CONCURRENCY = 16

export const cleanup = defineOperation({
  name: 'cleanup',
  title: 'image-release cleanup',
  summary: "Delete a closed pull request's preview tags, and nothing that is still in use.",
  inputs: CLEANUP_INPUTS,
  outputs: CLEANUP_OUTPUTS,
  permissions: [
    { scope: 'packages: write', why: 'deleting from ghcr.io, as an admin of the package' },
    { scope: 'deployments: read', why: 'keeping what the ledger names' },
    { scope: 'pull-requests: write', why: "saying so in the pull request's comment" },
  ],
  printed: 'deleted',
  run,
})

async function run(inputs: CleanupInputs, world: World): Promise<void> {
  const { event, log, output } = world
  if (event.pullRequest?.open && inputs.tags.includes(PULL_REQUEST)) {
    const why = `pull request ${event.pullRequest.number} is open`
    log.info(`Skipped: ${why}`)
    return output('skipped', why)
  }
  const isChosen = chooser(inputs, world)
  const repositories = chooseImages(inputs.images, event.repository)
  const { client } = connectRegistry(
    { ...accessOf(inputs, repositories), concurrency: CONCURRENCY },
    world,
  )
  const held = await readHeld(inputs, world)
  const images: ImageCleanup[] = []
  for (const repository of repositories)
    images.push(await cleanImage({ repository, client, held, isChosen, inputs, world }))
  const told = await reportCleanup(images, inputs['dry-run'], world)
  if (inputs['dry-run']) return
  const { variant } = inputs
  const cleaned = variant ? told.map((image) => ({ ...image, variant })) : told
  await recordCleanup(cleaned, inputs, world)
  for (const image of images) if (image.cleaned?.failure !== undefined) throw image.cleaned.failure
}

/** Throws `input` for patterns that reach too far, `event` where the event has no pull request. */
function chooser(inputs: CleanupInputs, { event }: World): (tag: string) => boolean {
  const patterns = inputs.tags.flatMap((pattern) => {
    if (pattern !== PULL_REQUEST) return pattern
    if (event.pullRequest) return pullRequestPatterns(event.pullRequest.number, inputs.variant)
    throw new ReleaseError('event', `tags: ${event.name || 'this run'} has no pull request`, {
      hint: 'Run it on pull_request with types: [closed], or name the tags.',
    })
  })
  const channels = inputs.channels.map(({ tag }) => tag)
  refuseProtected(patterns, channels)
  return (tag) => matchesAny(patterns, tag) && !matchesAny(inputs.keep, tag)
}

interface Task {
  readonly repository: Repository
  readonly client: RegistryClient
  readonly held: Held
  readonly isChosen: (tag: string) => boolean
  readonly inputs: CleanupInputs
  readonly world: World
}

async function cleanImage(task: Task): Promise<ImageCleanup> {
  const { repository, client, isChosen } = task
  const names = await client.listTags(repository)
  if (!names.some(isChosen)) {
    const nothing = { manifests: [], untag: [] }
    return { repository, plan: nothing, cleaned: { tags: [], manifests: [], kept: [] } }
  }
  return isOnPackages(repository) ? cleanPackage(task) : cleanRegistry(task, names)
}

async function cleanRegistry(
  { repository, client, held, isChosen, inputs, world }: Task,
  names: readonly string[],
): Promise<ImageCleanup> {
  const known = await readTags({ client, repository, log: world.log }, names)
  const plan = planCleanup(
    { ...known, held: held.digestsOf(repository), ...onlyTagsOf(held) },
    isChosen,
  )
  if (inputs['dry-run']) return { repository, plan }
  return { repository, plan, cleaned: await deleteFromRegistry(plan, { client, repository }) }
}

async function cleanPackage(task: Task): Promise<ImageCleanup> {
  const { repository, client, held, isChosen, inputs, world } = task
  const token = inputs['github-token']
  if (!token)
    throw new ReleaseError('input', 'github-token: needed to delete from ghcr.io', {
      hint: 'Leave the input out, or give a token with "packages: write".',
    })
  const github = connectGitHub(world, token)
  const found = await findPackage(github, repository)
  if (!found)
    throw new ReleaseError(
      'permission',
      `Cannot find the package ${formatRepository(repository)}`,
      {
        hint: 'Give the job "packages: write", and this repository the role Admin on the package.',
      },
    )
  const versions = await listVersions(found)
  const known = await readVersions({ client, repository, log: world.log }, versions)
  const untagged = known.untagged.map((digest) => [digest, 'an untagged image needs it'] as const)
  const plan = planCleanup(
    { ...known, held: new Map([...untagged, ...held.digestsOf(repository)]), ...onlyTagsOf(held) },
    isChosen,
  )
  if (inputs['dry-run']) return { repository, plan }
  return { repository, plan, cleaned: await deleteVersions(plan, { found, versions }) }
}

function onlyTagsOf({ onlyTags }: Held) {
  return onlyTags === undefined ? {} : { onlyTags }
}
