// The inputs of release: what to name, how to guard, and every build input that buildx takes.
import { BUILD_INPUTS, type BuildInputName } from '../../buildx/args.ts'
import {
  choice,
  type Field,
  flag,
  lines,
  list,
  number,
  parsed,
  type Values,
} from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { parseDigest } from '../../oci/digest.ts'
import { ANNOTATIONS, GUARD_INPUTS, NAMING_INPUTS, RECORD_INPUTS } from '../shipping/inputs.ts'

/** Build inputs whose value we make or read ourselves, with fields of their own. */
const OWN_FIELDS = ['platforms', 'push', 'tags', 'labels', 'annotations'] as const

type PassedName = Exclude<BuildInputName, (typeof OWN_FIELDS)[number]>

interface ValueOf {
  readonly text: string | undefined
  readonly flag: boolean | undefined
  readonly items: readonly string[]
  readonly lines: readonly string[]
}

type PassedFields = {
  readonly [Name in PassedName]: Field<ValueOf[(typeof BUILD_INPUTS)[Name]['kind']]>
}

/** What only the workflow itself may say, since it opens doors or carries secrets. */
const WORKFLOW_ONLY: readonly string[] = ['secrets', 'secret-envs', 'secret-files', 'ssh', 'allow']

const FIELD_OF_KIND = {
  text: (said: { summary: string; workflowOnly: boolean }) => parsed(said, (value) => value),
  flag: (said: { summary: string; workflowOnly: boolean }) => flag({ ...said, default: 'false' }),
  items: (said: { summary: string; workflowOnly: boolean }) =>
    list({ ...said, commas: true }, ({ text }) => text),
  lines: (said: { summary: string; workflowOnly: boolean }) => list(said, ({ text }) => text),
} as const

function passedFields(): PassedFields {
  const rows = Object.entries(BUILD_INPUTS).filter(([name]) => !isOwn(name))
  return Object.fromEntries(
    rows.map(([name, { kind, summary }]) => [
      name,
      FIELD_OF_KIND[kind]({ summary, workflowOnly: WORKFLOW_ONLY.includes(name) }),
    ]),
  ) as PassedFields
}

function isOwn(name: string): boolean {
  return OWN_FIELDS.some((own) => own === name)
}

export const PASSED_INPUTS: readonly PassedName[] = Object.keys(BUILD_INPUTS).filter(
  (name): name is PassedName => !isOwn(name),
)

export const RELEASE_INPUTS = {
  ...NAMING_INPUTS,
  build: choice(
    {
      summary:
        '`once` reuses the image of this commit that was built with the same inputs, `always` builds, `never` fails where there is none.',
    },
    'once',
    'always',
    'never',
  ),
  digest: parsed(
    {
      summary: 'Tag and record this digest, which the registry holds, and never build.',
      default: 'none',
      refuseEmpty: true,
      workflowOnly: true,
    },
    (value) => (value === 'none' ? undefined : parseDigest(value)),
  ),
  ...GUARD_INPUTS,
  part: flag({
    summary:
      'One platform of a matrix: pushes only a tag for `merge` to find, such as `git-a1b2c3d-linux-arm64`.',
    default: 'false',
    workflowOnly: true,
  }),
  'push-timeout': number({
    summary: 'Minutes a push may take.',
    default: '30',
    min: 1,
    max: 360,
  }),
  ...RECORD_INPUTS,
  platforms: shared.platforms,
  labels: lines({
    summary: 'Labels `key=value` beside the OCI ones we set; `-key` leaves one out.',
  }),
  annotations: ANNOTATIONS,
  ...passedFields(),
  ...shared.accessFields,
} as const

export type ReleaseInputs = Values<typeof RELEASE_INPUTS>
