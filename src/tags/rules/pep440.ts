// `type=pep440,pattern={{major}}.{{minor}}`: the git tag's Python version in a pattern.
import { defineRule, type Skipped } from '../rule.ts'
import { readVersion } from '../version.ts'
import { applyVersion, VERSION_ATTRIBUTES, type VersionFacts } from '../version-rule.ts'

export const pep440 = defineRule({
  type: 'pep440',
  summary: 'A Python version in a pattern; pre, post and dev releases give only {{version}}',
  priority: 900,
  attributes: VERSION_ATTRIBUTES,
  apply: (values, context) => applyVersion(values, context, factsOf),
})

function factsOf(raw: string): VersionFacts | Skipped {
  const version = readVersion(raw, 'pep440')
  if (!version) return { skipped: `${raw} is not a version by PEP 440 like 1.4.2 or 1.4rc1` }
  const [major = 0, minor = 0, patch = 0] = version.release
  const names = {
    raw,
    version: version.text,
    major: String(major),
    minor: String(minor),
    patch: String(patch),
    channel: version.channel,
  }
  return { scheme: 'pep440', version, names, build: false }
}
