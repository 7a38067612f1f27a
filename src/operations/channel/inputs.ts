// Inputs that promote and rollback share, and what both may beside writing the ledger.
import { choice, flag, list, parsed, text } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { parseDigest } from '../../oci/digest.ts'
import { parseTag } from '../../oci/tag.ts'

export const CHANNEL_INPUTS = {
  images: shared.images,
  channels: shared.channels,
  variant: shared.variant,
  mark: list(
    { summary: 'Further tags to put on the digest, such as `hotfix-rollback`.', commas: true },
    ({ text: tag }) => parseTag(tag),
  ),
  expect: parsed(
    {
      summary: 'Digest that the channel has to have now; another one stops the run.',
    },
    parseDigest,
  ),
  force: flag({
    summary: 'Passes a closed gate; the ledger says so.',
    default: 'false',
    workflowOnly: true,
  }),
  reason: text({ summary: 'Why, for the ledger.' }),
  manifests: list(
    {
      summary:
        'Files to pin to the digest, as globs; `{channel}` stands for the channel. Each must hold the image.',
    },
    ({ text: glob }) => glob,
  ),
  commit: shared.commit,
  branch: text({
    summary: 'Branch of the pull request, ours alone.',
    defaultSaid: '`image-release/<channel>`',
  }),
  base: shared.base,
  'release-notes': choice(
    {
      summary:
        "Adds a line to the version's release notes where there are some (`auto`), or not (`false`). Never fails the step.",
    },
    'auto',
    'false',
  ),
  ledger: shared.ledger,
  'ledger-authors': shared.ledgerAuthors,
  repository: shared.repositoryField({
    summary: 'Repository (`owner/name`) whose deployments are the ledger.',
    defaultSaid: "the workflow's own",
  }),
  store: choice(
    {
      summary: 'Where images are: in a registry, or in the local image store of Docker.',
    },
    'registry',
    'docker',
  ),
  ...shared.accessFields,
} as const

export const CHANNEL_PERMISSIONS = [
  { scope: 'packages: write', why: 'moving tags on ghcr.io' },
  { scope: 'contents: write', why: 'the line in the release notes, and `commit`; else `read`' },
  { scope: 'pull-requests: write', why: '`commit: pull-request`' },
] as const
