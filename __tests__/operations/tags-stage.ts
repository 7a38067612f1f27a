// The stage of the tags operation: a version of acme/app may be published, and GitHub knows the
// commits of the events.
import type { StagedEvent } from '../../scripts/stage/events.js'
import { tags } from '../../src/operations/tags.ts'
import { MemoryFiles } from '../fakes/world.ts'
import { type Given, openStage, PATH } from './stage.ts'

export const SHA = 'abcdef0123456789abcdef0123456789abcdef01'
/** What GitHub makes of a pull request's head and base. */
export const MERGE_SHA = '3'.repeat(40)

interface Setting {
  readonly environment?: Record<string, string>
  readonly files?: Record<string, string>
  readonly isCommandLine?: boolean
  readonly published?: readonly string[]
}

export async function runTags(event: StagedEvent, given: Given = {}, setting: Setting = {}) {
  const { perform, registry, repository, hub, log } = openStage({ permissions: ['contents: read'] })
  for (const tag of setting.published ?? []) registry.addImage(PATH, { tags: [tag] })
  for (const commit of [SHA, MERGE_SHA]) repository.commits.set(commit, [])
  const files = new MemoryFiles(setting.files)
  const { environment = {}, isCommandLine = false } = setting
  const world = { files, isCommandLine }
  const ran = await perform(tags, { event, given, environment, world })
  return { ...ran, files, log: log.lines, calls: hub.calls }
}
