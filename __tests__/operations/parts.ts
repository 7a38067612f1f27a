// An image in parts, one for each platform, as the jobs of a matrix build them; and what is an
// index in a stage's registry.
import { expect } from '@jest/globals'
import type { StagedEvent } from '../../scripts/stage/events.js'
import type { ImageIndex } from '../../src/oci/manifest.ts'
import { parseManifest } from '../../src/oci/parse-manifest.ts'
import type { ReleaseStage } from './release-stage.ts'
import { type Given, PATH } from './stage.ts'

export const PLATFORMS = ['linux/amd64', 'linux/arm64']

/** The tags of the parts of commit `aaaa…`. */
export const PARTS = ['git-aaaaaaa-linux-amd64', 'git-aaaaaaa-linux-arm64']

/** One run for each platform. */
export async function buildParts(
  { run }: Pick<ReleaseStage, 'run'>,
  event: StagedEvent,
  inputs: Given = {},
) {
  for (const platforms of PLATFORMS) {
    const { error, summary } = await run(event, { ...inputs, part: 'true', platforms })
    expect(error).toBeUndefined()
    expect(summary).toMatch(/^## (Built|Found) a part of /)
  }
}

/** The index under a tag. */
export function indexAt({ registry }: ReleaseStage, tag: string): ImageIndex {
  const raw = registry.repository(PATH).manifests.get(registry.tags(PATH)[tag] ?? '')
  const read = raw && parseManifest(raw)
  if (read?.kind !== 'index') throw new Error(`${tag} is no index`)
  return read
}
