// The inputs of whatever ends in tags on a digest (names, guards, records), and what it may.
import { choice, flag, lines, number, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'

/** What the image is called. */
export const NAMING_INPUTS = {
  images: shared.images,
  tags: shared.tags,
  flavor: shared.flavor,
  version: shared.version,
  'version-file': shared.versionFile,
  'tag-prefix': shared.tagPrefix,
  variant: shared.variant,
  channels: shared.channels,
  floating: shared.floating,
  'allow-latest': shared.allowLatest,
  'sha-length': number({
    summary: 'Characters of the commit in `git-<sha>`.',
    default: '7',
    min: 7,
    max: 40,
  }),
} as const

/** What may be pushed, and which tags may move. */
export const GUARD_INPUTS = {
  overwrite: flag({
    summary: 'Moves a full version tag that belongs to another image.',
    default: 'false',
    workflowOnly: true,
  }),
  'move-back': flag({
    summary: 'Moves floating, channel and branch tags also where they hold something newer.',
    default: 'false',
    workflowOnly: true,
  }),
  push: choice(
    {
      summary:
        "Push and tag. `auto`: yes, but not for a fork's pull request or for Dependabot, whose tokens cannot write.",
      workflowOnly: true,
    },
    'auto',
    'true',
    'false',
  ),
} as const

export const RECORD_INPUTS = {
  'release-notes': choice(
    {
      summary:
        'Write tags and digest into the GitHub release: where there is one and the token may (`auto`), or else fail (`true`).',
    },
    'auto',
    'true',
    'false',
  ),
  ledger: shared.ledger,
  comment: choice(
    {
      summary:
        "Write tags and digest into the pull request's comment: where the token may (`auto`), or not at all (`false`).",
    },
    'auto',
    'false',
  ),
  'allow-pull-request-target': flag({
    summary: 'Lets a pull_request_target run push, although foreign code may be checked out.',
    default: 'false',
    workflowOnly: true,
  }),
} as const

export const ANNOTATIONS = lines({
  summary: 'Annotations `key=value`; on the index when there are several platforms.',
})

export const SHIPPING_PERMISSIONS = [
  { scope: 'contents: write', why: 'writing tags and digest into the release notes; else `read`' },
  { scope: 'packages: write', why: 'pushing to ghcr.io' },
  { scope: 'pull-requests: write', why: 'the comment on a pull request' },
  { scope: 'deployments: write', why: 'recording that a channel such as `dev` moved' },
] as const

export type ShippingInputs = Values<
  typeof NAMING_INPUTS & typeof GUARD_INPUTS & typeof RECORD_INPUTS & typeof shared.accessFields
>
