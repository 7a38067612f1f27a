// The workflows of this repository, as far as they can be tried without GitHub: their grammar, our
// rules, and the two scripts in them that decide something. Each rule is shown to catch a fault.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { complaints, outsideGate, parseWorkflow, validateText } from './workflow-rules.ts'

const ROOT = new URL('..', import.meta.url).pathname
const FOLDER = '.github/workflows'
const read = (file: string) => readFileSync(ROOT + file, 'utf8')
const CI = read(`${FOLDER}/ci.yml`)
const RELEASE = read(`${FOLDER}/release.yml`)

describe('every workflow', () => {
  test.each(readdirSync(ROOT + FOLDER))('%s is sound', async (file) => {
    expect(await complaints(read(`${FOLDER}/${file}`))).toEqual([])
  })

  // name, workflow, what is replaced, by what, the complaint
  test.each<[string, string, string | RegExp, string, RegExp]>([
    ['an unknown key', CI, 'runs-on:', 'run-on:', /run-on/],
    ['a runner for nobody', CI, 'timeout-minutes: 20', 'timeout-minutes: soon', /soon|number/i],
    ['an unknown permission', CI, 'contents: read', 'content: read', /content/],
    ['an unknown event', RELEASE, 'types: [published', 'types: [publish', /publish/],
    ['an unknown context', CI, 'github.ref', 'gitub.ref', /gitub/],
    ['a job that is not there', CI, 'needs: [test, self]', 'needs: [tests]', /tests/],
    ['a step that is not there', CI, 'steps.image.outputs', 'steps.images.outputs', /images/],
    ['an output the action lacks', CI, 'outputs.built', 'outputs.build', /no output build$/m],
    ['an input the action lacks', CI, 'platforms: linux', 'platform: linux', /input 'platform'/],
    ['an action by its tag', CI, /@3d3c\S+ # v7.0.1/, '@v7', /not pinned.*checkout@v7/],
    ['a pin that hides its version', CI, / # v7.0.1/, '', /not pinned.*checkout/],
    ['all permissions', CI, 'permissions: {}', 'permissions: write-all', /at the top/],
    ['none at the top', CI, 'permissions: {}', '', /at the top/],
    ['writing for all jobs', RELEASE, 'permissions: {}', 'permissions: {contents: write}', /top/],
    ['none in a job', RELEASE, /permissions:\n +contents: write.*/, '', /major: no permissions/],
    ['a job without end', CI, 'timeout-minutes: 20', '', /test: no timeout-minutes/],
    ['no concurrency group', RELEASE, /concurrency:(\n .*)+/, '', /no concurrency/],
    ['install scripts', RELEASE, 'npm ci --ignore-scripts', 'npm ci', /install scripts/],
    ['kept credentials', CI, 'persist-credentials: false', 'fetch-depth: 1', /keeps its cred/],
    [
      'event text in a script',
      RELEASE,
      /"\$TAG is no/,
      '"${{ github.event.release.tag_name }} is no',
      /inside run/,
    ],
  ])('%s is found', async (_, workflow, sound, fault, complaint) => {
    const text = workflow.replace(sound, fault)
    expect(text).not.toBe(workflow)
    expect((await complaints(text)).join('\n')).toMatch(complaint)
  })
})

describe('the gate of ci.yml', () => {
  const { jobs } = parseWorkflow(CI)
  const script = jobs['ci-ok']?.steps[0]?.run ?? ''

  test('waits for every other job', () => {
    expect(outsideGate({ jobs }, 'ci-ok')).toEqual([])
  })

  test('and a job it does not list is found', () => {
    const text = CI.replace('needs: [test, self]', 'needs: test')
    expect(outsideGate(parseWorkflow(text), 'ci-ok')).toEqual(['self'])
  })

  // the results of the other jobs, the exit code
  test.each([
    ['success success', 0],
    ['success failure', 1],
    ['cancelled success', 1],
    ['skipped success', 1],
  ])('%s: %i', (results, code) => {
    expect(runScript(script, { RESULTS: results }).code).toBe(code)
  })
})

describe('the major tag', () => {
  const script = parseWorkflow(RELEASE).jobs['major']?.steps[0]?.run ?? ''

  /** With these releases published, and a GitHub that holds the tag or not: the writes it gets. */
  function move(tag: string, releases: readonly string[], { isThere = true } = {}) {
    return runScript(script, {
      TAG: tag,
      RELEASES: releases.join('\n'),
      PATCH: isThere ? '0' : '1',
    })
  }

  const patch = 'PATCH repos/o/r/git/refs/tags/v1 sha=c0ffee force=true'
  const post = 'POST repos/o/r/git/refs ref=refs/tags/v1 sha=c0ffee'

  // name, the release's tag, published releases, the writes
  test.each<[string, string, string[], string[]]>([
    ['moves to the highest', 'v1.10.0', ['v1.10.0', 'v1.9.0'], [patch]],
    ['does not go back', 'v1.9.1', ['v1.10.0', 'v1.9.1'], []],
    ['other majors do not hold it', 'v1.9.1', ['v2.0.0', 'v10.0.0', 'v1.9.1'], [patch]],
    ['other names do not hold it', 'v1.0.0', ['v1.x.0', 'v1.9', 'app/v1.9.9'], [patch]],
  ])('%s', (_, tag, releases, writes) => {
    expect(move(tag, releases)).toMatchObject({ code: 0, writes })
  })

  test('is made where there is none', () => {
    expect(move('v1.0.0', ['v1.0.0'], { isThere: false })).toMatchObject({
      code: 0,
      writes: [patch, post],
    })
  })

  test.each(['v1', 'v1.4.2-rc.1', '1.4.2', 'v1.4.2; echo'])('%s is no version', (tag) => {
    expect(move(tag, [tag])).toMatchObject({ code: 1, writes: [] })
  })
})

describe('action.yml', () => {
  const text = read('action.yml')

  test('is sound', async () => {
    expect(await validateText('action.yml', text)).toEqual([])
  })

  // name, what is replaced, by what, the complaint
  test.each<[string, string | RegExp, string, RegExp]>([
    ['an unknown runtime', 'node24', 'node99', /node99/],
    ['an unknown icon', 'icon: package', 'icon: parcel', /parcel/],
    ['no entry', /main: .*/, '', /'main' is required/],
    ['no description', /^description:.*\n( .*\n)*/m, '', /missing: description/],
    // The runner reads it as one, and does not load the action.
    ['an expression in a description', 'Stage to build', '${{ secrets.x }}', /value: 'secrets'/],
  ])('%s is found', async (_, sound, fault, complaint) => {
    expect(text.replace(sound, fault)).not.toBe(text)
    const found = await validateText('action.yml', text.replace(sound, fault))
    expect(found.join('\n')).toMatch(complaint)
  })
})

test('actions and packages are kept current, new ones after some days', () => {
  const { updates } = parse(read('.github/dependabot.yml'))
  const ecosystems = updates.map((update: Record<string, unknown>) => update['package-ecosystem'])
  expect(ecosystems).toEqual(['github-actions', 'npm'])
  for (const { cooldown } of updates) expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
})

/**
 * Stands in for GitHub's CLI: lists RELEASES, notes every write, fails a PATCH where PATCH says so.
 */
const GH = `#!/usr/bin/env bash
if [[ $* != *--silent* ]]; then printf '%s\\n' "$RELEASES"; exit; fi
method=POST; words=()
while (($#)); do
  case $1 in
    -X) method=$2; shift ;;
    -f | -F) words+=("$2"); shift ;;
    repos/*) words+=("$1") ;;
  esac
  shift
done
echo "$method \${words[*]}" >>"$WRITES"
[[ $method != PATCH ]] || exit "$PATCH"
`

/** As a runner runs a step's script, with a stand-in for gh. */
function runScript(script: string, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'image-release-workflow-'))
  try {
    const writes = join(folder, 'writes')
    writeFileSync(writes, '')
    writeFileSync(join(folder, 'gh'), GH)
    chmodSync(join(folder, 'gh'), 0o755)
    writeFileSync(join(folder, 'script'), script)
    const { status } = spawnSync('bash', ['-e', join(folder, 'script')], {
      env: {
        PATH: `${folder}:${process.env['PATH']}`,
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_SHA: 'c0ffee',
        WRITES: writes,
        ...env,
      },
    })
    return { code: status, writes: readFileSync(writes, 'utf8').split('\n').filter(Boolean) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
