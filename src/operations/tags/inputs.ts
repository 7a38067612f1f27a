// The inputs of tags: docker/metadata-action's, and ours.
import { choice, flag, lines, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'

export const TAGS_INPUTS = {
  images: { ...shared.images, defaultSaid: 'none; tags come without image names' },
  tags: {
    ...shared.tags,
    defaultSaid: "docker/metadata-action's: `schedule`, and `ref` of branch, tag and pull request",
  },
  flavor: shared.flavor,
  labels: lines({ summary: 'Labels `key=value` beside the OCI ones; `-key` leaves one out.' }),
  annotations: lines({
    summary: 'Annotations `key=value` beside the OCI ones; `-key` leaves one out.',
  }),
  version: shared.version,
  'version-file': shared.versionFile,
  'tag-prefix': shared.tagPrefix,
  variant: shared.variant,
  channels: shared.channels,
  floating: shared.floating,
  'allow-latest': shared.allowLatest,
  'allow-empty': flag({
    summary: 'Lets a tag push that no rule can read give no tags; without it that is an error.',
    default: 'false',
    workflowOnly: true,
  }),
  'check-registry': flag({
    summary: 'Holds floating tags back that a higher published version has.',
    default: 'false',
  }),
  'move-back': flag({
    summary: 'With `check-registry`: holds nothing back.',
    default: 'false',
    workflowOnly: true,
  }),
  'bake-target': {
    ...shared.plain('Target of the bake files.'),
    default: 'docker-metadata-action',
  },
  'sep-tags': shared.separator('Between the entries of the output `tags`.'),
  'sep-labels': shared.separator('Between the entries of the output `labels`.'),
  'sep-annotations': shared.separator('Between the entries of the output `annotations`.'),
  context: choice(
    { summary: 'Where the event comes from; only `workflow` is accepted.' },
    'workflow',
    'git',
  ),
  ...shared.accessFields,
} as const

export type TagsInputs = Values<typeof TAGS_INPUTS>
