// Reads what an audit compares: the ledger, the releases, the files and the tags, each as soon as
// it is known that it is needed. Nothing is written.
import { isReleaseError, ReleaseError } from '../../errors.ts'
import type { GitHubClient, RepositoryName } from '../../github/client.ts'
import { readLedger, tellIgnored } from '../../github/ledger.ts'
import { listReleases } from '../../github/releases.ts'
import { chooseImages } from '../../inputs/images.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import { accessOf, connectRegistry } from '../../registry/connect.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { AuditFacts } from './facts.ts'
import { findPlaces } from './files.ts'
import { gatherImage } from './gather-image.ts'
import type { AuditInputs } from './inputs.ts'

/** Audits are many small requests; registries allow hundreds a second. */
const CONCURRENCY = 64

/** Throws `permission` naming the one that is missing. */
export async function gather(inputs: AuditInputs, world: World): Promise<AuditFacts> {
  const { channels, variant, at, manifests } = inputs
  const repositories = chooseImages(inputs.images, world.event.repository)
  const { client } = connectRegistry(
    { ...accessOf(inputs, repositories), concurrency: CONCURRENCY },
    world,
  )
  const home = homeOf(inputs, world)
  const past = at !== undefined && at < world.clock.now()
  const sources = {
    entries: readEntries(home, inputs, world),
    releases: home ? listReleases(home.github, home.repository) : Promise.resolve([]),
    places: past ? Promise.resolve(new Map()) : findPlaces(manifests, channels, world),
  }
  const [images, entries] = await Promise.all([
    Promise.all(
      repositories.map((repository) =>
        gatherImage({ ...sources, repository, client, inputs, past }),
      ),
    ),
    sources.entries,
    // Awaited here too, so that whichever fails first is the one that is told.
    sources.releases,
    sources.places,
  ])
  return {
    at: past ? at : world.clock.now(),
    past,
    channels,
    variant,
    channelTags: inputs['channel-tags'],
    entries,
    images,
  }
}

interface Home {
  readonly github: GitHubClient
  readonly repository: RepositoryName
}

/** Where ledger and releases are; undefined where there is no token or no repository is known. */
function homeOf(inputs: AuditInputs, world: World): Home | undefined {
  const token = inputs['github-token']
  const repository = inputs.repository ?? world.event.repository
  const isKnown = repository.owner !== '' && repository.name !== ''
  if (token && isKnown) return { github: connectGitHub(world, token), repository }
  const why = token ? 'no repository is known' : 'there is no github-token'
  if (inputs.ledger === 'required')
    throw new ReleaseError('input', `ledger: required, but ${why}`, {
      hint: 'Give github-token and repository, in a job with "deployments: read".',
    })
  world.log.notice(`Neither ledger nor releases are looked at: ${why}`)
  return undefined
}

async function readEntries(
  home: Home | undefined,
  { ledger, channels, ...inputs }: AuditInputs,
  { log }: World,
): Promise<readonly LedgerEntry[]> {
  if (!home || ledger === 'off') return []
  try {
    const found = await readLedger({ ...home, channels, authors: inputs['ledger-authors'] })
    tellIgnored(found, log)
    return found.entries
  } catch (error) {
    if (ledger === 'required' || !isReleaseError(error, 'permission')) throw error
    log.notice(`The ledger is not looked at: ${error.message}. ${error.hint ?? ''}`)
    return []
  }
}
