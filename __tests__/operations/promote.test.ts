// A promotion that comes to its end: the tag, the ledger, the outputs, and the requests it takes.
import { describe, expect, test } from '@jest/globals'
import { parseDocument } from '../fakes/registry-options.ts'
import { channelStage, RUN_SHA } from './channel-stage.ts'
import { IMAGE, ledgerRecord, PATH } from './stage.ts'

const RELEASED = 'in_progress success'

test('a version comes into a channel: tag, ledger and outputs say so, the digest is the same', async () => {
  const stage = channelStage()
  const old = stage.image(['2.0.0', 'staging'])
  const digest = stage.image(['2.0.1', '2.0', '2'])
  const { outputs, error, summary } = await stage.promote('v2.0.1', 'staging')
  expect(error).toBeUndefined()
  expect(stage.tags()['staging']).toBe(digest)
  expect(outputs).toMatchObject({
    digest,
    'previous-digest': old,
    changed: 'true',
    version: '2.0.1',
    channel: 'staging',
    name: IMAGE,
    image: `${IMAGE}@${digest}`,
    images: `${IMAGE}@${digest}`,
  })
  expect(stage.repository.deployments).toMatchObject([
    {
      id: Number(outputs['deployment-id']),
      task: 'image-release',
      environment: 'staging',
      production: false,
      sha: 'a'.repeat(40),
      payload: {
        schema: 1,
        image: IMAGE,
        channel: 'staging',
        digest,
        version: '2.0.1',
        from: 'v2.0.1',
        previous: old,
        operation: 'promote',
        forced: false,
        run: 'https://github.com/acme/app/actions/runs/1',
      },
      statuses: [
        { state: 'in_progress', autoInactive: false },
        { state: 'success', autoInactive: false },
      ],
    },
  ])
  expect(summary).toContain(`docker pull ${IMAGE}@${digest}`)
  expect(summary).toContain(`| \`staging\` | \`${old}\` | \`${digest}\` |`)
})

describe('the requests of one tag', () => {
  // name, what is promoted; the children are two platforms and their attestations
  test.each([
    ['a version', '2.0.1'],
    ['a version with v', 'v2.0.1'],
    ['a digest', 'DIGEST'],
    ['a full reference', `${IMAGE}:2.0.1@DIGEST`],
  ])('%s: five of the registry and one HEAD for every child', async (_, from) => {
    const stage = channelStage()
    const version = 'org.opencontainers.image.version'
    const image = { attestations: true, annotations: { [version]: '2.0.1' } }
    const digest = stage.image(['2.0.1', 'git-aaaaaaa'], image)
    stage.registry.forget()
    const { error } = await stage.promote(from.replace('DIGEST', digest), 'staging')
    expect(error).toBeUndefined()
    const lines = stage.registry.lines()
    const onChildren = lines.filter((line) => /^HEAD .*sha256:/.test(line))
    expect(onChildren).toHaveLength(4)
    expect(lines.length - onChildren.length).toBeLessThanOrEqual(5)
    expect(lines.filter((line) => line.startsWith('PUT'))).toEqual([
      `PUT /v2/${PATH}/manifests/staging`,
    ])
    expect(stage.tags()['staging']).toBe(digest)
  })

  test.each([0, 100])('one call reads a ledger of %i records', async (size) => {
    const stage = channelStage()
    const digest = stage.image(['2.0.1'])
    const payload = ledgerRecord({ channel: 'staging', digest })
    for (let count = 0; count < size; count += 1)
      stage.repository.addDeployment({ environment: 'staging', payload }, 'failure')
    await stage.promote('2.0.1', 'staging')
    expect(stage.hub.calls.slice(0, 2)).toEqual([
      'POST /graphql',
      'POST /repos/acme/app/deployments',
    ])
  })
})

test('already there: nothing is written, and it is a success', async () => {
  const stage = channelStage()
  const digest = stage.image(['2.0.1'])
  await stage.promote('2.0.1', 'staging')
  stage.forget()
  const { outputs, error } = await stage.promote(digest, 'staging')
  expect(error).toBeUndefined()
  expect(outputs).toMatchObject({ digest, changed: 'false', 'previous-digest': digest })
  expect(stage.writes()).toEqual([])
})

describe('what from can name', () => {
  // name, from, to
  test.each([
    ['a digest', 'DIGEST', 'staging'],
    ['name and digest', `${IMAGE}@DIGEST`, 'staging'],
    ['a tag', 'git-aaaaaaa', 'staging'],
    ['a reference with its tag', `${IMAGE}:2.0.1`, 'staging'],
    ['a channel', 'dev', 'staging'],
    ['the channel before', 'previous-channel', 'staging'],
    ['a version', '2.0.1', 'staging'],
    ['a version with v', 'v2.0.1', 'staging'],
  ])('%s', async (_, from, to) => {
    const stage = channelStage()
    const digest = stage.image(['2.0.1', 'git-aaaaaaa', 'dev'])
    const { error } = await stage.promote(from.replace('DIGEST', digest), to)
    expect(error).toBeUndefined()
    expect(stage.tags()['staging']).toBe(digest)
  })

  // name, from, what is said
  test.each([
    ['nothing', '', /^from: it is needed/],
    ['a digest that is cut off', 'sha256:0123', /"sha256:0123" is no digest/],
    ['a digest that is not there', `sha256:${'0'.repeat(64)}`, /0{64}: it is not there/],
    ['a version that is not there', '9.9.9', /9\.9\.9 of .*: it is not there/],
    ['another image', `ghcr.io/acme/other@sha256:${'0'.repeat(64)}`, /none of the images/],
    ['the channel before the first', 'previous-channel', /no channel before dev/],
    ['a name alone', 'ghcr.io/acme/app', /neither a digest nor a tag/],
  ])('%s is an error, and nothing moves', async (_, from, message) => {
    const stage = channelStage()
    stage.image(['2.0.1'])
    const { error } = await stage.promote(from, 'dev')
    expect(error).toMatchObject({ message: expect.stringMatching(message) })
    expect(stage.writes()).toEqual([])
  })

  test('a version of a variant is that variant', async () => {
    const stage = channelStage()
    const plain = stage.image(['2.0.1'])
    const gpu = stage.image(['2.0.1-gpu'], { content: 'cuda' })
    const { outputs } = await stage.promote('2.0.1', 'staging', { variant: 'gpu' })
    expect(gpu).not.toBe(plain)
    expect(stage.tags()).toMatchObject({ 'staging-gpu': gpu })
    expect(outputs).toMatchObject({ digest: gpu, version: '2.0.1' })
    expect(stage.repository.deployments[0]?.payload).toMatchObject({ variant: 'gpu' })
  })
})

test('a platform that a clean-up took is named, before anything moves', async () => {
  const stage = channelStage()
  const raw = stage.registry.addImage(PATH, { tags: ['2.0.1'] })
  const part = parseDocument(raw.bytes).manifests?.[1]?.digest ?? ''
  stage.registry.repository(PATH).manifests.delete(part)
  const { error } = await stage.promote('2.0.1', 'dev')
  expect(error).toMatchObject({
    code: 'registry',
    message: `Cannot use ${IMAGE}@${raw.digest}: its part ${part} (linux/arm64) is gone`,
  })
  expect(stage.writes()).toEqual([])
})

test('expect stops where the channel has something else', async () => {
  const stage = channelStage()
  const there = stage.image(['1.0.0', 'staging'])
  const digest = stage.image(['2.0.0'])
  const wrong = await stage.promote('2.0.0', 'staging', { expect: `sha256:${'0'.repeat(64)}` })
  expect(wrong.error).toMatchObject({
    code: 'tag-conflict',
    message: expect.stringContaining(`it has ${there}`),
  })
  expect(stage.writes()).toEqual([])
  expect((await stage.promote('2.0.0', 'staging', { expect: there })).error).toBeUndefined()
  expect(stage.tags()['staging']).toBe(digest)
})

test('dry-run plans and writes nothing', async () => {
  const stage = channelStage()
  const old = stage.image(['1.0.0', 'staging'])
  const digest = stage.image(['2.0.0'])
  const { outputs, summary } = await stage.promote('2.0.0', 'staging', { 'dry-run': 'true' })
  expect(stage.writes()).toEqual([])
  expect(outputs).toMatchObject({ digest, 'previous-digest': old, changed: 'false' })
  expect(JSON.parse(outputs['plan'] ?? '')).toMatchObject({
    moves: [{ reference: `${IMAGE}:staging`, digest, previous: old, changed: true, record: 'new' }],
  })
  expect(summary).toContain('Dry run, nothing was written')
})

describe('marks', () => {
  test('are further tags', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0'])
    await stage.promote('2.0.0', 'dev', { mark: 'blessed' })
    expect(stage.tags()).toMatchObject({ dev: digest, blessed: digest })
    expect(stage.log.lines).toContain(`info: ${IMAGE}:blessed -> ${digest}`)
  })

  test('that are there already are told as that', async () => {
    const stage = channelStage()
    const digest = stage.image(['2.0.0', 'blessed'])
    await stage.promote('2.0.0', 'dev', { mark: 'blessed' })
    expect(stage.log.lines).toContain(`info: ${IMAGE}:blessed is on ${digest} already`)
  })

  // name, mark, code
  test.each([
    ['a channel', 'prod', 'input'],
    ['latest', 'latest', 'input'],
    ['a floating tag', '1.4', 'input'],
    ["another image's version", '1.0.0', 'tag-conflict'],
    ["another commit's", 'git-bbbbbbb', 'tag-conflict'],
  ])('%s cannot be one', async (_, mark, code) => {
    const stage = channelStage()
    stage.image(['1.0.0', 'git-bbbbbbb'])
    stage.image(['2.0.0'])
    expect((await stage.promote('2.0.0', 'dev', { mark })).error).toMatchObject({ code })
    expect(stage.writes()).toEqual([])
  })
})

test('channel-tags: false moves the ledger only', async () => {
  const stage = channelStage()
  const digest = stage.image(['2.0.1'])
  const { outputs } = await stage.promote('2.0.1', 'staging', { 'channel-tags': 'false' })
  expect(stage.tags()).toEqual({ '2.0.1': digest })
  expect(stage.ledger()).toMatchObject([{ environment: 'staging', digest, states: RELEASED }])
  expect(outputs).toMatchObject({ changed: 'true', digest })
  const again = await stage.promote('2.0.1', 'staging', { 'channel-tags': 'false' })
  expect(again.outputs['changed']).toBe('false')
  expect(stage.ledger()).toHaveLength(1)
})

test('a commit that is not in the repository is recorded on the commit of the run', async () => {
  const stage = channelStage()
  stage.repository.commits.set(RUN_SHA, [])
  stage.image(['2.0.1'])
  await stage.promote('2.0.1', 'staging')
  expect(stage.repository.deployments.map(({ sha }) => sha)).toEqual([RUN_SHA])
})

test('an image without annotations tells its commit in its config', async () => {
  const stage = channelStage()
  const labels = { 'org.opencontainers.image.revision': 'b'.repeat(40) }
  stage.registry.addImage(PATH, { tags: ['2.0.1'], labels })
  await stage.promote('2.0.1', 'staging')
  expect(stage.repository.deployments.map(({ sha }) => sha)).toEqual(['b'.repeat(40)])
})
