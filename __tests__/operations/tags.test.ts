import { expect, test } from '@jest/globals'
import {
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { World } from '../../src/operations/operation.ts'
import { tags } from '../../src/operations/tags.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

const SHA = 'abcdef0123456789abcdef0123456789abcdef01'
const V1 = tagPushEvent({ sha: SHA, tag: 'v1.4.2' })

/** As a push's payload has it, with its own commit. */
function withCommit(event: StagedEvent): StagedEvent {
  const head = { id: event.environment['GITHUB_SHA'], timestamp: '2026-07-02T02:00:00+02:00' }
  return { ...event, payload: { ...event.payload, head_commit: head } }
}

interface Setting {
  readonly environment?: Record<string, string>
  readonly files?: Record<string, string>
  readonly isCommandLine?: boolean
  readonly published?: readonly string[]
}

async function run(staged: StagedEvent, given: Record<string, string> = {}, setting: Setting = {}) {
  const clock = new VirtualClock()
  const registry = fakeRegistry({ clock })
  for (const tag of setting.published ?? []) registry.addImage('acme/app', { tags: [tag] })
  const hub = new FakeGitHub({ clock })
  const repository = hub.addRepository('acme/app')
  for (const commit of [SHA, '3'.repeat(40)]) repository.commits.set(commit, [])
  hub.addToken('t', ['contents: read'])
  const outputs: Record<string, string> = {}
  const files = new MemoryFiles(setting.files)
  const environment = { ...staged.environment, ...setting.environment }
  const world: World = {
    http: registry.http,
    exec: fakeExec(() => ({ code: 1 })),
    files,
    clock,
    log: new MemoryLog(),
    environment,
    event: parseEvent({ environment, payload: staged.payload }),
    isCommandLine: setting.isCommandLine ?? false,
    signal: new AbortController().signal,
    match: matchText,
    github: (token) => hub.request(token),
    output: (name, value) => {
      outputs[name] = value
    },
    summary: async () => {},
  }
  const inputs = readInputs(tags.inputs, { given: (name) => given[name] })
  await tags.run(inputs, world)
  return { outputs, files, log: (world.log as MemoryLog).lines, calls: hub.calls }
}

// name, event, inputs, output
test.each<[string, StagedEvent, Record<string, string>, string[]]>([
  ['a tag, by the default rules', V1, { images: 'acme/app' }, ['acme/app:v1.4.2']],
  ['a branch', pushEvent({ sha: SHA }), { images: 'acme/app' }, ['acme/app:main']],
  ['a pull request', pullRequestEvent({ sha: SHA }), { images: 'acme/app' }, ['acme/app:pr-7']],
  ['no image: bare tags', V1, {}, ['v1.4.2']],
  [
    'two images, as written',
    V1,
    { images: 'acme/app\nghcr.io/Acme/App' },
    ['acme/app:v1.4.2', 'ghcr.io/acme/app:v1.4.2'],
  ],
  [
    'rules',
    V1,
    { tags: 'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}\ntype=sha' },
    ['1.4.2', '1', 'sha-abcdef0'],
  ],
  [
    'latest where it is allowed',
    V1,
    { tags: 'type=semver,pattern={{version}}', flavor: 'latest=auto', 'allow-latest': 'true' },
    ['1.4.2', 'latest'],
  ],
  [
    'a release',
    releaseEvent({ sha: SHA, tag: 'v1.4.2' }),
    { tags: 'type=standard' },
    ['1.4.2', '1.4', '1', 'git-abcdef0'],
  ],
])('%s', async (_, event, inputs, expected) => {
  const { outputs } = await run(event, inputs)
  expect(outputs['tags']).toBe(expected.join('\n'))
  expect(JSON.parse(outputs['json'] ?? '').tags).toEqual(expected)
})

test('labels and annotations', async () => {
  const { outputs } = await run(
    V1,
    {
      tags: 'type=semver,pattern={{version}}',
      labels: 'maintainer=me\norg.opencontainers.image.title=Mine\n-org.opencontainers.image.url',
      annotations: 'note={{tag}}',
    },
    {
      environment: {
        SOURCE_DATE_EPOCH: '1700000000',
        DOCKER_METADATA_ANNOTATIONS_LEVELS: 'manifest,index',
      },
    },
  )
  const shared = [
    'org.opencontainers.image.created=2023-11-14T22:13:20.000Z',
    'org.opencontainers.image.description=A sample application',
    'org.opencontainers.image.licenses=Apache-2.0',
    `org.opencontainers.image.revision=${SHA}`,
    'org.opencontainers.image.source=https://github.com/acme/app',
  ]
  const version = 'org.opencontainers.image.version=1.4.2'
  expect(outputs['labels']?.split('\n')).toEqual([
    'maintainer=me',
    ...shared,
    'org.opencontainers.image.title=Mine',
    version,
  ])
  const annotations = [
    'note=v1.4.2',
    ...shared,
    'org.opencontainers.image.title=app',
    'org.opencontainers.image.url=https://github.com/acme/app',
    version,
  ]
  expect(outputs['annotations']?.split('\n')).toEqual(
    ['manifest', 'index'].flatMap((level) => annotations.map((line) => `${level}:${line}`)),
  )
})

test('bake files hold what bake merges', async () => {
  const { outputs, files } = await run(
    V1,
    { images: 'acme/app', 'bake-target': 'mine' },
    { environment: { RUNNER_TEMP: '/tmp/r' } },
  )
  const read = async (output: string) => {
    const bytes = await files.read(outputs[output] ?? '')
    return JSON.parse(new TextDecoder().decode(bytes)).target.mine
  }
  const args = { DOCKER_META_IMAGES: 'acme/app', DOCKER_META_VERSION: 'v1.4.2' }
  expect(await read('bake-file-tags')).toEqual({ tags: ['acme/app:v1.4.2'], args })
  expect(await read('bake-file')).toMatchObject({
    tags: ['acme/app:v1.4.2'],
    args,
    labels: { 'org.opencontainers.image.title': 'app' },
  })
  expect(await read('bake-file-labels')).not.toHaveProperty('tags')
  expect((await read('bake-file-annotations')).annotations[0]).toMatch(/^manifest:/)
})

test('without a tag bake files say no version', async () => {
  const inputs = { images: 'acme/app', tags: 'type=edge,branch=x' }
  const environment = { RUNNER_TEMP: '/tmp/r' }
  const { outputs, files } = await run(pushEvent({ sha: SHA }), inputs, { environment })
  const bytes = await files.read(outputs['bake-file-tags'] ?? '')
  const args = { DOCKER_META_IMAGES: 'acme/app' }
  expect(JSON.parse(new TextDecoder().decode(bytes)).target).toEqual({
    'docker-metadata-action': { tags: [], args },
  })
})

// the environment, whether it is the command line, where bake files go
test.each<[Record<string, string>, boolean, string | undefined]>([
  [{ RUNNER_TEMP: '/tmp/r', TMPDIR: '/t' }, false, '/tmp/r/'],
  [{ TMPDIR: '/t' }, false, '/t/'],
  [{}, false, '/tmp/'],
  [{ RUNNER_TEMP: '/tmp/r' }, true, '/tmp/r/'],
  [{ TMPDIR: '/t' }, true, undefined],
])('bake files by %j, command line: %s', async (environment, isCommandLine, root) => {
  const { outputs } = await run(V1, {}, { environment, isCommandLine })
  expect(outputs['bake-file']?.replace(/image-release-bake-.*/, '')).toBe(root)
})

test('separators are taken as they are', async () => {
  const { outputs } = await run(V1, { tags: 'type=raw,value=a\ntype=raw,value=b', 'sep-tags': ' ' })
  expect(outputs['tags']).toBe('a b')
})

test('the length of a commit and the head of a pull request come from the environment', async () => {
  const event = pullRequestEvent({ sha: SHA })
  const merged = { ...event, environment: { ...event.environment, GITHUB_SHA: '1'.repeat(40) } }
  const inputs = { tags: 'type=sha' }
  expect((await run(merged, inputs)).outputs['tags']).toBe('sha-1111111')
  const environment = { DOCKER_METADATA_PR_HEAD_SHA: 'true', DOCKER_METADATA_SHORT_SHA_LENGTH: '9' }
  expect((await run(merged, inputs, { environment })).outputs['tags']).toBe('sha-abcdef012')
})

test('check-registry leaves out what a higher version has', async () => {
  const inputs = {
    images: 'localhost:5000/acme/app',
    tags: 'type=standard',
    'check-registry': 'true',
  }
  const { outputs } = await run(V1, inputs, { published: ['1.5.0'] })
  expect(outputs['tag-names']).toBe('1.4.2\n1.4\ngit-abcdef0')
  expect(outputs['held-back']).toBe('1: 1.5.0 is published and higher')
})

// name, files, inputs, tags
test.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    'version.json',
    { 'version.json': '{"version": "1.4.2"}', 'package.json': '{"version": "9.9.9"}' },
    {},
    '1.4.2\n1.4\n1',
  ],
  ['package.json', { 'package.json': '{"version": "2.0.1"}' }, {}, '2.0.1\n2.0\n2'],
  ['the input in an empty folder', {}, { version: '2.0.1' }, '2.0.1\n2.0\n2'],
])('the command line finds the version: %s', async (_, files, inputs, expected) => {
  const nothing = { environment: { GITHUB_EVENT_NAME: 'push' }, payload: {} }
  const { outputs, log } = await run(nothing, inputs, { files, isCommandLine: true })
  expect(outputs['tags']).toBe(expected)
  expect(log).toEqual(['notice: type=standard: no commit is known, so no tag git-…'])
})

test('on the command line nothing to go by is an error', async () => {
  const nothing = { environment: {}, payload: {} }
  await expect(async () => run(nothing, {}, { isCommandLine: true })).rejects.toThrow(
    'Cannot name a tag: here is neither a commit nor version.json, package.json',
  )
})

// name, inputs, message
test.each<[string, Record<string, string>, RegExp]>([
  ['context: git', { context: 'git' }, /context: git is not supported/],
  ['all images disabled', { images: 'name=a/b,enable=false' }, /every image is disabled/],
  ['latest without leave', { tags: 'type=raw,value=latest' }, /allow-latest/],
])('refuses %s', async (_, inputs, message) => {
  await expect(async () => run(V1, inputs)).rejects.toThrow(message)
})

test('a tag push that no rule reads fails with what was tried, unless it may', async () => {
  const event = tagPushEvent({ sha: SHA, tag: 'v0.29' })
  const inputs = { tags: 'type=semver,pattern={{version}}' }
  await expect(async () => run(event, inputs)).rejects.toThrow(/v0\.29/)
  expect((await run(event, { ...inputs, 'allow-empty': 'true' })).outputs['tags']).toBe('')
})

const REPO = 'GET /repos/acme/app'
const OF_HEAD = `${REPO}/commits/${SHA}`
const OF_MERGE = `${REPO}/commits/${'3'.repeat(40)}`
const bare = (event: StagedEvent): StagedEvent => ({ ...event, payload: {} })
const KNOWN = [
  'created=2026-07-01T10:20:30.000Z',
  'description=An application',
  'licenses=MIT',
  'url=https://github.com/acme/app',
]

// the event, what the environment says, the calls, what of the labels' values comes from them
test.each<[string, StagedEvent, Record<string, string>, readonly string[], readonly string[]]>([
  ['a whole payload', withCommit(V1), {}, [], ['created=2026-07-02T00:00:00.000Z']],
  ['no commit', V1, {}, [OF_HEAD], KNOWN.slice(0, 1)],
  ['no commit, a time given', V1, { SOURCE_DATE_EPOCH: '0' }, [], ['created=1970-01-01']],
  ['a pull request', pullRequestEvent({ sha: SHA }), {}, [OF_MERGE], KNOWN.slice(0, 1)],
  [
    "a pull request's head",
    pullRequestEvent({ sha: SHA }),
    { DOCKER_METADATA_PR_HEAD_SHA: 'true' },
    [OF_HEAD],
    KNOWN.slice(0, 1),
  ],
  ['nothing', bare(V1), {}, [REPO, OF_HEAD], KNOWN],
  ['nothing, with the token elsewhere', bare(V1), { GITHUB_TOKEN: 't' }, [REPO, OF_HEAD], KNOWN],
])('asks the API for what the payload lacks: %s', async (_, event, environment, calls, labels) => {
  const given = environment['GITHUB_TOKEN'] ? {} : { 'github-token': 't' }
  const result = await run(event, given, { environment })
  expect([...result.calls].sort()).toEqual(calls)
  for (const label of labels)
    expect(result.outputs['labels']).toContain(`org.opencontainers.image.${label}`)
  expect(result.log).toEqual([])
})

test('asks for the time of the commit where a rule names it, whatever SOURCE_DATE_EPOCH says', async () => {
  const inputs = { 'github-token': 't', tags: "type=raw,value={{commit_date 'YYYYMMDD'}}" }
  const { outputs, calls } = await run(V1, inputs, { environment: { SOURCE_DATE_EPOCH: '0' } })
  expect(calls).toEqual([OF_HEAD])
  expect(outputs['tags']).toBe('20260701')
  expect(outputs['labels']).toContain('image.created=1970-01-01T00:00:00.000Z')
})

// what there is to ask, the token, what is said
test.each<[string, string, readonly string[]]>([
  [
    'no token',
    '',
    [
      'Left out of labels and annotations, for the event does not tell them: description, licenses, created',
    ],
  ],
  [
    'a wrong token',
    'wrong',
    [
      'Cannot read the repository acme/app: GitHub answered 401, Bad credentials. Labels that need it are left out.',
      `Cannot read commit ${SHA} of acme/app: GitHub answered 401, Bad credentials. Labels that need it are left out.`,
      'Left out of labels and annotations, for the event does not tell them: description, licenses, created',
    ],
  ],
])('without the API, labels that need it are left out: %s', async (_, token, notices) => {
  const { outputs, log } = await run(bare(V1), { 'github-token': token })
  expect(log).toEqual(notices.map((notice) => `notice: ${notice}`))
  expect(outputs['tags']).toBe('v1.4.2')
  expect(outputs['labels']).not.toMatch(/created|description|licenses/)
})
