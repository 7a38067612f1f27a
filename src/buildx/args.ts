// The build inputs of docker/build-push-action, one row each, and the command line they become.
// Every value is glued to its flag (`--flag=value`) and the context stands after `--`, so that no
// value, however odd, can be read as another flag. Secrets are named here by file, never by value.
import { type AttestationChoice, attestation, isDecided } from './attestation.ts'
import { cacheFrom, cacheTo } from './cache.ts'
import { namedSecret, secretFlag, secretPath } from './secrets.ts'

/** `items` are split at commas too, `lines` only at line ends, so that values keep their commas. */
export type BuildInputKind = 'text' | 'flag' | 'items' | 'lines'

interface ValueOf {
  readonly text: string
  readonly flag: boolean
  readonly items: readonly string[]
  readonly lines: readonly string[]
}

/** What a row may know of the rest of the request. */
interface Surroundings {
  readonly platforms: readonly string[]
  readonly request: AttestationChoice
  readonly folder: string
}

interface BuildInput<Kind extends BuildInputKind> {
  readonly kind: Kind
  /** One sentence for action.yml and the tables made from it. */
  readonly summary: string
  readonly flags: (value: ValueOf[Kind], around: Surroundings) => readonly string[]
}

const row =
  <Kind extends BuildInputKind>(kind: Kind) =>
  (summary: string, flags: BuildInput<Kind>['flags']): BuildInput<Kind> => ({
    kind,
    summary,
    flags,
  })
const text = row('text')
const flag = row('flag')
const items = row('items')
const lines = row('lines')

const one = (name: string) => (value: string) => [`${name}=${value}`]
const each = (name: string) => (values: readonly string[]) =>
  values.map((value) => `${name}=${value}`)
const when = (name: string) => (on: boolean) => (on ? [name] : [])

/** By input name, in the order of the flags they become. */
export const BUILD_INPUTS = {
  'add-hosts': items('Extra host names for the build, `host:ip`.', each('--add-host')),
  allow: items('Entitlements the build may use, such as `network.host`.', each('--allow')),
  annotations: lines(
    'Annotations `key=value`; on the index when there are several platforms.',
    (values, { platforms }) =>
      values.map((value) => `--annotation=${platforms.length > 1 ? onIndex(value) : value}`),
  ),
  attests: lines('Attestations, such as `type=sbom,generator=image`.', (values, { request }) =>
    values.filter((value) => !isDecided(value, request)).map((value) => `--attest=${value}`),
  ),
  'build-args': lines('Build arguments `NAME=value`, one per line.', each('--build-arg')),
  'build-contexts': lines('Further contexts, `name=path or URL`.', each('--build-context')),
  builder: text("Builder instance. Default: buildx's current one.", one('--builder')),
  'cache-from': lines('Where to read cached layers, such as `type=gha`.', (values, { platforms }) =>
    each('--cache-from')(values.flatMap((value) => cacheFrom(value, platforms))),
  ),
  'cache-to': lines(
    'Where to write cached layers, such as `type=gha,mode=max`; a failure there is no failure.',
    (values, { platforms }) =>
      each('--cache-to')(values.flatMap((value) => cacheTo(value, platforms))),
  ),
  call: text('What to do instead of building, such as `check`.', one('--call')),
  'cgroup-parent': text('Parent cgroup of RUN instructions.', one('--cgroup-parent')),
  // The only value without a flag of its own: it stands last, after `--`.
  context: text('Folder or URL to build from. Default: `.`, the workspace.', () => []),
  file: text('Path of the Dockerfile. Default: `Dockerfile` in the context.', one('--file')),
  labels: lines('Labels `key=value` of the image, beside the ones we set.', each('--label')),
  load: flag("Load the image into Docker's local image store.", when('--load')),
  network: text('Network of RUN instructions.', one('--network')),
  'no-cache': flag('Build without the cache.', when('--no-cache')),
  'no-cache-filters': items('Stages to build without the cache.', each('--no-cache-filter')),
  outputs: lines('Where the result goes, such as `type=local,dest=out`.', each('--output')),
  platforms: items(
    "Platforms to build for, such as `linux/amd64`. Default: the builder's own.",
    (values) => (values.length > 0 ? [`--platform=${values.join(',')}`] : []),
  ),
  provenance: text(
    'Provenance attestation: `true`, `false`, or attributes such as `mode=max`.',
    (value, { request }) => [attestation('provenance', value, request.builderId)],
  ),
  pull: flag('Always pull the images the build refers to.', when('--pull')),
  push: flag('Push the image to its registry.', when('--push')),
  sbom: text(
    'SBOM attestation: `true`, `false`, or attributes such as `generator=image`.',
    (value) => [attestation('sbom', value)],
  ),
  secrets: lines('Build secrets, `NAME=value`.', (values, { folder }) =>
    values.map((value, index) =>
      secretFlag('src', namedSecret(value, 'secrets')[0], secretPath(folder, index)),
    ),
  ),
  'secret-envs': items('Build secrets from environment variables, `NAME=VARIABLE`.', (values) =>
    values.map((value) => secretFlag('env', ...namedSecret(value, 'secret-envs'))),
  ),
  'secret-files': lines('Build secrets from files, `NAME=path`.', (values) =>
    values.map((value) => secretFlag('src', ...namedSecret(value, 'secret-files'))),
  ),
  'shm-size': text('Size of /dev/shm for RUN instructions, such as `2g`.', one('--shm-size')),
  ssh: items('SSH agent sockets or keys for the build, such as `default`.', each('--ssh')),
  tags: items('References the image gets.', each('--tag')),
  target: text('Stage to build. Default: the last one.', one('--target')),
  ulimit: lines('Limits of RUN instructions, such as `nofile=1024:1024`.', each('--ulimit')),
} as const

export type BuildInputName = keyof typeof BUILD_INPUTS

type Kinds = { readonly [Name in BuildInputName]: (typeof BUILD_INPUTS)[Name]['kind'] }

/** The build inputs by their names, already parsed. What is left out gets no flag. */
export type BuildRequest = BuildInputValues & AttestationChoice

type BuildInputValues = {
  readonly [Name in BuildInputName]?: ValueOf[Kinds[Name]] | undefined
}

const ROWS: { readonly [Name in BuildInputName]: BuildInput<Kinds[Name]> } = BUILD_INPUTS

/**
 * What follows `docker` on the command line. `folder` is the private folder where buildx leaves its
 * metadata and finds the values of `secrets`; see `metadataPath` and `secretPath`.
 */
export function buildArguments(request: BuildRequest, folder: string): readonly string[] {
  const around = { platforms: request.platforms ?? [], request, folder }
  const names = Object.keys(BUILD_INPUTS).filter(isBuildInputName)
  // Plain progress, whatever BUILDKIT_PROGRESS says: we read it to see pushing begin and fail.
  const fixed = ['--progress=plain', `--metadata-file=${metadataPath(folder)}`]
  const flags = names.flatMap((name) => flagsOf(name, request, around))
  return ['buildx', 'build', ...fixed, ...flags, '--', contextOf(request)]
}

/** Where buildx writes what it made. */
export function metadataPath(folder: string): string {
  return `${folder}/metadata.json`
}

/** The workspace unless the request names another; never the Git repository, as it is elsewhere. */
export function contextOf(request: BuildRequest): string {
  return request.context || '.'
}

/** Where the Dockerfile is; of a remote context, inside it. */
export function dockerfileOf(request: BuildRequest): string {
  const context = contextOf(request)
  return request.file || (context === '.' ? 'Dockerfile' : `${context}/Dockerfile`)
}

function isBuildInputName(name: string): name is BuildInputName {
  return Object.hasOwn(BUILD_INPUTS, name)
}

function flagsOf<Name extends BuildInputName>(
  name: Name,
  values: BuildInputValues,
  around: Surroundings,
): readonly string[] {
  const value = values[name]
  return value === undefined || value === '' ? [] : ROWS[name].flags(value, around)
}

/** An annotation that names its level (`manifest:key=value`) stays where it wants to be. */
function onIndex(annotation: string): string {
  const [key = ''] = annotation.split('=', 1)
  return key.includes(':') ? annotation : `index:${annotation}`
}
