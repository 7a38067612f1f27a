// The inputs of cleanup: whose tags to delete, and what to leave.
import { choice, list, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { PULL_REQUEST, parsePattern } from './patterns.ts'

export const CLEANUP_INPUTS = {
  images: shared.images,
  tags: list(
    {
      summary:
        'Tags to delete, one per line: patterns with `*`, each beginning with three or more literal characters. `pull-request` stands for `pr-<number>` and `pr-<number>-*` of the event.',
      default: PULL_REQUEST,
      commas: true,
      refuseEmpty: true,
      workflowOnly: true,
    },
    ({ text }) => (text === PULL_REQUEST ? text : parsePattern(text)),
  ),
  keep: list(
    {
      summary: 'Tags, or patterns with `*`, to leave although `tags` matches them.',
      commas: true,
      workflowOnly: true,
    },
    ({ text }) => text,
  ),
  channels: shared.channels,
  variant: shared.variant,
  ledger: choice(
    {
      summary:
        'Keep what the deployments ledger names. `auto`: where the token may not read it, only tags are deleted and no manifest; `required`: that is an error; `off`: the ledger is not asked.',
      workflowOnly: true,
    },
    'auto',
    'required',
    'off',
  ),
  'ledger-authors': shared.ledgerAuthors,
  comment: choice(
    {
      summary:
        "Say in the pull request's comment what was deleted: where the token may (`auto`), or not at all (`false`).",
    },
    'auto',
    'false',
  ),
  ...shared.accessFields,
} as const

export type CleanupInputs = Values<typeof CLEANUP_INPUTS>

export const CLEANUP_OUTPUTS = {
  deleted: 'Full references of the deleted tags, one per line.',
  kept: 'Matching tags that were not deleted, and deleted ones whose manifest stays, one per line as `reference: reason`.',
  skipped: 'Why nothing was done, where that is so.',
  plan: 'JSON of what is to be deleted.',
  json: 'What was deleted and kept of each image, as JSON.',
} as const
