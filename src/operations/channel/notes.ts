// A line about a promotion in the release notes of the version that moved. Best effort: notes are
// never a reason to fail, since the channel has moved.
import { isReleaseError } from '../../errors.ts'
import type { GitHubClient } from '../../github/client.ts'
import { recordInRelease } from '../../github/recorder.ts'
import { type GitHubRelease, getReleaseByTag } from '../../github/releases.ts'
import { findBlocks } from '../../notes/marked-block.ts'
import { addPromotion, type PromotionLine } from '../../notes/promotion.ts'
import { blockKey, parseRecord } from '../../notes/record.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import { isChange, type Move, nameOf } from './move.ts'
import type { ChannelReport } from './report.ts'

/** Two runs that write the same block at once: whoever finds its line gone writes it again. */
const MAX_TRIES = 3

export interface NotesInputs {
  readonly variant: string | undefined
  readonly 'release-notes': 'auto' | 'false'
  readonly 'github-token': string | undefined
}

/** For every move that changed something or was recorded, and has a version. */
export async function noteMoves(
  moves: readonly Move[],
  inputs: NotesInputs,
  { world, report }: { readonly world: World; readonly report: ChannelReport },
): Promise<void> {
  const token = inputs['github-token']
  if (inputs['release-notes'] === 'false' || !token) return
  const github = connectGitHub(world, token)
  const told = moves.filter((move) => isChange(move) || move.recording.kind !== 'none')
  for (const move of told)
    try {
      const url = await noteMove(move, { github, world, variant: inputs.variant })
      if (url) report.link('Release notes', url)
    } catch (error) {
      if (!isReleaseError(error)) throw error
      world.log.notice(`No line about ${nameOf(move)} in the release notes: ${error.message}`)
    }
}

interface Noting {
  readonly github: GitHubClient
  readonly world: World
  readonly variant: string | undefined
}

/** The release's page; undefined: it says nothing of this digest. */
async function noteMove(move: Move, noting: Noting): Promise<string | undefined> {
  const { github, world, variant } = noting
  const image = formatRepository(move.source)
  const key = blockKey({ image, ...(variant ? { variant } : {}) })
  const release = move.version && (await findRelease(move.version, noting))
  if (!release) return undefined
  const line: PromotionLine = {
    channel: move.tag,
    at: new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    operation: move.operation === 'rollback' ? 'rollback' : 'promote',
    run: world.event.run.url,
  }
  let { body } = release
  for (let tried = 0; tried < MAX_TRIES; tried++) {
    const block = findBlocks(body).find((found) => found.key === key)
    if (!block || parseRecord(block.content)?.digest !== move.digest) return undefined
    const wanted = addPromotion(block.content, line)
    if (wanted === block.content) return release.url
    const { repository } = world.event
    const recording = { github, repository, releaseId: release.id, key, block: wanted }
    body = (await recordInRelease(recording)).body
  }
  return release.url
}

async function findRelease(
  version: string,
  { github, world }: Noting,
): Promise<GitHubRelease | undefined> {
  for (const tag of [`v${version}`, version]) {
    const release = await getReleaseByTag(github, world.event.repository, tag)
    if (release) return release
  }
  return undefined
}
