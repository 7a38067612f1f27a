// `type=semver,pattern={{major}}.{{minor}}`: the git tag's semantic version in a pattern.
import parse from 'semver/functions/parse.js'
import { flag } from '../attribute.ts'
import { defineRule, type Skipped } from '../rule.ts'
import { readVersion } from '../version.ts'
import { applyVersion, VERSION_ATTRIBUTES, type VersionFacts } from '../version-rule.ts'

export const semver = defineRule({
  type: 'semver',
  summary: 'A semantic version in a pattern; a prerelease gives only {{version}}',
  priority: 900,
  attributes: {
    ...VERSION_ATTRIBUTES,
    build: flag('keep build metadata, 1.4.2+7 as 1.4.2-7'),
  },
  apply: (values, context) => applyVersion(values, context, (raw) => factsOf(raw, values.build)),
})

function factsOf(raw: string, withBuild: boolean): VersionFacts | Skipped {
  const found = parse(raw)
  const version = found && readVersion(found.version, 'semver')
  if (!found || !version) return { skipped: `${raw} is not a semantic version like 1.4.2` }
  const { major, minor, patch, prerelease, build } = found
  const names = {
    raw,
    version: [version.text, ...(withBuild && build.length > 0 ? [build.join('.')] : [])].join('-'),
    major: String(major),
    minor: String(minor),
    patch: String(patch),
    prerelease: prerelease.join(','),
    build: build.join(','),
    channel: version.channel,
  }
  return { scheme: 'semver', version, names, build: withBuild }
}
