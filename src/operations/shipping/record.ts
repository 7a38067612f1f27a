// Writing tags and digest into the GitHub release, once the registry has confirmed them.
import { isReleaseError, ReleaseError } from '../../errors.ts'
import type { GitHubClient } from '../../github/client.ts'
import { recordInRelease } from '../../github/recorder.ts'
import { type GitHubRelease, getRelease, getReleaseByTag } from '../../github/releases.ts'
import { findBlocks, replaceBlock } from '../../notes/marked-block.ts'
import { keepPromotions } from '../../notes/promotion.ts'
import { blockKey, type ImageRecord, parseRecord } from '../../notes/record.ts'
import { renderReleaseBlock } from '../../notes/release-note.ts'
import type { World } from '../operation.ts'
import { connectGitHub } from '../world.ts'
import type { ShippingInputs } from './inputs.ts'
import type { ShippingReport } from './report.ts'

interface Recording {
  readonly inputs: ShippingInputs
  readonly world: World
  readonly report: ShippingReport
  /** One per image name. */
  readonly records: readonly ImageRecord[]
}

/**
 * With `auto` a release that is not there, may not be edited or has no room left is told, and is no
 * failure. Whenever something was not written, it is printed.
 */
export async function recordRelease(recording: Recording): Promise<void> {
  const { inputs, world, report, records } = recording
  const notes = records.map(renderReleaseBlock).join('\n')
  report.set('notes', notes)
  if (inputs['release-notes'] === 'false') return
  try {
    await writeNotes(recording)
  } catch (error) {
    const isSilent =
      inputs['release-notes'] === 'auto' && isReleaseError(error, 'permission', 'denied', 'no-room')
    if (isSilent) world.log.notice(`${error.message}. ${error.hint ?? ''}`)
    world.log.info(`To be pasted into the release notes by hand:\n${marked(records)}`)
    if (!isSilent) throw error
  }
}

/** With their markers, so that the next run finds them. */
function marked(records: readonly ImageRecord[]): string {
  return records.reduce(
    (body, record) => replaceBlock(body, blockKey(record), renderReleaseBlock(record)),
    '',
  )
}

async function writeNotes(recording: Recording): Promise<void> {
  const { inputs, world, report } = recording
  // An ordinary push has no release, and nobody looks for its notes.
  if (inputs['release-notes'] === 'auto' && !isExpected(recording)) return
  const token = inputs['github-token']
  if (!token) return notWritten(inputs, world, 'there is no github-token')
  const github = connectGitHub(world, token)
  const release = await findRelease(github, recording)
  if (!release)
    return notWritten(inputs, world, 'this event and its version have no GitHub release')
  const blocks = recording.records.map((record) => blockFor(record, release.body))
  report.set('notes', blocks.join('\n'))
  for (const [index, record] of recording.records.entries()) {
    const { outcome } = await recordInRelease({
      github,
      repository: world.event.repository,
      releaseId: release.id,
      key: blockKey(record),
      block: blocks[index] ?? '',
    })
    world.log.info(outcome === 'written' ? `Recorded in ${release.url}` : `Is in ${release.url}`)
  }
  report.set('release-url', release.url)
  report.extend({ links: [{ label: 'Release notes', url: release.url }] })
}

/**
 * Where the body tells of the same digest, a re-run does not become the run that released it, and
 * its promotions stay told: nothing changes, so nothing is written.
 */
function blockFor(record: ImageRecord, body: string): string {
  const block = findBlocks(body).find(({ key }) => key === blockKey(record))
  const before = block && parseRecord(block.content)
  if (!block || before?.digest !== record.digest) return renderReleaseBlock(record)
  const again = renderReleaseBlock({ ...record, builtAt: before.builtAt, run: before.run })
  return keepPromotions(again, block.content)
}

function isExpected({ world: { event }, records: [record] }: Recording): boolean {
  return (event.release ?? event.tag ?? record?.version) !== undefined
}

/** The event's release, else the one of the event's tag or of the version's. */
async function findRelease(
  github: GitHubClient,
  { inputs, world: { event }, records }: Recording,
): Promise<GitHubRelease | undefined> {
  if (event.release) return getRelease(github, event.repository, event.release.id)
  const prefix = inputs['tag-prefix'] ?? ''
  const version = records[0]?.version
  const ofVersion = version ? [`${prefix}v${version}`, `${prefix}${version}`] : []
  for (const tag of event.tag ? [event.tag] : ofVersion) {
    const release = await getReleaseByTag(github, event.repository, tag)
    if (release) return release
  }
  return undefined
}

function notWritten(inputs: ShippingInputs, { log }: World, why: string): void {
  if (inputs['release-notes'] === 'true')
    throw new ReleaseError('github', `Cannot write release notes: ${why}`, {
      hint: 'Publish the release first, or set release-notes to auto.',
    })
  log.info(`No release notes written: ${why}`)
}
