// Only computes tags, labels and annotations: a drop-in for docker/metadata-action, with the guards
// of release. Writes nothing but the bake files.
import { ReleaseError } from '../errors.ts'
import { createdAt } from '../event/created-at.ts'
import { readGivenVersion } from '../inputs/given-version.ts'
import { type ExpressionFacts, expressionFacts } from '../tags/expressions.ts'
import { resolveLabels } from '../tags/labels.ts'
import type { TagRequest } from '../tags/request.ts'
import { tagRequestOf } from '../tags/request-of.ts'
import { resolveTags } from '../tags/resolve.ts'
import { defineOperation, type World } from './operation.ts'
import { bakeFiles } from './tags/bake-files.ts'
import { checkFloating } from './tags/check-floating.ts'
import { TAGS_INPUTS, type TagsInputs } from './tags/inputs.ts'
import { type Metadata, metadataOf } from './tags/metadata.ts'
import { TAGS_OUTPUTS } from './tags/outputs.ts'
import { isHeadWanted, wholeEvent } from './tags/whole-event.ts'

/** Files the CLI looks into for a version when nobody gives one. */
const VERSION_FILES = ['version.json', 'package.json']

const DEFAULT_SHA_LENGTH = 7

export const tags = defineOperation({
  name: 'tags',
  title: 'image-release tags',
  summary: 'Compute the tags, labels and annotations of an image from the event, and nothing else.',
  inputs: TAGS_INPUTS,
  outputs: TAGS_OUTPUTS,
  permissions: [
    { scope: 'contents: read', why: 'what the payload lacks of the repository' },
    { scope: 'packages: read', why: '`check-registry` on private packages of ghcr.io' },
  ],
  printed: 'tags',
  run,
})

async function run(inputs: TagsInputs, outside: World): Promise<void> {
  if (inputs.context === 'git')
    throw new ReleaseError('input', 'context: git is not supported: it guesses the ref', {
      hint: 'Leave it out; for another commit than the event\'s give "version" or a raw tag.',
    })
  const world = { ...outside, event: await wholeEvent(inputs, outside) }
  const request = await requestOf(inputs, world)
  const tagSet = resolveTags(request)
  for (const line of tagSet.notices) world.log.notice(line)
  if (tagSet.skipped !== undefined) {
    refuseNothing(world)
    world.log.info(`Skipped: ${tagSet.skipped}`)
  }
  const { tags: kept, heldBack } = await checkFloating(tagSet.tags, inputs, world)
  for (const held of heldBack) world.log.notice(`${held.tag} is held back: ${held.why}`)
  const version = tagSet.main ?? ''
  const metadata = metadataOf({
    names: kept.map(({ name }) => name),
    images: inputs.images?.names ?? [],
    version,
    ...labelsOf(inputs, world, { version, expressions: expressionFacts(request) }),
    levels: world.environment['DOCKER_METADATA_ANNOTATIONS_LEVELS'] || 'manifest',
  })
  world.output('held-back', heldBack.map(({ tag, why }) => `${tag}: ${why}`).join('\n'))
  setOutputs(metadata, inputs, world)
  if (inputs['dry-run']) world.output('plan', JSON.stringify(metadata.json))
  else await writeBakeFiles(metadata, inputs, world)
}

/** Whoever calls this in the wrong folder shall not go on with an empty list. */
function refuseNothing({ isCommandLine, event }: World): void {
  if (!isCommandLine || event.revision !== '') return
  const files = VERSION_FILES.join(', ')
  throw new ReleaseError('event', `Cannot name a tag: here is neither a commit nor ${files}`, {
    hint: 'Give --version, or run it where the repository is checked out.',
  })
}

async function requestOf(inputs: TagsInputs, world: World): Promise<TagRequest> {
  const { environment, event, clock, match } = world
  const length = environment['DOCKER_METADATA_SHORT_SHA_LENGTH']
  return {
    ...tagRequestOf(inputs, {
      event,
      now: clock.now(),
      match,
      shaLength: length ? parseLength(length) : DEFAULT_SHA_LENGTH,
    }),
    ...(await versionOf(inputs, world)),
    defaultRules: world.isCommandLine ? 'standard' : 'metadata',
    allowEmpty: inputs['allow-empty'],
    pullRequestSha: isHeadWanted(environment) ? 'head' : 'merge',
  }
}

/** On the command line a version file that lies there counts, unless a tag is checked out. */
async function versionOf(inputs: TagsInputs, { files, event, isCommandLine }: World) {
  const given = await readGivenVersion(inputs, files)
  if (given.version !== undefined || !isCommandLine || event.tag !== undefined) return given
  for (const path of VERSION_FILES)
    if ((await files.kind(path)) === 'file')
      return readGivenVersion({ version: undefined, 'version-file': path }, files)
  return given
}

function parseLength(text: string): number {
  const length = Number(text)
  if (Number.isInteger(length) && length >= 1) return length
  throw new ReleaseError('input', `DOCKER_METADATA_SHORT_SHA_LENGTH: ${text} is no length`)
}

interface LabelFacts {
  readonly version: string
  readonly expressions: ExpressionFacts
}

function labelsOf(inputs: TagsInputs, { environment, event }: World, facts: LabelFacts) {
  const { version, expressions } = facts
  const shared = {
    event,
    version,
    createdAt: createdAt(environment, event),
    expressions,
  }
  return {
    labels: resolveLabels({ ...shared, lines: inputs.labels }),
    annotations: resolveLabels({ ...shared, lines: inputs.annotations, input: 'annotations' }),
  }
}

function setOutputs(metadata: Metadata, inputs: TagsInputs, { output }: World): void {
  output('version', metadata.version)
  output('tags', metadata.tags.join(inputs['sep-tags']))
  output('tag-names', metadata.names.join(inputs['sep-tags']))
  output('labels', metadata.labels.join(inputs['sep-labels']))
  output('annotations', metadata.annotations.join(inputs['sep-annotations']))
  output('json', JSON.stringify(metadata.json))
}

/**
 * Named by what is in them, so that they stay for later steps and never clash. On the command line
 * only where the environment names a folder for them.
 */
async function writeBakeFiles(metadata: Metadata, inputs: TagsInputs, world: World): Promise<void> {
  const { environment, isCommandLine } = world
  const root = environment['RUNNER_TEMP'] || (isCommandLine ? '' : environment['TMPDIR'] || '/tmp')
  if (root === '') return
  for (const { output, path, content } of bakeFiles(metadata, inputs['bake-target'])) {
    await world.files.write(`${root}/${path}`, content)
    world.output(output, `${root}/${path}`)
  }
}
