// What the ledger names must stay: a channel may be rolled back to it.
import { isReleaseError, messageOf } from '../../errors.ts'
import { statusOf } from '../../github/client.ts'
import { readLedger } from '../../github/ledger.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { CleanupInputs } from './inputs.ts'

/** Digests of one image and why they are held; `onlyTags`: what is held is not known, and why. */
export interface Held {
  readonly onlyTags?: string
  digestsOf(repository: Repository): ReadonlyMap<Digest, string>
}

/** Throws `permission` where the ledger is required and cannot be read. */
export async function readHeld(inputs: CleanupInputs, world: World): Promise<Held> {
  const nothing = { digestsOf: () => new Map() }
  const token = inputs['github-token']
  if (inputs.ledger === 'off') return nothing
  if (!token) return { ...nothing, onlyTags: 'the ledger is not known without a github-token' }
  try {
    const github = connectGitHub(world, token)
    const { repository } = world.event
    const { channels, 'ledger-authors': authors } = inputs
    const { entries } = await readLedger({ github, repository, channels, authors })
    return {
      digestsOf: (image) =>
        new Map(
          entries
            .filter(({ record }) => record.image === formatRepository(image))
            .map(({ record }) => [record.digest, `it was put into ${record.channel}`]),
        ),
    }
  } catch (error) {
    const isRefused = isReleaseError(error, 'permission', 'denied') || statusOf(error) === 404
    if (inputs.ledger === 'required' || !isRefused) throw error
    world.log.notice(`Manifests are left: ${messageOf(error)}. Give the job "deployments: read".`)
    return { ...nothing, onlyTags: 'the ledger could not be read' }
  }
}
