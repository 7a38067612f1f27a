// Failures of buildx that people meet, known by its own words, with the next act for each. The
// first row that fits counts, so the particular stands before the general. Words of buildx 0.29,
// Docker 28 and the registries behind them.
import type { ErrorCode } from '../errors.ts'

interface KnownFailure {
  readonly words: RegExp
  readonly hint: string
  /** Default: `push` where buildx was pushing, else `build`. */
  readonly code?: ErrorCode
  /** How many runs are worth it after such a failure (docker/build-push-action#463). Default: 1. */
  readonly runs?: number
}

const MAX_RUNS = 4

const SETUP_BUILDX = 'Add docker/setup-buildx-action before this step.'
const CHECKOUT =
  'Add actions/checkout before this step; `file` is a path from the workspace, `context` the folder to build.'
const PACKAGES_WRITE =
  'Give the job "packages: write", log in with docker/login-action, and on ghcr.io give this repository write access under the package\'s "Manage Actions access".'

/** Of a build; also of Docker and buildx themselves, and of pulling base images. */
const BUILD_FAILURES: readonly KnownFailure[] = [
  {
    code: 'docker',
    words:
      /'buildx' is not a docker command|unknown command: docker buildx|Usage: +docker \[OPTIONS] COMMAND/,
    hint: `Docker Buildx is missing. ${SETUP_BUILDX}`,
  },
  {
    code: 'docker',
    words: /^unknown flag: --/m,
    hint: 'This Docker Buildx is too old for an input that is set: update it with docker/setup-buildx-action.',
  },
  {
    code: 'docker',
    words: /permission denied while trying to connect to the docker/i,
    hint: "Let the runner's user reach Docker's socket: put it into the group `docker`.",
  },
  {
    code: 'docker',
    words:
      /Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect/,
    hint: 'Start Docker Engine on the runner; a job in a container needs the socket /var/run/docker.sock mounted.',
  },
  {
    code: 'docker',
    words: /no builder ".*" found/,
    hint: 'Make it with docker/setup-buildx-action before this step, or leave `builder` empty.',
  },
  {
    code: 'docker',
    words: /docker exporter does not currently support exporting manifest lists/,
    hint: 'With `load` name one platform, or turn on the containerd image store of Docker Engine.',
  },
  {
    code: 'docker',
    words: /not (?:supported|implemented) for (?:the )?docker driver/i,
    hint: `The builder that comes with Docker cannot do this. ${SETUP_BUILDX}`,
  },
  {
    words: /index annotations not supported for single platform/,
    hint: 'Leave `index:` out of `annotations` when there is one platform.',
  },
  {
    // The engine looks whether its image store has the name, then creates it: two exports can meet.
    runs: MAX_RUNS,
    words: /^(?:ERROR:|Cannot build) .*\bimage "[^"]+": already exists$/m,
    hint: 'Other builds on this Docker Engine kept making an image of this name: give the workflow a concurrency group, and run the job again.',
  },
  { words: /failed to read dockerfile: |unable to prepare context: path/, hint: CHECKOUT },
  {
    words: /target stage ".*" could not be found/,
    hint: 'Name a stage of the Dockerfile in `target`.',
  },
  {
    words: /no match for platform in manifest/,
    hint: 'The base image does not exist for one of `platforms`: choose another base or fewer platforms.',
  },
  {
    words: /exec format error/,
    hint: 'Add docker/setup-qemu-action before this step, or build each platform on a runner of its own with `part: true`.',
  },
  {
    words: /no space left on device/i,
    hint: 'Make room on the runner in an earlier step, or use a runner with a larger disk.',
  },
  { words: /repository name must be lowercase/, hint: 'Write the name in `images` in lower case.' },
  {
    words: /secret .*: not found/,
    hint: 'Give the secret in `secrets`, `secret-envs` or `secret-files` under the id the Dockerfile names.',
  },
  {
    words: /entitlement .* is not allowed|use of insecure entitlements?/,
    hint: 'Name the entitlement in `allow`, and let the builder grant it.',
  },
  {
    words: /pull rate limit|failed to (?:resolve source metadata|copy).*(?:429|toomanyrequests)/i,
    hint: 'Log in to the registry of the base image with docker/login-action: anonymous pulls are limited.',
  },
  {
    words:
      /pull access denied|failed to resolve source metadata.*(?:not found|denied|unauthorized|40[13] )/i,
    hint: 'Check the name of the base image, and log in to its registry with docker/login-action.',
  },
  {
    words: /failed to resolve source metadata.*(?:no such host|connection refused|i\/o timeout)/,
    hint: 'Check the name of the base image, and that the runner can reach its registry.',
  },
]

/** Of a push only: in a build the same words may come from whatever a RUN calls. */
const PUSH_FAILURES: readonly KnownFailure[] = [
  {
    // Our own words for a push that was ended. Waiting for it was dear: one more chance, not three.
    runs: 2,
    words: /: not done after [\d.]+ minutes$/,
    hint: 'Check that the registry answers, or give a large image more time with `push-timeout`.',
  },
  {
    words: /immutable|\btag \S+ already exists/i,
    hint: 'This registry lets no tag move: release a new version, and set `floating: false`.',
  },
  {
    words: /not allowed to Create organization package/,
    hint: "Let the organization's members create packages (organization settings, Packages), or create the package once by hand.",
  },
  {
    runs: MAX_RUNS,
    words: /429 Too Many Requests|toomanyrequests/i,
    hint: 'The registry limits how much this account may send: run the job again later.',
  },
  {
    words:
      /unauthorized|authentication required|insufficient_scope|no basic auth credentials|401 /i,
    hint: `The registry does not know who is pushing. ${PACKAGES_WRITE}`,
  },
  { words: /write_package/, hint: PACKAGES_WRITE },
  { runs: MAX_RUNS, words: /denied|403 Forbidden/i, hint: PACKAGES_WRITE },
  {
    words: /gave HTTP response to HTTPS client|x509:/,
    hint: "Give the builder the registry's certificate, or tell it that the registry is insecure.",
  },
  {
    runs: MAX_RUNS,
    words: /no such host|connection refused|i\/o timeout|network is unreachable/,
    hint: 'Check the registry in `images`, and that the runner can reach it.',
  },
  {
    runs: MAX_RUNS,
    words: /status[^\n]*: 5\d\d |connection reset|\bEOF\b|closed network connection/,
    hint: 'The registry failed several times in a row: run the job again later.',
  },
]

/** The row that fits what buildx printed, or the message made of it. */
export function knownFailure(text: string, during: 'build' | 'push'): KnownFailure | undefined {
  const rows = during === 'push' ? PUSH_FAILURES : BUILD_FAILURES
  return rows.find(({ words }) => words.test(text))
}
