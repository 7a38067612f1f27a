// Which version an event is about: the git tag's or release's, or the one an input names; and when
// the two may not be believed.
import { ReleaseError } from '../errors.ts'
import type { WorkflowEvent } from '../event/event.ts'
import type { TagRequest } from './request.ts'
import { compareVersions, readAnyVersion } from './version.ts'

export interface EventVersion {
  /** What version rules read; not yet known to be a version. */
  readonly text?: string
  readonly notices: readonly string[]
}

/**
 * Throws ReleaseError `input` for a `version` that is none, and `event` when input and git tag
 * disagree: one of them would name an image that was not made from it.
 */
export function eventVersion(request: TagRequest): EventVersion {
  const { event, version, versionFrom = 'input', tagPrefix } = request
  const tag = event.tag?.slice(tagPrefix.length)
  const input = versionFrom === 'input' ? 'version' : 'version-file'
  if (!version) return tag === undefined ? { notices: [] } : { text: tag, notices: [] }
  const unversioned = nameOfUnversioned(event)
  if (unversioned)
    return { notices: [`${input} ${version} is ignored: ${unversioned} releases no version`] }
  if (versionFrom === 'input' && !readAnyVersion(version))
    throw new ReleaseError(
      'input',
      `version: ${JSON.stringify(version)} is no version like 1.4.2`,
      {
        hint: 'Give a version; for a tag of another kind use a rule such as type=raw.',
      },
    )
  if (tag !== undefined && !agrees(tag, version))
    throw new ReleaseError(
      'event',
      `Cannot tag version ${version}: ${input} says ${version}, but the git tag is ${event.tag}`,
      { hint: `Correct ${input} or the tag; with a prefix before the version, set tag-prefix.` },
    )
  return { text: version, notices: [] }
}

function nameOfUnversioned(event: WorkflowEvent): string | undefined {
  if (event.pullRequest) return 'a pull request'
  if (event.mergeGroup) return 'a merge group'
  return event.name === 'schedule' ? 'a schedule' : undefined
}

/** The same version, or a name that ends with it, such as `app-v1.4.2`. */
function agrees(tag: string, version: string): boolean {
  const [tagged, wanted] = [readAnyVersion(tag), readAnyVersion(version)]
  if (tagged && wanted) return compareVersions(tagged, wanted) === 0
  const bare = version.replace(/^v/, '')
  return tag.endsWith(bare) && !/[\d.]$/.test(tag.slice(0, -bare.length))
}

const RELEASE_ACTIONS = ['published', 'released', 'prereleased']

/** Why nothing of this event is for us, in one line; undefined: go on. */
export function skipReason({ event, defaultRules, tagPrefix }: TagRequest): string | undefined {
  const { name, action, tag, workflowRun } = event
  const unpublished = action !== undefined && !RELEASE_ACTIONS.includes(action)
  if (name === 'release' && unpublished && defaultRules === 'standard')
    return `release ${action}: only published, released and prereleased releases are tagged`
  if (tag !== undefined && !tag.startsWith(tagPrefix))
    return `git tag ${tag} does not begin with tag-prefix ${tagPrefix}`
  if (workflowRun?.fromFork)
    return "the triggering run is of a fork's commit, which gets no tag of this repository"
  return undefined
}
