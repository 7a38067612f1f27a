// The version that inputs give: `version`, else what the version file holds.
import { ReleaseError } from '../errors.ts'
import type { Files } from '../ports.ts'

const MAX_VERSION_CHARACTERS = 256

export interface GivenVersion {
  readonly version?: string
  readonly versionFrom?: 'input' | 'version-file'
}

/**
 * The file is JSON with a `version` field (package.json, version.json), or plain text, of which the
 * first line counts. Throws `input` where it is not in the workspace, or holds no version.
 */
export async function readGivenVersion(
  {
    version,
    'version-file': path,
  }: { version: string | undefined; 'version-file': string | undefined },
  files: Files,
): Promise<GivenVersion> {
  if (version !== undefined) return { version, versionFrom: 'input' }
  if (path === undefined) return {}
  const wrong = (why: string) =>
    new ReleaseError('input', `version-file: ${path} ${why}`, {
      hint: 'Name a JSON file with a `version` field, or a text whose first line is the version.',
    })
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw wrong('is outside the workspace')
  const bytes = await files.read(path)
  if (!bytes) throw wrong('does not exist; was the repository checked out?')
  const found = parseVersionFile(new TextDecoder().decode(bytes))
  if (!found || found.length > MAX_VERSION_CHARACTERS) throw wrong('holds no version')
  return { version: found, versionFrom: 'version-file' }
}

function parseVersionFile(text: string): string | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) return trimmed.split('\n')[0]?.trim()
  try {
    const { version } = JSON.parse(trimmed) as { version?: unknown }
    return typeof version === 'string' ? version.trim() : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
