// The inputs of audit: what to look at, and what to make of it.
import { choice, flag, list, mistake, parsed, text, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { parseTime } from '../../ledger/rollback-target.ts'

const LAST_OF_DAY = 'T23:59:59.999Z'

/** Milliseconds. A date is the end of that day in UTC. */
function parseMoment(value: string): number {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(value)
  const moment = parseTime(isDate ? value + LAST_OF_DAY : value)
  if (moment !== undefined) return moment
  throw mistake(
    `${JSON.stringify(value)} is no time; write 2026-09-01 or 2026-09-01T12:00:00Z, with its time zone`,
  )
}

/** Globs whose files are to be pinned to what a channel has; without a channel: by `{channel}`. */
export interface ManifestGlob {
  readonly channel: string | undefined
  readonly glob: string
}

function parseManifest(line: string): ManifestGlob {
  const [, channel, glob = ''] = /^([\w][\w.-]*)\s*=\s*(.+)$/.exec(line) ?? []
  if (channel !== undefined) return { channel, glob }
  if (line.includes('{channel}')) return { channel: undefined, glob: line }
  throw mistake(`${JSON.stringify(line)} names no channel; write channel=glob, or {channel} in it`)
}

export const AUDIT_INPUTS = {
  images: shared.images,
  channels: shared.channels,
  variant: shared.variant,
  manifests: list(
    {
      summary:
        'Files that should be pinned to what a channel has: `channel=glob` lines, or globs with `{channel}` in them.',
    },
    ({ text: line }) => parseManifest(line),
  ),
  at: parsed(
    {
      summary:
        'Tell of this moment, an RFC 3339 time or a date (the end of that day in UTC): what was in each channel then.',
      defaultSaid: 'now',
      workflowOnly: true,
    },
    parseMoment,
  ),
  html: text({
    summary: 'File to write the report to as one page that needs nothing from outside.',
  }),
  'fail-on': choice(
    { summary: 'Fail when anything disagrees (`drift`), or only tell (`never`).' },
    'never',
    'drift',
  ),
  'channel-tags': flag({
    summary: 'Channels have tags in the registry; false where they are only in ledger and files.',
    default: 'true',
  }),
  ledger: choice(
    {
      summary:
        'Read the deployments ledger. `auto`: without the permission only tags, notes and files are told; `required`: that is an error; `off`: it is not asked.',
      workflowOnly: true,
    },
    'auto',
    'required',
    'off',
  ),
  'ledger-authors': shared.ledgerAuthors,
  repository: shared.repositoryField({
    summary: 'Repository whose ledger and releases are read, as `owner/name`.',
    defaultSaid: "the event's",
  }),
  ...shared.accessFields,
} as const

export type AuditInputs = Values<typeof AUDIT_INPUTS>

export const AUDIT_OUTPUTS = {
  drift: 'Whether anything disagrees: `true` or `false`.',
  last: 'JSON: channel to `name@digest` of the first image.',
  text: 'The report for people, a line for each channel and disagreement.',
  json: 'All of it as JSON: channels with their history, releases, files and drift of each image.',
  plan: 'JSON of the file that `dry-run` would write.',
} as const
