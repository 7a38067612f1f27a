// `type=match,pattern=v(.*),group=1`: what a regex finds in the git tag.
import { ReleaseError } from '../../errors.ts'
import { notEmpty, number, template } from '../attribute.ts'
import { parseRegex, runRegex } from '../regex.ts'
import { type Candidate, defineRule, type Spelling } from '../rule.ts'
import { compareVersions, isOnLine, readVersion } from '../version.ts'
import { versionSource } from '../version-rule.ts'

export const match = defineRule({
  type: 'match',
  summary: 'What a regex, bare or as /regex/flags, finds in the git tag',
  priority: 800,
  attributes: {
    pattern: notEmpty({ summary: 'the regex', parse: readPattern }),
    group: number({ summary: 'which group, 0 for the whole match', default: '0' }),
    value: template({ summary: 'the text, in place of the git tag', default: '' }),
  },
  check: ({ pattern, group }) => {
    if (!Number.isInteger(group) || group < 0)
      throw new ReleaseError('input', `group: ${group} is no group's number`)
    parseRegex(pattern, group)
  },
  apply({ pattern, group, value }, context) {
    const source = versionSource(value, context)
    if ('skipped' in source) return source
    const found = runRegex(pattern, source.text, context)
    if (!found) return { skipped: `/${pattern.source}/ does not match ${source.text}` }
    const part = found[group]
    if (part === undefined) return { skipped: `group ${group} is not in ${source.text}` }
    return { candidates: [candidateOf(part, source.text)], latest: true }
  },
})

function readPattern(written: string) {
  const [, source, flags] = /^\/(.+)\/(.*)$/.exec(written) ?? []
  return parseRegex({ source: source ?? written, flags: flags ?? '' }, 0)
}

const DOTTED: Spelling = { scheme: 'dotted', before: '', after: '', build: false }

const VERSION_AT_END = /(?<![\d.])\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

/** The text's whole version keeps its name; the beginning of it is a line of versions. */
function candidateOf(value: string, text: string): Candidate {
  const [found, whole] = [value, VERSION_AT_END.exec(text)?.[0] ?? ''].map((version) =>
    readVersion(version, 'dotted'),
  )
  if (!found || !whole) return { value, role: 'free' }
  if (compareVersions(found, whole) === 0)
    return { value, role: 'version', version: whole.text, spelling: DOTTED }
  const line = found.release
  if (line.length < whole.release.length && isOnLine(whole, line))
    return { value, role: 'floating', version: whole.text, line }
  return { value, role: 'free' }
}
