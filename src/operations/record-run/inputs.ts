// The inputs of record-run: what ran, on what, with what.
import { list, mistake, parsed, text, type Values } from '../../inputs/field.ts'
import * as shared from '../../inputs/shared.ts'
import { parsePlatform } from '../../oci/platform.ts'
import { parseReference } from '../../oci/reference.ts'
import { splitWords } from './words.ts'

/** Also a part of tag names at MLflow, and of messages of the script. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** A bind mount takes no other path: its options are a list with commas and quotes. */
const UNMOUNTABLE = /[,"\r\n]/

export interface NamedValue {
  readonly name: string
  readonly value: string
}

function parseNamed(line: string): NamedValue {
  const at = line.indexOf('=')
  const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  if (at < 0 || !NAME.test(name) || value === '')
    throw mistake(`${JSON.stringify(line)} is not name=value`)
  return { name, value }
}

function parseMountable(line: string): NamedValue {
  const named = parseNamed(line)
  // Record and script are kept, and handed on.
  if (/:\/\/[^/]*@/.test(named.value))
    throw mistake(`${named.name} is an address with a login in it, which would be recorded`)
  if (!UNMOUNTABLE.test(named.value)) return named
  throw mistake(
    `${JSON.stringify(line)}: a path with a comma, quote or line break cannot be mounted`,
  )
}

export const RECORD_RUN_INPUTS = {
  image: parsed(
    {
      summary: 'Image the run used, such as `ghcr.io/acme/train:1.4.2`; its digest is recorded.',
      workflowOnly: true,
    },
    (value) => {
      const reference = parseReference(value)
      if (reference.tag || reference.digest) return reference
      throw mistake(`${JSON.stringify(value)} has neither a tag nor a digest`)
    },
  ),
  platform: parsed(
    {
      summary: 'Platform of the image that ran.',
      defaultSaid: "this machine's, or the image's only one",
    },
    parsePlatform,
  ),
  datasets: list(
    {
      summary:
        'Data the run read, lines `name=path` (hashed), `name=uri#sha256:…` or `name=version` (recorded as unverifiable).',
    },
    ({ text: line }) => parseMountable(line),
  ),
  command: parsed(
    {
      summary:
        "Command the run executed in the image; recorded, not run. A line that takes a shell is given to the image's `/bin/sh -c`.",
      defaultSaid: "the image's own",
    },
    (value) => {
      // A quote that is not closed is told before anything is written.
      splitWords(value)
      return value
    },
  ),
  parameters: list({ summary: 'Parameters of the run, lines `key=value`.' }, ({ text: line }) =>
    parseNamed(line),
  ),
  artifacts: list(
    { summary: 'Files or folders the run wrote, lines `name=path`; hashed.' },
    ({ text: line }) => parseMountable(line),
  ),
  'run-args': list(
    { summary: 'Arguments for `docker run`, such as `--gpus all`.', default: '' },
    ({ text: line }) => {
      const words = splitWords(line)
      if (words) return words
      throw mistake(`${JSON.stringify(line)} takes a shell; quote what is meant as it is`)
    },
  ),
  workdir: parsed(
    {
      summary: 'Folder of the container in which the source is, and the command runs.',
      default: '/workspace',
    },
    (value) => {
      if (value.startsWith('/') && !UNMOUNTABLE.test(value)) return value
      throw mistake(`${JSON.stringify(value)} is no absolute path without commas and quotes`)
    },
  ),
  record: { ...shared.plain('Where the record is written.'), default: 'run-record.json' },
  script: {
    ...shared.plain('Where the script that repeats the run is written.'),
    default: 'rerun.sh',
  },
  'metrics-uri': text({
    summary: 'Address of an MLflow tracking server, to tag the run there.',
  }),
  'run-id': text({ summary: "The run's id at MLflow.", workflowOnly: true }),
  ...shared.accessFields,
} as const

export type RecordRunInputs = Values<typeof RECORD_RUN_INPUTS>

export const RECORD_RUN_OUTPUTS = {
  record: 'Path of the record.',
  script: 'Path of the script that repeats the run.',
  digest: 'Digest of the image, confirmed by the registry.',
  image: 'Image pinned: `name@digest`.',
  platform: 'Platform of the image that ran.',
  plan: 'JSON of the record, where `dry-run` wrote none.',
  json: 'JSON of the record.',
} as const
