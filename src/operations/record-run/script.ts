// The script that repeats a run: POSIX sh, with git, docker and sha256sum or shasum. Every value of
// the record is quoted; none stands in a comment.
import type { Artifact, Dataset, RunRecord } from './run-record.ts'
import { commandWords, quoteWord } from './words.ts'

const HEAD = `#!/bin/sh
# Repeats a recorded training run: the same commit, image and data. Written by image-release.
#
#   sh rerun.sh [FOLDER]   the commit is checked out into FOLDER, where results appear; default: rerun
#   DATA=FOLDER            where relative paths of datasets are looked for; default: here
#   SOURCE=REPOSITORY      what the commit is fetched from; default: here, else where it came from
#
# Ends with 1, before anything ran, when something is not as recorded; with 3 when an artifact
# differs; else with the command's own status.
# shellcheck disable=SC1003,SC1112,SC2016 # whatever stands between quotes is meant as it stands
set -eu

`

const FUNCTIONS = `
say() { printf 'rerun: %s\\n' "$*" >&2; }

if command -v sha256sum >/dev/null; then
  sums() { find -L . -type f -exec sha256sum {} +; }
  sha256() { sha256sum | cut -c 1-64; }
else
  sums() { find -L . -type f -exec shasum -a 256 {} +; }
  sha256() { shasum -a 256 | cut -c 1-64; }
fi

# Of a file: its bytes. Of a folder: the sorted list of its files and their hashes.
hash() {
  if [ -d "$1" ]; then (cd "$1" && sums | LC_ALL=C sort -k 2 | sha256); else sha256 <"$1"; fi
}

# matches KIND NAME PATH SHA256
matches() {
  if [ ! -e "$3" ]; then
    say "$1 $2: there is no $3"
  elif found=$(hash "$3") && [ "$found" = "$4" ]; then
    say "$1 $2: as recorded"
    return 0
  else
    say "$1 $2: $3 has changed: its sha256 is $found, and was $4"
  fi
  return 1
}

# bind SOURCE TARGET
bind() {
  case $1 in /*) from=$1 ;; *) from=$PWD/$1 ;; esac
  printf 'type=bind,source=%s,target=%s' "$from" "$2"
}

`

const CHECKOUT = `
[ ! -e "$folder" ] || { say "$folder is there already; name another folder"; exit 1; }
if [ -z "\${SOURCE:-}" ] && git cat-file -e "$revision^{commit}" 2>/dev/null; then
  SOURCE=$(git rev-parse --show-toplevel)
fi
git init -q "$folder"
git -C "$folder" fetch -q --depth 1 "\${SOURCE:-$repository}" "$revision"
git -C "$folder" -c advice.detachedHead=false checkout -q FETCH_HEAD
folder=$(cd "$folder" && pwd)

`

/** `pinned`: `name@digest`. */
export function renderScript(record: RunRecord, pinned: string): string {
  const { image, source } = record
  const settings = [
    `image=${quoteWord(pinned)}`,
    `platform=${quoteWord(image.platform)}`,
    `repository=${quoteWord(source.repository)}`,
    `revision=${quoteWord(source.revision)}`,
    `workdir=${quoteWord(record.workdir)}`,
    'folder=${1:-rerun}',
    ...(record.datasets.some(isBelowData) ? ['data=${DATA:-.}'] : []),
  ]
  return [
    HEAD,
    lines(settings),
    FUNCTIONS,
    renderChecks(record),
    CHECKOUT,
    renderRun(record),
    renderComparison(record.artifacts),
  ].join('')
}

function isBelowData(dataset: Dataset): boolean {
  return 'path' in dataset && !dataset.path.startsWith('/')
}

/** Every dataset is looked at before the script gives up, so that all that changed are named. */
function renderChecks({ source, datasets }: RunRecord): string {
  const dirty = 'the run had changes that no commit has; they are not repeated'
  return lines([
    ...(source.dirty ? [`say ${quoteWord(dirty)}`] : []),
    'same=yes',
    ...datasets.map((dataset) =>
      'path' in dataset
        ? `matches dataset ${quoteWord(dataset.name)} ${hostPath(dataset.path)} ${dataset.sha256} || same=no`
        : `say ${quoteWord(`dataset ${dataset.name}: cannot be verified here: ${placeOf(dataset)}`)}`,
    ),
    '[ "$same" = yes ] || exit 1',
  ])
}

function placeOf(dataset: Exclude<Dataset, { readonly path: string }>): string {
  return 'uri' in dataset ? `${dataset.uri}, sha256 ${dataset.sha256}` : dataset.version
}

function renderRun({ datasets, runArgs, command }: RunRecord): string {
  const mounts = datasets.flatMap((dataset) =>
    'path' in dataset
      ? `--mount "$(bind ${hostPath(dataset.path)} ${target(dataset.path)}),readonly"`
      : [],
  )
  const words = [
    'docker run --rm --platform "$platform" --workdir "$workdir"',
    '--mount "$(bind "$folder" "$workdir")"',
    ...mounts,
    ...runArgs.map(quoteWord),
    '"$image"',
    ...(command === undefined ? [] : commandWords(command).map(quoteWord)),
  ]
  return `${words.join(' \\\n  ')}\n`
}

function renderComparison(artifacts: readonly Artifact[]): string {
  if (artifacts.length === 0) return ''
  return lines([
    '',
    ...artifacts.map(
      ({ name, path, sha256 }) =>
        `matches artifact ${quoteWord(name)} ${path.startsWith('/') ? '' : '"$folder"/'}${quoteWord(path)} ${sha256} || same=no`,
    ),
    '[ "$same" = yes ] || exit 3',
  ])
}

/** On the machine that repeats the run. */
function hostPath(path: string): string {
  return path.startsWith('/') ? quoteWord(path) : `"$data"/${quoteWord(path)}`
}

/** In the container, where the workspace is the working folder. */
function target(path: string): string {
  return path.startsWith('/') ? quoteWord(path) : `"$workdir"/${quoteWord(path)}`
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
