// What the tags operation names, and where it writes it.
import { expect, test } from '@jest/globals'
import {
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  type StagedEvent,
  tagPushEvent,
} from '../../scripts/stage/events.js'
import { runTags, SHA } from './tags-stage.ts'

const V1 = tagPushEvent({ sha: SHA, tag: 'v1.4.2' })

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
  const { outputs } = await runTags(event, inputs)
  expect(outputs['tags']).toBe(expected.join('\n'))
  expect(JSON.parse(outputs['json'] ?? '').tags).toEqual(expected)
})

test('labels and annotations', async () => {
  const { outputs } = await runTags(
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
  const { outputs, files } = await runTags(
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
  const { outputs, files } = await runTags(pushEvent({ sha: SHA }), inputs, { environment })
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
  const { outputs } = await runTags(V1, {}, { environment, isCommandLine })
  expect(outputs['bake-file']?.replace(/image-release-bake-.*/, '')).toBe(root)
})

test('separators are taken as they are', async () => {
  const { outputs } = await runTags(V1, {
    tags: 'type=raw,value=a\ntype=raw,value=b',
    'sep-tags': ' ',
  })
  expect(outputs['tags']).toBe('a b')
})

test('the length of a commit and the head of a pull request come from the environment', async () => {
  const event = pullRequestEvent({ sha: SHA })
  const merged = { ...event, environment: { ...event.environment, GITHUB_SHA: '1'.repeat(40) } }
  const inputs = { tags: 'type=sha' }
  expect((await runTags(merged, inputs)).outputs['tags']).toBe('sha-1111111')
  const environment = { DOCKER_METADATA_PR_HEAD_SHA: 'true', DOCKER_METADATA_SHORT_SHA_LENGTH: '9' }
  expect((await runTags(merged, inputs, { environment })).outputs['tags']).toBe('sha-abcdef012')
})

test('check-registry leaves out what a higher version has', async () => {
  const inputs = {
    images: 'localhost:5000/acme/app',
    tags: 'type=standard',
    'check-registry': 'true',
  }
  const { outputs } = await runTags(V1, inputs, { published: ['1.5.0'] })
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
  const { outputs, log } = await runTags(nothing, inputs, { files, isCommandLine: true })
  expect(outputs['tags']).toBe(expected)
  expect(log).toEqual(['notice: type=standard: no commit is known, so no tag git-…'])
})

test('on the command line nothing to go by is an error', async () => {
  const nothing = { environment: {}, payload: {} }
  const { error } = await runTags(nothing, {}, { isCommandLine: true })
  expect(String(error)).toContain(
    'Cannot name a tag: here is neither a commit nor version.json, package.json',
  )
})

// name, inputs, message
test.each<[string, Record<string, string>, RegExp]>([
  ['context: git', { context: 'git' }, /context: git is not supported/],
  ['all images disabled', { images: 'name=a/b,enable=false' }, /every image is disabled/],
  ['latest without leave', { tags: 'type=raw,value=latest' }, /allow-latest/],
])('refuses %s', async (_, inputs, message) => {
  expect(String((await runTags(V1, inputs)).error)).toMatch(message)
})

test('a tag push that no rule reads fails with what was tried, unless it may', async () => {
  const event = tagPushEvent({ sha: SHA, tag: 'v0.29' })
  const inputs = { tags: 'type=semver,pattern={{version}}' }
  expect(String((await runTags(event, inputs)).error)).toMatch(/v0\.29/)
  const allowed = await runTags(event, { ...inputs, 'allow-empty': 'true' })
  expect(allowed).toMatchObject({ error: undefined, outputs: { tags: '' } })
})
