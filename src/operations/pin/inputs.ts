// The inputs of pin.
import { choice, flag, list, mistake, parsed, text, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { parseDigest } from '../../oci/digest.ts'
import { parseRepository } from '../../oci/reference.ts'
import { parseTag } from '../../oci/tag.ts'
import { RULES, type Rule, type Severity } from '../../pinning/policy.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** `*`, a pattern with stars, or a name in full. */
function parseImagePattern(pattern: string): string {
  if (pattern.includes('*')) return pattern
  const { registry, path } = parseRepository(pattern.toLowerCase())
  return `${registry}/${path}`
}

/** A line is a rule, or a rule and its severity: `tag-moved=warning`. */
function parseRule(line: string): readonly [Rule, Severity | undefined] {
  const [name = '', severity = 'error'] = line.split('=').map((part) => part.trim())
  const rule = Object.keys(RULES).find((known): known is Rule => known === name)
  const level = SEVERITIES.find((known) => known === severity)
  if (rule && (level || severity === 'off')) return [rule, level]
  throw mistake(
    `${JSON.stringify(line)} is no rule; write one of ${Object.keys(RULES).join(', ')}, with =error, =warning, =note or =off behind it`,
  )
}

export const PIN_BRANCH = 'image-release/pin'

export const PIN_INPUTS = {
  files: list(
    {
      summary:
        'Globs over the files git tracks, or over the workspace outside git. Dockerfiles and `.github` only where a glob names them.',
      defaultSaid: 'YAML files; with `mode: check` also Dockerfiles and workflows',
    },
    ({ text: glob }) => glob,
  ),
  exclude: list({ summary: 'Globs of files to leave out.' }, ({ text: glob }) => glob),
  mode: choice(
    { summary: '`write` pins references to digests, `check` fails where the rules are broken.' },
    'write',
    'check',
  ),
  images: list(
    {
      summary:
        'Images to pin: names, patterns such as `ghcr.io/acme/*`, or `*` for all. Not used by `mode: check`.',
      defaultSaid: "the defaults file's images, else `ghcr.io/<owner>/<repository>`",
      commas: true,
    },
    ({ text: pattern }) => parseImagePattern(pattern),
  ),
  digest: parsed(
    {
      summary: 'Pin the one image of `images` to this digest; no registry is asked.',
      default: 'none',
      refuseEmpty: true,
      workflowOnly: true,
    },
    (value) => (value === 'none' ? undefined : parseDigest(value)),
  ),
  tag: parsed(
    {
      summary:
        'Tag to write beside `digest`; it must belong to it. Without one Helm values that need a tag are left. Where a registry is asked, its tags tell.',
      defaultSaid: 'none',
    },
    parseTag,
  ),
  refresh: flag({
    summary: 'Asks for the digest of images that have one already.',
    default: 'false',
  }),
  ignore: list(
    {
      summary: 'Images that are neither checked nor pinned; patterns as in `images`.',
      commas: true,
    },
    ({ text: pattern }) => parseImagePattern(pattern),
  ),
  rules: list(
    {
      summary: `What \`mode: check\` looks for, of ${Object.keys(RULES).join(', ')}; \`=warning\`, \`=note\` or \`=off\` behind a rule.`,
      default: 'unpinned\nlatest\nno-tag\ndigest-not-found\ntag-moved=warning',
      defaultSaid: '`unpinned`, `latest`, `no-tag`, `digest-not-found`, `tag-moved=warning`',
      commas: true,
    },
    ({ text: line }) => parseRule(line),
  ),
  offline: flag({ summary: 'Asks no registry.', default: 'false' }),
  sarif: text({ summary: 'File of the workspace to write the findings to, as SARIF 2.1.0.' }),
  commit: shared.commit,
  branch: text({
    summary: 'Branch of ours for `commit: pull-request`.',
    default: PIN_BRANCH,
  }),
  base: shared.base,
  channels: shared.channels,
  ...shared.accessFields,
} as const

export type PinInputs = Values<typeof PIN_INPUTS>

export const PIN_OUTPUTS = {
  changed: 'How many references were changed, or would be.',
  files: 'Files that were changed, one per line.',
  findings:
    'JSON array of file, line, column, endLine, endColumn, rule, severity, image and message.',
  ignored: 'How many references `ignore` or a comment excused.',
  diff: 'The change as a unified diff.',
  'commit-sha': 'The commit that holds the change.',
  'pull-request-number': 'Number of the pull request that holds it.',
  'pull-request-url': 'Its address.',
  plan: 'JSON of what `dry-run` would do.',
} as const
