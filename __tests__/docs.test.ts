// What the Markdown files promise, held against the code: examples that validate, tables that are
// true, links, paths and commands that lead somewhere. Each check is shown to catch a fault.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { renderReleaseBlock } from '../src/notes/release-note.ts'
import { parseDigest } from '../src/oci/digest.ts'
import { OPERATIONS } from '../src/operations/index.ts'
import { resolveTags } from '../src/tags/resolve.ts'
import { TAG_RULES } from '../src/tags/rules/index.ts'
import { SHA } from './event/webhook.ts'
import { eventOf, mergeGroup, pullRequest, push, releaseOf, requestOf } from './tags/requests.ts'
import { missingOutputs, unpinned, validateText } from './workflow-rules.ts'

const ROOT = new URL('..', import.meta.url).pathname
const read = (file: string) => readFileSync(ROOT + file, 'utf8')
const README = read('README.md')

const FILES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'examples/README.md',
  ...OPERATIONS.map(({ name }) => `${name}/README.md`).filter((path) => existsSync(ROOT + path)),
]

// The inputs of metadata-action 6, build-push-action 7 and action-gh-release 3; the release notes
// of the last two, as far as seen, name none that the version before did not have.
const METADATA_INPUTS =
  'context images tags flavor labels annotations sep-tags sep-labels sep-annotations bake-target github-token'
const BUILD_PUSH_INPUTS =
  'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets secret-envs secret-files shm-size ssh tags target ulimit github-token'
const GH_RELEASE_INPUTS =
  'body body_path name tag_name draft prerelease preserve_order files working_directory overwrite_files fail_on_unmatched_files repository token target_commitish discussion_category_name generate_release_notes previous_tag append_body make_latest'

/** Fenced YAML that is a workflow; of a part of one, the smallest that has it. */
function workflowsOf(text: string): string[] {
  return found(text, /^```ya?ml\n([\s\S]*?)^```$/gm).flatMap((code) => {
    if (/^jobs:/m.test(code)) return code
    if (/^steps:/m.test(code)) return JOB + code.replace(/^/gm, '    ')
    return code.startsWith('- ') ? `${JOB}    steps:\n${code.replace(/^/gm, '      ')}` : []
  })
}

const JOB = 'on: push\njobs:\n  shown:\n    runs-on: ubuntu-24.04\n'

/** Said of what stands in the workflow around a part. */
const OUTSIDE = 'Context access might be invalid'

/** Of every heading the name by which GitHub lets links lead there. */
function anchorsOf(text: string): string[] {
  return found(text, /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** A file's path from the root, and the heading behind `#`. */
function leadsSomewhere(path: string, anchor: string): boolean {
  if (!existsSync(ROOT + path)) return false
  return anchor === '' || anchorsOf(read(path)).includes(anchor)
}

/** There the actions of others are named as their users have them. */
const AS_OTHERS_WRITE = 'docs/migrating.md'

/** What a reader would stumble over; `file` is where links start from. */
async function faultsOf(file: string, text: string): Promise<string[]> {
  const { scripts } = JSON.parse(read('package.json'))
  const links = found(text, /\]\((?!https?:|<)([^)]+)\)/g)
  const leadsOn = (link: string) => {
    const [to = '', anchor = ''] = link.split('#')
    return leadsSomewhere(to === '' ? file : posix.join(posix.dirname(file), to), anchor)
  }
  const paths = found(text, /`((?:src|__tests__|scripts|dist|\.github\/workflows)\/[\w./-]*)`/g)
  const commands = found(text, /npm run ([\w-]+)/g)
  const workflows = workflowsOf(text).map(async (workflow) => [
    ...(await validateText('.github/workflows/x.yml', workflow)).filter(
      (fault) => !(workflow.startsWith(JOB) && fault.includes(OUTSIDE)),
    ),
    ...(file === AS_OTHERS_WRITE ? [] : unpinned(workflow)),
    ...missingOutputs(workflow),
  ])
  return [
    ...links.filter((link) => !leadsOn(link)),
    ...paths.filter((path) => !leadsSomewhere(path, '')),
    ...commands.filter((name) => !(name in scripts)),
    ...found(text, /([\w./-]+:latest)\b|(?<=runs-on: )([\w-]+-latest)\b/g),
    ...(await Promise.all(workflows)).flat(),
  ].map((fault) => `${file}: ${fault}`)
}

/** What the groups of a pattern hold, joined, match by match. */
function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups.join(''))
}

test('nothing leads nowhere', async () => {
  const faults = FILES.map((file) => faultsOf(file, read(file)))
  expect((await Promise.all(faults)).flat()).toEqual([])
})

const STEP =
  '```yaml\n- uses: image-release/image-release@v1\n  with:\n    platform: linux/amd64\n```\n'

// name, what is replaced in the README, by what, the complaint
test.each<[string, string | RegExp, string, RegExp]>([
  ['a link', '(SECURITY.md)', '(SAFETY.md)', /SAFETY.md$/],
  ['a heading', '(SECURITY.md)', '(SECURITY.md#threats)', /SECURITY.md#threats$/],
  ['a heading of its own', '(SECURITY.md)', '(#safety)', /#safety$/],
  ['a path', 'Limits', '`src/nowhere.ts`', /nowhere.ts$/],
  ['a command', 'Limits', 'npm run everything', /everything$/],
  ['an image by latest', 'ghcr.io/acme/app@', 'ghcr.io/acme/app:latest@', /app:latest$/],
  ['a runner by latest', 'ubuntu-24.04', 'ubuntu-latest', /ubuntu-latest$/],
  ['an unknown input', 'with: { platforms:', 'with: { platform:', /input 'platform'/],
  ['an unknown input of a step', '## Limits\n', STEP, /input 'platform'/],
  ['an unknown key', 'runs-on:', 'run-on:', /run-on/],
  ['an action by its tag', /@3d3c\S+ # v7.0.1/, '@v7', /not pinned/],
])('%s is found', async (_, sound, fault, complaint) => {
  expect(README.replace(sound, fault)).not.toBe(README)
  expect((await faultsOf('README.md', README.replace(sound, fault))).join('\n')).toMatch(complaint)
})

test('docs/output.md shows the note as it is written', () => {
  const page = read('docs/output.md')
  const [, digest = ''] = /^> \*\*Digest\*\* `(.+)`$/m.exec(page) ?? []
  const pinned = parseDigest(digest)
  const note = renderReleaseBlock({
    schema: 1,
    image: 'ghcr.io/acme/app',
    version: '1.4.2',
    digest: pinned,
    tags: ['1.4.2', '1.4', '1', 'git-860c190'],
    platforms: { 'linux/amd64': pinned, 'linux/arm64': pinned },
    revision: SHA,
    builtAt: '2026-07-24T22:05:09.007Z',
    run: 'https://github.com/acme/app/actions/runs/1',
  })
  const visible = note.slice(0, note.indexOf('<!--')).trimEnd()
  const quoted = visible.replace(/^/gm, '> ').replace(/ +$/gm, '')
  expect(page).toContain(`\n\n${quoted}\n\n`)
})

describe('docs/migrating.md', () => {
  const page = read('docs/migrating.md')
  const ours = (name: string) =>
    Object.keys(OPERATIONS.find((one) => one.name === name)?.inputs ?? {})

  // the heading of the table, the action's inputs, which of ours the right side may name
  test.each<[string, string, readonly string[]]>([
    ['docker/metadata-action', METADATA_INPUTS, ours('tags')],
    ['docker/build-push-action', BUILD_PUSH_INPUTS, ours('release')],
    ['softprops/action-gh-release', GH_RELEASE_INPUTS, ours('release')],
  ])('says where each input of %s went', (action, inputs, names) => {
    const [, section = ''] = page.split(`\n## ${action}\n`)
    const [table = ''] = section.split('\n## ')
    const rows = table
      .split('\n')
      .filter((line) => /^\| `/.test(line))
      .map((line) => line.split(' | '))
    const told = rows.flatMap(([left = '']) => found(left, /`([\w-]+)`/g))
    expect(told.sort()).toEqual(inputs.split(' ').sort())
    const named = rows.flatMap(([, right = '']) => found(right, /`([a-z-]+)(?:: [^`]*)?`/g))
    expect(named.filter((name) => !names.includes(name))).toEqual([])
  })
})

describe('the README', () => {
  test('shows a whole workflow of 10 to 15 lines before any heading', () => {
    const [workflow = ''] = workflowsOf(README)
    const lines = workflow.trimEnd().split('\n').length
    expect(lines).toBeGreaterThanOrEqual(10)
    expect(lines).toBeLessThanOrEqual(15)
    expect(README.indexOf(workflow)).toBeLessThan(README.indexOf('\n## '))
  })

  test.each([
    'permissions of release',
    'permissions of all',
    'inputs of release',
    'outputs of release',
  ])('has the generated table of %s', (which) => {
    const [, table] = README.split(`<!-- generated: ${which} -->\n`)
    expect(table).toMatch(/^\| .+ \|\n\| --- .+\n(?:\| \S.* \|\n)+<!-- \/generated -->/)
  })

  test('shows every tag rule, in their order', () => {
    const rules = TAG_RULES.map(({ type, summary }) => `| \`type=${type}\` | ${summary} |`)
    expect(README).toContain(`\n${rules.join('\n')}\n\n`)
  })

  const rows = README.split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))

  // the beginning of a row of its table of tags, the event
  test.each([
    ['Release', releaseOf('v1.4.2')],
    ['The same for the prerelease', releaseOf('v1.5.0-rc.1')],
    ['Push to the default branch', push('main')],
    ['Push to another branch', push('feature/login')],
    ['Pull request', pullRequest()],
    ['Merge group', mergeGroup()],
    ['Schedule', eventOf('schedule', 'refs/heads/main', { schedule: '0 3 * * *' })],
  ])('tells the tags of: %s', (beginning, event) => {
    const row = rows.find(([, first = '']) => first.startsWith(beginning))
    const { tags } = resolveTags(requestOf({ event }))
    const names = (isFixed: boolean) =>
      tags
        .filter(({ role }) => ['version', 'commit'].includes(role) === isFixed)
        .map(({ name }) => name)
    const told = row?.slice(2, 4).map((cell) => found(cell, /`([^`]+)`/g))
    expect(told).toEqual([names(true), names(false)])
  })
})

test('the picture in ARCHITECTURE.md has the imports among the nouns, and no others', () => {
  const [, picture = ''] =
    /subgraph nouns.*\n([\s\S]*?)\n {2}end/.exec(read('ARCHITECTURE.md')) ?? []
  const drawn = picture.split('\n').flatMap((line) => {
    const [from = [], to = []] = line.split('-->').map((side) => side.match(/\w+/g) ?? [])
    return from.flatMap((room) => to.map((other) => `${room} ${other}`))
  })
  const nouns = [...new Set(drawn.join(' ').split(' '))]
  const imports = nouns.flatMap((room) =>
    readdirSync(`${ROOT}src/${room}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => found(read(`src/${room}/${file}`), /from '(?:\.\.\/)+(\w+)\//g))
      .filter((other) => other !== room && nouns.includes(other))
      .map((other) => `${room} ${other}`),
  )
  expect(drawn.sort()).toEqual([...new Set(imports)].sort())
})

test('the map of ARCHITECTURE.md has every room', () => {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  const rooms = new Set(files.flatMap((file) => /^(\w+)\/.*\.ts$/.exec(file)?.[1] ?? []))
  const map = read('ARCHITECTURE.md')
  expect([...rooms].filter((room) => !map.includes(`| \`src/${room}/\` |`))).toEqual([])
})
